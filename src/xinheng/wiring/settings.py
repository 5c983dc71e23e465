"""Settings, from the environment only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("XINHENG_HOME", "var")).resolve()  # database, files, snapshots
HOME.mkdir(mode=0o700, parents=True, exist_ok=True)  # nobody else on the machine reads the files
_checkout_packs = PACKAGE.parent.parent / "packs"
PACKS_DIR = _checkout_packs if _checkout_packs.is_dir() else PACKAGE / "shipped_packs"


def _secret_key() -> str:
    if key := os.environ.get("XINHENG_SECRET_KEY"):
        return key
    path = HOME / "secret_key"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("XINHENG_SECRET_KEYS_BEFORE", "").split() if key]
DEBUG = os.environ.get("XINHENG_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("XINHENG_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("XINHENG_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "xinheng.base.kernel",
    "xinheng.base.audit",
    "xinheng.base.access",
    "xinheng.base.webhooks",
    "xinheng.base.messages",
    "xinheng.base.approvals",
    "xinheng.base.packs",
    "xinheng.base.secrecy",
    "xinheng.facts.archive",
    "xinheng.facts.customers",
    "xinheng.facts.dossiers",
    "xinheng.facts.consents",
    "xinheng.facts.receivables",
    "xinheng.facts.instruments",
    "xinheng.facts.disputes",
    "xinheng.facts.orders",
    "xinheng.facts.custody",
    "xinheng.facts.texts",
    "xinheng.facts.contracts",
    "xinheng.facts.retention",
    "xinheng.facts.privacy",
    "xinheng.facts.financials",
    "xinheng.facts.factors",
    "xinheng.facts.metering",
    "xinheng.facts.intake",
    "xinheng.indicators",
    "xinheng.judgements.policies",
    "xinheng.judgements.ratings",
    "xinheng.judgements.reviews",
    "xinheng.judgements.limits",
    "xinheng.judgements.terms",
    "xinheng.judgements.advances",
    "xinheng.judgements.applications",
    "xinheng.judgements.shadow",
    "xinheng.judgements.processes",
    "xinheng.judgements.scorecards",
    "xinheng.judgements.matching",
    "xinheng.judgements.losses",
    "xinheng.judgements.arrears",
    "xinheng.judgements.consumers",
    "xinheng.judgements.theft",
    "xinheng.judgements.demand",
    "xinheng.judgements.warnings",
    "xinheng.operations.confirmations",
    "xinheng.operations.charges",
    "xinheng.operations.dunning",
    "xinheng.operations.collection",
    "xinheng.operations.care",
    "xinheng.operations.key_accounts",
    "xinheng.operations.inspections",
    "xinheng.operations.duties",
    "xinheng.reports",
    "xinheng.runs",
    "xinheng.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_tasks",
    "ninja",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "xinheng.web.api.problems.ProblemsOnly",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "xinheng.web.pages.language.ReaderLanguage",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "xinheng.web.pages.edge.Edge",
]

ROOT_URLCONF = "xinheng.wiring.urls"
WSGI_APPLICATION = "xinheng.wiring.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "xinheng.web.pages.shell.frame",
            ],
        },
    },
]

DATABASES = {"default": dj_database_url.config(default=f"sqlite:///{HOME / 'xinheng.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 60,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;",
    }
    DATABASES["default"]["TEST"] = {"NAME": str(HOME / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    # None, as Django has it, would keep even what base.kernel.prepared prepares from being prepared
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("prepare_threshold", 2**31 - 1)

_trail_of = "" if "sqlite3" in DATABASES["default"]["ENGINE"] else f"_{DATABASES['default']['NAME']}"
AUDIT_HEAD = HOME / f"audit_head{_trail_of}"  # outside the database, so that a trail cut off there is missed

AUTH_USER_MODEL = "access.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"

AXES_FAILURE_LIMIT = 5
AXES_CLIENT_IP_CALLABLE = "xinheng.base.access.signing_in.address_of"
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the time a page named stays true
AXES_LOCKOUT_CALLABLE = "xinheng.web.pages.shell.locked_out"
AXES_USERNAME_FORM_FIELD = "username"  # what forms call it, whatever the model does
AXES_USERNAME_CALLABLE = "xinheng.base.access.signing_in.login_typed"
AXES_VERBOSE = False

SECURE = os.environ.get("XINHENG_HTTPS") == "1"  # behind a proxy that ends TLS and says so
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_FAILURE_VIEW = "xinheng.web.pages.edge.form_expired"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_SSL_REDIRECT = SECURE
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [
    PACKAGE / "web" / "pages" / "locale",
    PACKAGE / "web" / "api" / "locale",
    PACKAGE / "wiring" / "locale",
]
FORMAT_MODULE_PATH = ["xinheng.wiring.formats"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # larger files go to disk while they arrive
FILE_UPLOAD_TEMP_DIR = HOME
ARCHIVE_FOLDER = HOME / "archive"  # documents kept unchanged, named by their hash; belongs in every backup
TEXTS_THREADS = int(
    os.environ.get("XINHENG_TEXTS_THREADS", str(max(1, (os.cpu_count() or 2) // 2)))
)  # recognising
TEXTS_PAGE_SECONDS = int(
    os.environ.get("XINHENG_TEXTS_PAGE_SECONDS", "180")
)  # after which a page is given up
TEXTS_MOST_PAGES = int(os.environ.get("XINHENG_TEXTS_MOST_PAGES", "500"))  # of one document that are read
TEXTS_ATTEMPTS = int(os.environ.get("XINHENG_TEXTS_ATTEMPTS", "3"))  # to read one document
ENGINE = os.environ.get("XINHENG_ENGINE", "duckdb")  # or a Spark cluster: spark://host:7077
PRINT_FONTS = os.environ.get("XINHENG_PRINT_FONTS", "")  # a folder of fonts instead of the installed one
GONE_LIST = (
    "gone.jsonl"  # what was destroyed or erased for good: beside the archive, and a second one at home
)
ARCHIVE_MOST_BYTES = int(os.environ.get("XINHENG_ARCHIVE_MOST_MB", "20")) * 2**20  # of one document
ARCHIVE_MOST_PIXELS = 100_000_000  # of one picture: a sheet of A3 at 600 dots an inch is 70 million
ARCHIVE_MOST_PAGES = 3_000  # of one document
ARCHIVE_MOST_ENTRIES = 10_000  # of one archive or office file
ARCHIVE_MOST_UNPACKED = 500 * 2**20  # bytes of one document when it is unpacked
ARCHIVE_CLAMD = os.environ.get("XINHENG_CLAMD", "")  # "tcp://127.0.0.1:3310" or "unix:/run/clamd.sock"
ARCHIVE_COPY = os.environ.get("XINHENG_ARCHIVE_COPY", "")  # a folder of second copies, best on another disk
ARCHIVE_NIGHTLY_BYTES = int(os.environ.get("XINHENG_ARCHIVE_NIGHTLY_MB", "2048")) * 2**20  # proven each night
ARCHIVE_TYPES = os.environ.get(
    "XINHENG_ARCHIVE_TYPES",
    "application/pdf,application/ofd,image/png,image/jpeg,image/tiff,text/plain,text/csv,message/rfc822,"
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document,"
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
).split(",")

WEBHOOK_HOSTS = (
    os.environ.get("XINHENG_WEBHOOK_HOSTS", "*").lower().split(",")
)  # who may be told; "*" anybody
EMAIL_HOST = os.environ.get("XINHENG_SMTP_HOST", "")  # none: no e-mail is sent
EMAIL_PORT = int(os.environ.get("XINHENG_SMTP_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("XINHENG_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("XINHENG_SMTP_PASSWORD", "")
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_USE_TLS = not EMAIL_USE_SSL and os.environ.get("XINHENG_SMTP_TLS", "1") == "1"
EMAIL_TIMEOUT = 15  # seconds
DEFAULT_FROM_EMAIL = os.environ.get("XINHENG_MAIL_FROM", "xinheng@localhost")
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": os.environ.get("XINHENG_LOG_LEVEL", "WARNING")},
}
