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
| DATABASE_REPLICA_URL | a hot standby of it; pages and exports that are declared so are read there (docs/scale.md) | none |
| MEDIA_ROOT         | where evidence is kept                                               | var/media            |
| CLAMAV             | virus scanner asked about each upload, `host:port` or the path of a socket; nothing is taken unasked | none |
| CLAMAV_SECONDS     | how long it is waited for                                            | 30                   |
| S3_BUCKET          | keeps all files in that private bucket of an object store, not in MEDIA_ROOT | none           |
| S3_ENDPOINT        | address of the object store: `https://…`                             | that of AWS          |
| S3_REGION          | its region                                                           | none                 |
| S3_ACCESS_KEY      | its user                                                             | what the machine offers |
| S3_SECRET_KEY      | and its key                                                          | what the machine offers |
| S3_ENCRYPTION      | how the store encrypts what is written: `AES256` or `aws:kms`        | as the bucket says   |
| STATIC_ROOT        | where `collectstatic` puts styles and scripts                        | var/static           |
| CACHE_URL          | counts visits and calls; for all machines: `dbcache://…` or `redis://…` (sessions, too) | locmemcache:// |
| SELF_CHECK_LINK_DAYS | for how many days a link for an entity is valid                    | 30                   |
| JOB_RESULT_DAYS    | for how many days the file of a finished job can be downloaded       | 7                    |
| EMAIL_URL          | sends the daily digests: `smtp://user:password@host:25`; without it they stay in the application | none |
| MAIL_FROM          | the address from which mails are sent                                | campaign@localhost   |
| API_RATE           | how often one officer may call the API                               | 600/min              |
| AUDIT_MONTHS       | for how many months log-ins and exports are kept, at least 6          | 24                   |
| HISTORY_YEARS      | for how many years the history of records is kept; 0: for ever        | 0                    |
| PASSWORD_DAYS      | after how many days a password must be changed; 0: never               | 0                    |
| SECOND_FACTOR_ROLES | roles whose log-in needs a second factor, separated by commas: `administrator,manager` | none |
| SESSION_DAYS       | after how many days everybody signs in again                           | 14                   |
| SESSION_IDLE_HOURS | a session that nobody uses for so long ends; 0: never                  | 72                   |
| OIDC_CLIENT_ID     | log-in through a portal (OpenID Connect) is offered                   | none                 |
| OIDC_CLIENT_SECRET | the client's secret at the portal | required with it |
| OIDC_ISSUER | what the portal calls itself (`iss`) | required with it |
| OIDC_AUTHORIZATION_ENDPOINT | where the portal asks the person | required with it |
| OIDC_TOKEN_ENDPOINT | where the portal gives its answer | required with it |
| OIDC_USER_ENDPOINT | where the portal tells who it is | required with it |
| OIDC_JWKS_ENDPOINT | the portal's keys | required with it |
| OIDC_USERNAME_CLAIM | what the portal calls the user name of an officer                     | preferred_username   |
| OIDC_IS_SECOND_FACTOR | the portal asked for a second factor itself                         | on                   |
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
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "simple_history",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "csp",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "yongzhou_ebike.request_log.RequestLogMiddleware",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "yongzhou_ebike.trouble.AgainMiddleware",
    "yongzhou_ebike.metrics.DatabaseMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "yongzhou_ebike.compression.CompressedPagesMiddleware",
    "yongzhou_ebike.unchanged.UnchangedPagesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "yongzhou_ebike.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "yongzhou_ebike.not_kept.NotKeptMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "entities.account_rules.AccountRules",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "entities.trace.TraceMiddleware",
    "entities.audit.TakenOutMiddleware",
    "axes.middleware.AxesMiddleware",
    "yongzhou_ebike.metrics.AfterMiddleware",
    "yongzhou_ebike.trouble.TroubleMiddleware",
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
            "builtins": ["entities.templatetags.components"],
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
    # A page waits two seconds for a connection, looks once more (trouble.AgainMiddleware), then says that the database is away.
    # The pool gives up looking for it faster: the next request looks again, where the pool itself would come back only after
    # a pause that doubles each time. A connection for each thread of the process (deploy/gunicorn.conf.py) at the most.
    POOL = {"min_size": 1, "max_size": 4, "timeout": 2, "reconnect_timeout": 1.5}
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = POOL
    # Compiling a plan takes seconds, of which a page that stops after fifty rows gets nothing back; and a row looked up by its
    # key costs little more than the next one of a scan, on disks of today and in memory.
    PLANS = "-c jit=off -c random_page_cost=1.1"
    DATABASES["default"]["OPTIONS"].setdefault("options", PLANS)
    # After a failover the connections of the pool are dead: each is tried before a request gets it.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    if env.str("DATABASE_REPLICA_URL", default=""):
        DATABASES["standby"] = env.db_url("DATABASE_REPLICA_URL")
        # Whoever would wait for it longer is better served by the primary.
        DATABASES["standby"].setdefault("OPTIONS", {})["pool"] = POOL | {"timeout": 1, "reconnect_timeout": 0.5}
        DATABASES["standby"]["OPTIONS"].setdefault("options", PLANS)
        DATABASES["standby"] |= {"CONN_HEALTH_CHECKS": True, "TEST": {"MIRROR": "default"}}
        DATABASE_ROUTERS = ["yongzhou_ebike.router.StandbyRouter"]
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}
SESSIONS_IN_CACHE = CACHES["default"]["BACKEND"].endswith("RedisCache")
if SESSIONS_IN_CACHE:
    CACHES["default"]["BACKEND"] = "yongzhou_ebike.shared_cache.SharedCache"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "entities.Officer"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "entities.places.StrangePlaceBackend",
    "entities.backend.OfficerBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "entities.passwords.NotTheSame"},
]
# 网络安全法 asks for network logs of at least six months; files of penalty cases are kept far longer.
AUDIT_MONTHS = max(env.int("AUDIT_MONTHS", default=24), 6)
HISTORY_YEARS = env.int("HISTORY_YEARS", default=0)
PASSWORD_DAYS = env.int("PASSWORD_DAYS", default=0)
SECOND_FACTOR_ROLES = env.list("SECOND_FACTOR_ROLES", default=[])
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

