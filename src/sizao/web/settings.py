"""How the service is set up, from the environment alone.

SIZAO_HOME            folder of the register (default: sizao-register)
DATABASE_URL          postgresql://...; default: SQLite in SIZAO_HOME
SIZAO_HOSTS           names under which it is served, separated by commas (default: this machine alone)
SIZAO_BEHIND_TLS      1: cookies only over https, HSTS; set it wherever the service leaves this machine
SIZAO_ZONE            time zone of the place (default: Asia/Shanghai)
SIZAO_RULEBOOK        the chain that is derived (default: cn-2022-11-11)
SIZAO_TODAY           holds the date still, for a demonstration
Keys: see sizao.register.place.
"""

from __future__ import annotations

import datetime as dt
import os

import dj_database_url

from sizao.register.place import home, read_keys

SIZAO_HOME = home()
_keys = read_keys(SIZAO_HOME)
SECRET_KEY = _keys.signing
SIZAO_FIELD_KEYS = _keys.fields
SIZAO_LOOKUP_KEY = _keys.lookup
SIZAO_RULEBOOK = os.environ.get("SIZAO_RULEBOOK", "cn-2022-11-11")
SIZAO_TODAY = dt.date.fromisoformat(os.environ["SIZAO_TODAY"]) if os.environ.get("SIZAO_TODAY") else None

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
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "sizao.web.urls"
WSGI_APPLICATION = "sizao.web.wsgi.application"
AUTH_USER_MODEL = "register.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATABASES = {
    "default": dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=600, conn_health_checks=True)
    if os.environ.get("DATABASE_URL")
    else {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(SIZAO_HOME / "register.sqlite3"),
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            " PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;",
        },
    }
}

USE_TZ = True
TIME_ZONE = os.environ.get("SIZAO_ZONE", "Asia/Shanghai")
LANGUAGE_CODE = "zh-hans"
USE_I18N = True

_tls = os.environ.get("SIZAO_BEHIND_TLS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _tls
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SECURE_HSTS_SECONDS = 31_536_000 if _tls else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
