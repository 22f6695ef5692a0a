"""What every process that is measured is told."""

ENVIRONMENT = {
    "ENV_FILE": "", "SECRET_KEY": "bench", "DEBUG": "0", "HTTPS": "0", "DEMO_TODAY": "2025-01-20", "LOG_LEVEL": "WARNING",
    "DJANGO_SETTINGS_MODULE": "yongzhou_ebike.settings",
}  # fmt: skip