# The fifth wrong password locks the pair of account and address: nobody can lock a colleague out from elsewhere.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "entities.address.client_address"
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
S3_BUCKET = env.str("S3_BUCKET", default="")
S3 = {
    "BACKEND": "yongzhou_ebike.object_storage.ObjectStorage",
    "OPTIONS": {
        "bucket_name": S3_BUCKET,
        "endpoint_url": env.str("S3_ENDPOINT", default="") or None,
        "region_name": env.str("S3_REGION", default="") or None,
        "access_key": env.str("S3_ACCESS_KEY", default="") or None,
        "secret_key": env.str("S3_SECRET_KEY", default="") or None,
        "encryption": env.str("S3_ENCRYPTION", default=""),
    },
}
STORAGES = {
    "default": S3 if S3_BUCKET else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
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

CLAMAV = env.str("CLAMAV", default="")
CLAMAV_SECONDS = env.int("CLAMAV_SECONDS", default=30)
EVIDENCE_MAX_BYTES = 20 * 1024 * 1024
EVIDENCE_MAX_PIXELS = 50_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
SELF_CHECK_LINK_DAYS = env.int("SELF_CHECK_LINK_DAYS", default=30)
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

API_RATE = env.str("API_RATE", default="600/min")

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
SESSION_ENGINE = "entities.sessions"
SESSION_COOKIE_AGE = env.int("SESSION_DAYS", default=14) * 24 * 3600
SESSION_IDLE_HOURS = env.int("SESSION_IDLE_HOURS", default=72)
SESSION_COOKIE_SAMESITE = "Lax"

# Log-in through a government portal (OpenID Connect): on once its client is named.
PORTAL = bool(env.str("OIDC_CLIENT_ID", default=""))
if PORTAL:
    INSTALLED_APPS.append("mozilla_django_oidc")
    AUTHENTICATION_BACKENDS.append("entities.portal.PortalBackend")
    OIDC_RP_CLIENT_ID = env.str("OIDC_CLIENT_ID")
    OIDC_RP_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET")
    OIDC_ISSUER = env.str("OIDC_ISSUER")
    OIDC_OP_AUTHORIZATION_ENDPOINT = env.str("OIDC_AUTHORIZATION_ENDPOINT")
    OIDC_OP_TOKEN_ENDPOINT = env.str("OIDC_TOKEN_ENDPOINT")
    OIDC_OP_USER_ENDPOINT = env.str("OIDC_USER_ENDPOINT")
    OIDC_OP_JWKS_ENDPOINT = env.str("OIDC_JWKS_ENDPOINT")
    OIDC_RP_SIGN_ALGO = "RS256"
    OIDC_RP_SCOPES = "openid profile"
    OIDC_USE_PKCE, OIDC_TIMEOUT = True, 10
    OIDC_USERNAME_CLAIM = env.str("OIDC_USERNAME_CLAIM", default="preferred_username")
    OIDC_CREATE_USER = False  # accounts are made here, by appointment
    OIDC_CALLBACK_CLASS = "entities.portal.PortalCallback"
    OIDC_IS_SECOND_FACTOR = env.bool("OIDC_IS_SECOND_FACTOR", default=True)
    LOGIN_REDIRECT_URL_FAILURE = "/login/?portal=refused"

SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "entities.api.TokenAuthentication",
        "entities.api.PagesAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated", "entities.api.OpenedByToken"],
    "DEFAULT_THROTTLE_CLASSES": ["entities.api.OfficerThrottle", "entities.api.StrangerThrottle"],
    "DEFAULT_THROTTLE_RATES": {"officer": API_RATE, "stranger": "30/min", "log-in": "10/min"},
    "DEFAULT_PARSER_CLASSES": [
        "reports.api.bodies.BoundedJSONParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "reports.api.described.Described",
    "EXCEPTION_HANDLER": "reports.api.problems.tell",
    "NUM_PROXIES": 1 if TRUSTED_PROXY else 0,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Yongzhou e-bike safety campaign",
    "DESCRIPTION": "Records, figures, snapshots and jobs, with the scope and the rules of the pages.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "POSTPROCESSING_HOOKS": [],
    "COMPONENT_SPLIT_REQUEST": True,
}

LOG_FORMAT = env.str("LOG_FORMAT", default="plain" if DEBUG else "json")
LOGGING = logging_for(LOG_FORMAT, env.str("LOG_LEVEL", default="INFO").upper())
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
BACKUP_KEY = env.str("BACKUP_KEY", default="")
