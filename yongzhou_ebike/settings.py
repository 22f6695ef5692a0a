"""Settings of the project, fed by the environment (and by the file that ENV_FILE names, `.env` unless told).

Each may instead be in a file that NAME_FILE names, as secrets are in production.

| variable           | meaning                                                              | default              |
| ------------------ | -------------------------------------------------------------------- | -------------------- |
| SECRET_KEY         | signs sessions and links                                             | required             |
| IDENTITY_KEY       | encrypts identity-card numbers; keep it when SECRET_KEY is changed   | derived from SECRET_KEY |
| DEBUG              | tracebacks in the browser; never in production                       | off                  |
| ALLOWED_HOSTS      | host names served, separated by commas                               | localhost,127.0.0.1  |
| HTTPS              | redirect to https, secure cookies, HSTS                              | on unless DEBUG      |
| TRUSTED_PROXY      | a reverse proxy sets X-Forwarded-Proto and X-Forwarded-For           | off                  |
| DATABASE_URL       | `postgres://…` or `sqlite:///…`                                      | var/db.sqlite3       |
| MEDIA_ROOT         | where evidence is kept                                               | var/media            |
| STATIC_ROOT        | where `collectstatic` puts styles and scripts                        | var/static           |
| CACHE_URL          | counts visits to the public pages; shared by several processes: `rediscache://…`, `filecache:///…` | locmemcache:// |
| SELF_CHECK_LINK_DAYS | for how many days a link for an entity is valid                    | 30                   |
| JOB_RESULT_DAYS    | for how many days the file of a finished job can be downloaded       | 7                    |
| EMAIL_URL          | sends the daily digests: `smtp://user:password@host:25`; without it they stay in the application | none |
| MAIL_FROM          | the address from which mails are sent                                | campaign@localhost   |
| LOG_FORMAT         | `json`: a JSON object a line; `plain`: lines for a terminal          | json, plain if DEBUG |
| LOG_LEVEL          | the least level that is logged                                       | INFO                 |
| METRICS_TOKEN      | the bearer token for `/metrics`; without it there is no such page    | none                 |
| PROMETHEUS_MULTIPROC_DIR | folder in which the processes of one server add up their metrics, emptied at its start | none |
| BACKUP_KEY         | encrypts what `manage.py backup` writes; kept apart from the backups | none: no backups     |
| SECRET_KEY_FALLBACKS | former SECRET_KEYs whose sessions and links still hold, separated by commas | none          |
| SITE_URL           | where the application is reached, for links in mails                 | http://127.0.0.1:8000 |
| DEMO_TODAY         | the day at which the demonstration campaign stands                   | none: the real today |
| DEMO_PASSWORD      | password of the demonstration accounts, read by `load_demo`          | see the command      |
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from yongzhou_ebike.logs import logging_for

BASE_DIR = Path(__file__).resolve().parent.parent


class Environment(environ.FileAwareEnv):
    """Also reads NAME from the file that NAME_FILE names, where container engines and systemd put secrets."""

    def get_value(self, *args, **kwargs):
        value = super().get_value(*args, **kwargs)
        return value.strip() if isinstance(value, str) else value  # the file ends with a newline


env = Environment()
env_file = env.str("ENV_FILE", default=str(BASE_DIR / ".env"))
if env_file and Path(env_file).exists():
    env.read_env(env_file)

SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
IDENTITY_KEY = env.str("IDENTITY_KEY", default=SECRET_KEY)
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
HTTPS = env.bool("HTTPS", default=not DEBUG)

DEMO_TODAY = env.str("DEMO_TODAY", default="")

SENDS_MAIL = bool(env.str("EMAIL_URL", default=""))
if SENDS_MAIL:
    vars().update(env.email("EMAIL_URL"))
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="campaign@localhost")
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")

INSTALLED_APPS = [
    "entities",
    "inspections",
    "reports",
    "yongzhou_ebike.apps.CampaignAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_filters",
    "rest_framework",
    "django_htmx",
    "simple_history",
    "axes",
    "csp",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "yongzhou_ebike.request_log.RequestLogMiddleware",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "yongzhou_ebike.metrics.DatabaseMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "yongzhou_ebike.compression.CompressedPagesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "yongzhou_ebike.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
    "yongzhou_ebike.metrics.AfterMiddleware",
]

ROOT_URLCONF = "yongzhou_ebike.urls"
WSGI_APPLICATION = "yongzhou_ebike.wsgi.application"
ASGI_APPLICATION = "yongzhou_ebike.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "inspections.frame.frame",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'var' / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Readers never wait for a writer, and a writer waits for its turn instead of failing half-way.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    # After a failover the connections of the pool are dead: each is tried before a request gets it.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {"timeout": 10}
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "entities.Officer"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

# The fifth wrong password locks the pair of account and address: nobody can lock a colleague out from elsewhere.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False  # accounts are unlocked in the list of officers
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["yongzhou_ebike.formats"]

STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "var" / "static"))()
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media"))()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "yongzhou_ebike.static_storage.HashedModules"
    },
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
JOB_STALE_SECONDS = 120
JOB_RESULT_DAYS = env.int("JOB_RESULT_DAYS", default=7)
EXPORT_AT_ONCE_ROWS = 2000
IMPORT_AT_ONCE_BYTES = 50 * 1024

EVIDENCE_MAX_BYTES = 20 * 1024 * 1024
EVIDENCE_MAX_PIXELS = 50_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
SELF_CHECK_LINK_DAYS = env.int("SELF_CHECK_LINK_DAYS", default=30)
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "blob:", "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # asked from inside, without TLS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
TRUSTED_PROXY = env.bool("TRUSTED_PROXY", default=False)
if TRUSTED_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_AGE = 14 * 24 * 3600

SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "PAGE_SIZE": 50,
}

LOG_FORMAT = env.str("LOG_FORMAT", default="plain" if DEBUG else "json")
LOGGING = logging_for(LOG_FORMAT, env.str("LOG_LEVEL", default="INFO").upper())
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
BACKUP_KEY = env.str("BACKUP_KEY", default="")
