"""How the service is set up, from the environment alone.

SIZAO_HOME            folder of the register (default: sizao-register)
DATABASE_URL          postgresql://...; default: SQLite in SIZAO_HOME
SIZAO_HOSTS           names under which it is served, separated by commas (default: this machine alone)
SIZAO_BEHIND_TLS      1: cookies only over https, HSTS; set it wherever the service leaves this machine. The proxy in
                      front must set X-Forwarded-Proto itself
SIZAO_PROXIES         how many proxies in front add to X-Forwarded-For (default: 0); lock-out counts by that address
SIZAO_ZONE            time zone of the place (default: Asia/Shanghai)
SIZAO_RULEBOOK        the chain that is derived (default: cn-2022-11-11)
SIZAO_TODAY           holds the date still, for a demonstration
SIZAO_RETENTION_DAYS  personal text is erased so many days after release (default: 60, see docs/register.md)
SIZAO_TOTP            optional: staff may sign in without a second factor, for a demonstration
SIZAO_METRICS_TOKEN   who sends it as a bearer may read /metrics (default: nobody)
Keys: see sizao.register.place.
"""

from __future__ import annotations

import datetime as dt
import os

import dj_database_url
from csp.constants import NONE, SELF

from sizao.register.place import home, read_keys

SIZAO_HOME = home()
_keys = read_keys(SIZAO_HOME)
SECRET_KEY = _keys.signing
SIZAO_FIELD_KEYS = _keys.fields
SIZAO_LOOKUP_KEY = _keys.lookup
SIZAO_RULEBOOK = os.environ.get("SIZAO_RULEBOOK", "cn-2022-11-11")
SIZAO_TODAY = dt.date.fromisoformat(os.environ["SIZAO_TODAY"]) if os.environ.get("SIZAO_TODAY") else None
SIZAO_RETENTION_DAYS = int(os.environ.get("SIZAO_RETENTION_DAYS", "60"))
SIZAO_TOTP = os.environ.get("SIZAO_TOTP", "required")
SIZAO_METRICS_TOKEN = os.environ.get("SIZAO_METRICS_TOKEN", "")
SIZAO_SESSION = dt.timedelta(hours=12)

DEBUG = False
ALLOWED_HOSTS = [name for name in os.environ.get("SIZAO_HOSTS", "").split(",") if name] or [
    "127.0.0.1",
    "localhost",
    "[::1]",
]
INSTALLED_APPS = [
    "sizao.register",
    "sizao.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_htmx",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "sizao.web.headers.Headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "sizao.web.turns.Turns",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sizao.web.sessions.BoundSession",
    "django.contrib.messages.middleware.MessageMiddleware",
    "sizao.web.language.Language",
    "django.middleware.csrf.CsrfViewMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "sizao.web.gate.Gate",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "sizao.web.urls"
WSGI_APPLICATION = "sizao.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["sizao.web.templatetags.sizao"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "sizao.web.page.around",
            ],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATABASES = {
    "default": dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=600, conn_health_checks=True)
    if os.environ.get("DATABASE_URL")
    else {
        "ENGINE": "sizao.register.sqlite",
        "NAME": str(SIZAO_HOME / "register.sqlite3"),
        "TEST": {"NAME": ":memory:"},  # tests on several cores know Django's own engine alone
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            " PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
            " PRAGMA recursive_triggers=ON",  # else INSERT OR REPLACE would delete a row without asking its trigger
        },
    }
}
if os.environ.get("DATABASE_URL"):
    # Each question of a screen is a small one: helpers and compiled plans cost it more than they save
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c jit=off -c max_parallel_workers_per_gather=0"
FILE_UPLOAD_HANDLERS = ["sizao.web.uploads.InMemory"]
CACHES = {  # attempts and used codes are counted here: all processes must see the same
    "default": {
        "BACKEND": "sizao.web.cache.Cache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

USE_TZ = True
TIME_ZONE = os.environ.get("SIZAO_ZONE", "Asia/Shanghai")
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "language"
USE_I18N = True

# Styles and pictures come straight from the installed package; their addresses carry a hash of what they hold.
STATIC_URL = "/static/"
STORAGES = {"staticfiles": {"BACKEND": "sizao.web.statics.HashedInQuery"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 365 * 24 * 3600
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Sign-in
AUTH_USER_MODEL = "register.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = ACCOUNT_PASSWORD_CHANGE_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "sizao.web.sign_in.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True  # no box to tick: a session lasts as long as settings say
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "60/m/ip,10/5m/key",
    "own_code": "60/15m/ip",
    "verify": "120/5m/ip",
}
# An office shares one address, and so does a hotel of people in isolation
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("SIZAO_PROXIES", "0"))
MFA_ADAPTER = "sizao.web.sign_in.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Sizao"
MFA_TOTP_TOLERANCE = 1  # a clock that is half a minute off must not lock an office out
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = dt.timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "sizao.web.sign_in.locked_out"
AXES_CLIENT_IP_CALLABLE = "sizao.web.sign_in.address_of"
AXES_USERNAME_CALLABLE = "sizao.web.sign_in.name_of"
AXES_SENSITIVE_PARAMETERS = ["login", "username", "ip_address"]
AXES_VERBOSE = False

# Sessions and cookies
_tls = os.environ.get("SIZAO_BEHIND_TLS") == "1"
_prefix = "__Host-" if _tls else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_prefix}sizao", f"{_prefix}sizao-form"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _tls
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = int(SIZAO_SESSION.total_seconds())
CSRF_FAILURE_VIEW = "sizao.web.ended.form_expired"

# What a browser may do with our pages
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _tls else None
SECURE_HSTS_SECONDS = 31_536_000 if _tls else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 2**20  # ten thousand rows sent to the API at once

# Logs name addresses by their pattern and errors by their kind: see sizao.web.logs
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "sizao.web.logs.Impersonal"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # anybody can make as many as they like
        "django.security.RequestDataTooBig": {"level": "CRITICAL"},  # the same; it is answered with words
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "axes": {"level": "ERROR"},  # who failed to sign in stands in its tables
        "sizao": {"level": "INFO"},
    },
}
