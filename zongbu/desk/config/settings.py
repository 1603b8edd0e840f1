"""Settings, all from the environment (12-factor); docs/deploy.md lists the variables.

``ZONGBU_MODE`` is ``production`` unless somebody says ``local``: what is unsafe has to be asked for. In
production the process refuses to start with a default secret, DEBUG or insecure cookies, see ``safety.py``.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONCE

from zongbu import __version__
from zongbu.desk.config.logs import configure
from zongbu.desk.config.safety import local_secret, refuse_unsafe

env = environ.Env()

DESK = Path(__file__).resolve().parent.parent
PROJECT = DESK.parent.parent
MODE = env.str("ZONGBU_MODE", default="production")
LOCAL = MODE == "local"
DATA = Path(env.str("ZONGBU_DATA", default=str(PROJECT / "var"))).resolve()
"""Folder of everything that is written: database (SQLite), evidence, collected static files."""
VERSION = __version__

DEBUG = env.bool("ZONGBU_DEBUG", default=False)
SECRET_KEY = env.str("ZONGBU_SECRET_KEY", default="") or (local_secret(DATA) if LOCAL else "")
ALLOWED_HOSTS = env.list("ZONGBU_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if LOCAL else [])
CSRF_TRUSTED_ORIGINS = env.list("ZONGBU_ORIGINS", default=[])
PUBLIC_ADDRESS = env.str("ZONGBU_ADDRESS", default="").rstrip("/")
"""Under which address the public reaches the service (https://…): it gets into the QR codes of certificates. Empty: the
address of the request that prints them."""
DEMONSTRATION = env.bool("ZONGBU_DEMONSTRATION", default=LOCAL)
"""Whether every page says that what it shows is demonstration data."""

COUNTS_KEPT = env.float("ZONGBU_COUNTS_KEPT", default=10.0)
"""Seconds for which the counts of what waits are kept while nothing is journalled; 0: never."""

INSTALLED_APPS = [
    "zongbu.desk.config",
    "zongbu.desk.kernel",
    "zongbu.desk.people",
    "zongbu.desk.library",
    "zongbu.desk.enterprises",
    "zongbu.desk.selfcheck",
    "zongbu.desk.recognition",
    "zongbu.desk.support",
    "zongbu.desk.api",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_htmx",
    "django_prometheus",
    "django_tasks",
    "django_tasks_db",
    "ninja",
    "rules",
]

MIDDLEWARE = [
    "zongbu.desk.config.logs.LogMiddleware",
    "zongbu.desk.config.proxy.ProxyMiddleware",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "zongbu.desk.config.headers.PermissionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "zongbu.desk.people.continuation.RememberMiddleware",
    "zongbu.desk.people.access.AccessMiddleware",
    "zongbu.desk.config.years.YearMiddleware",
    "axes.middleware.AxesMiddleware",
    "zongbu.desk.kernel.middleware.RefusalMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "zongbu.desk.config.urls"
WSGI_APPLICATION = "zongbu.desk.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [DESK / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "zongbu.desk.config.context.page",
            ],
        },
    },
]

FORM_RENDERER = "zongbu.desk.config.widgets.Renderer"

# --- database ---------------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA / 'zongbu.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["ENGINE"] = "zongbu.desk.config.sqlite3"
    DATABASES["default"]["OPTIONS"] = {
        # Writers queue instead of failing: with the default (DEFERRED) most concurrent writes would be refused.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Mapped memory is the system's own and shared by all processes; reading through it takes half the time.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=1073741824;",
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},  # so that nobody flushes the counters by making new ones
    }
}
"""In the database, because all web processes have to count the same attempts to sign in."""

# --- language and time ------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [DESK / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- logs -------------------------------------------------------------------------------------------------

LOGGING = configure(readable=LOCAL)

# --- files ------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
VENDOR = DESK / "static" / "vendor"
"""Third-party front-end files, copied from node_modules by tools/vendor.py and never committed."""
STATICFILES_DIRS = [DESK / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA / "files"}},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if not env.bool("ZONGBU_PLAIN_STATIC", default=False)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
EVIDENCE = DATA / "evidence"
"""Uploaded evidence: outside every folder that a web server serves."""
EVIDENCE_SCANNER = env.str("ZONGBU_EVIDENCE_SCANNER", default="")
"""Dotted name of a callable that is given the path of an upload and returns what it found (empty: nothing)."""
SHARE_DAYS = env.int("ZONGBU_SHARE_DAYS", default=30)
"""For how many days a shared result of the self-check can be opened."""

# --- security ---------------------------------------------------------------------------------------------

SECURE = env.bool("ZONGBU_SECURE", default=not LOCAL)
"""Whether the service is reached by HTTPS; only ``local`` may say no."""
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = env.int("ZONGBU_SESSION_SECONDS", default=30 * 60)
SESSION_ENGINE = "zongbu.desk.config.sessions"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^health/$", r"^metrics/$"]  # asked for by this machine itself, without a proxy before it
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
BEHIND_PROXY = env.bool("ZONGBU_BEHIND_PROXY", default=False)
"""Whether a proxy of ours stands before the service, whose X-Forwarded headers are believed."""
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "zongbu.desk.config.errors.form_expired"
METRICS_TOKEN = env.str("ZONGBU_METRICS_TOKEN", default="")
"""Who brings it may read the metrics from elsewhere; without it only this machine may."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20

# --- signing in -------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesBackend",
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "zongbu.desk.people.passwords.VarietyValidator", "OPTIONS": {"kinds": 3}},
    {"NAME": "zongbu.desk.people.passwords.HistoryValidator", "OPTIONS": {"remembered": 5}},
]
PASSWORD_DAYS = env.int("ZONGBU_PASSWORD_DAYS", default=180)
"""After how many days a password has to be replaced; 0 means never."""
PASSWORD_HASHERS = env.list("ZONGBU_PASSWORD_HASHERS", default=["django.contrib.auth.hashers.PBKDF2PasswordHasher"])
SECOND_FACTOR = env.bool("ZONGBU_SECOND_FACTOR", default=not LOCAL)
"""Whether everybody who is no member of the public must hold a second factor before anything else."""
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_ADAPTER = "zongbu.desk.people.adapters.AccountAdapter"
ACCOUNT_USER_DISPLAY = "zongbu.desk.people.adapters.display"
# Guessing at one name from one address is ended by django-axes (below); this stops guessing from many addresses,
# and at second factors, which axes does not see.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "30/m/ip,20/30m/key",
    "people_register": "20/h/ip",
    "people_receipt": "30/10m/ip",
}
SOCIALACCOUNT_ADAPTER = "zongbu.desk.people.adapters.SocialAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
MFA_ADAPTER = "zongbu.desk.people.adapters.FactorAdapter"
MFA_FORMS = {
    "authenticate": "zongbu.desk.people.factors.FactorForm",
    "reauthenticate": "zongbu.desk.people.factors.FactorAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Zongbu"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL
USERSESSIONS_TRACK_ACTIVITY = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "zongbu.desk.people.lockout.page"
AXES_USERNAME_CALLABLE = "zongbu.desk.people.lockout.name_of"
AXES_CLIENT_IP_CALLABLE = "zongbu.desk.people.viewers.address_of"
AXES_DISABLE_ACCESS_LOG = True  # the journal tells of every sign-in
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

_IDENTITY_PROVIDER = env.str("ZONGBU_OIDC_URL", default="")
"""Single sign-on by OpenID Connect: the provider's address, under which ``/.well-known/`` lies."""
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": env.str("ZONGBU_OIDC_NAME", default="统一身份认证"),
                "client_id": env.str("ZONGBU_OIDC_CLIENT_ID", default=""),
                "secret": env.str("ZONGBU_OIDC_SECRET", default=""),
                "settings": {"server_url": _IDENTITY_PROVIDER},
            }
        ]
        if _IDENTITY_PROVIDER
        else [],
    }
}

# --- mail -------------------------------------------------------------------------------------------------

vars().update(env.email_url("ZONGBU_EMAIL_URL", default="consolemail://" if LOCAL else "smtp://localhost:25"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("ZONGBU_EMAIL_FROM", default="zongbu@localhost")

JOURNAL_ALGORITHM = env.str("ZONGBU_JOURNAL_ALGORITHM", default="sha256")
"""Digest that chains new journal entries: ``sha256``, or ``sm3`` where the machine's OpenSSL knows it."""

# --- background work --------------------------------------------------------------------------------------

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'", NONCE],
        "style-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "form-action": ["'self'", *([_IDENTITY_PROVIDER] if _IDENTITY_PROVIDER else [])],
        "base-uri": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

refuse_unsafe(MODE, globals())
