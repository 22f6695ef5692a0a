"""What is looked at once, before the first request."""

import os


def start(get_application):
    """The WSGI or ASGI application, unless DEMO_TODAY is set over real records: then ImproperlyConfigured."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yongzhou_ebike.settings")
    application = get_application()
    # Only now are the models loaded.
    from inspections.frame import refuse_demonstration_day_over_real_records

    refuse_demonstration_day_over_real_records()
    return application
