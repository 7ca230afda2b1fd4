"""Django's settings, made from `options.Options`; nothing here reads the environment but that."""

import gc
import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from environ import Env

from suyuan.config.options import Options, load

SUYUAN: Options = load(os.environ)
PACKAGE = Path(__file__).resolve().parents[1]

# Every process reads its settings once. At the interpreter's own thresholds a batch of a thousand events, which holds
# no reference cycles, pays a quarter of its time for looking for them.
gc.set_threshold(50_000, 20, 50)


def database(url: str) -> dict[str, Any]:
    """The one database. On SQLite connections stay open; on PostgreSQL `serving` adds the pool."""
    config: dict[str, Any] = Env.db_url_config(url)
    if config["ENGINE"] == "django.db.backends.sqlite3":
        return config | {"ENGINE": "suyuan.config.backends.sqlite", "CONN_MAX_AGE": None}
    # Bound and prepared by the server: arrays go as bytes and not as text, a statement is planned once a connection.
    bound = {"server_side_binding": True, "prepare_threshold": 5}
    options = config.get("OPTIONS")
    options = bound | (options if isinstance(options, dict) else {})
    return config | {"ENGINE": "suyuan.config.backends.postgresql", "OPTIONS": options}


def mail(url: str) -> dict[str, Any]:
    """Where mails go: to a server, to the terminal, or into files."""
    if url.startswith("smtp"):
        return dict(Env.email_url_config(url))
    kind = "console" if url else "filebased"
    return {"EMAIL_BACKEND": f"django.core.mail.backends.{kind}.EmailBackend"}


SECRET_KEY = SUYUAN.secret_key
DEBUG = SUYUAN.debug
ALLOWED_HOSTS = list(SUYUAN.allowed_hosts)
ROOT_URLCONF = "suyuan.config.urls"
WSGI_APPLICATION = "suyuan.config.wsgi.application"
DATABASES = {"default": database(SUYUAN.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Ours, from the lowest floor up; a package enters when it exists.
APPS: tuple[str, ...] = (
    "suyuan.accounts",
    "suyuan.catalog",
    "suyuan.ledger",
    "suyuan.stock",
    "suyuan.genealogy",
    "suyuan.governance",
    "suyuan.orders",
    "suyuan.inspection",
    "suyuan.production",
    "suyuan.returns",
    "suyuan.picking",
    "suyuan.delivery",
    "suyuan.stocktake",
    "suyuan.recall",
    "suyuan.insight",
    "suyuan.ui",
    "suyuan.devices",
    "suyuan.desk",
    "suyuan.public",
    "suyuan.api",
)
SINGLE_SIGN_ON = (
    ("allauth.socialaccount", "allauth.socialaccount.providers.openid_connect") if SUYUAN.oidc_issuer else ()
)
INSTALLED_APPS = [
    *APPS,
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_htmx",
    "django_vite",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    *SINGLE_SIGN_ON,
]
MIDDLEWARE = [
    "suyuan.ui.addresses.told_by_proxies",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "suyuan.ui.plain.said_when_not_allowed",
    "axes.middleware.AxesMiddleware",
]
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
            ],
        },
    },
]

LANGUAGE_CODE = SUYUAN.language
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = SUYUAN.time_zone
USE_TZ = True

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "UserAttributeSimilarityValidator")
]
# Login, second factors and sessions: allauth's flows behind our own pages. Accounts are made by administrators only.
ACCOUNT_ADAPTER = "suyuan.desk.gate.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600  # seconds
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # this session goes on; the others end with the old password
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip", "reauthenticate": "10/m/user", "change_password": "5/m/user"}
ALLAUTH_TRUSTED_CLIENT_IP_HEADER = None
MFA_ADAPTER = "suyuan.desk.gate.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Suyuan"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = SUYUAN.debug
MFA_FORMS = {"authenticate": "suyuan.desk.gate.CodeForm", "reauthenticate": "suyuan.desk.gate.CodeAgainForm"}
SOCIALACCOUNT_ADAPTER = "suyuan.desk.single_sign_on.SingleSignOn"
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = ""
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": SUYUAN.oidc_name,
                "client_id": SUYUAN.oidc_client,
                "secret": SUYUAN.oidc_secret,
                "settings": {"server_url": SUYUAN.oidc_issuer},
            }
        ],
    }
} if SUYUAN.oidc_issuer else {}  # fmt: skip
MAIL = mail(SUYUAN.mail_url)
EMAIL_BACKEND = MAIL["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = MAIL.get("EMAIL_HOST") or "localhost", MAIL.get("EMAIL_PORT") or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.get("EMAIL_HOST_USER") or "", MAIL.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.get("EMAIL_USE_TLS", False), MAIL.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = SUYUAN.home / "mail"
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = SUYUAN.mail_from
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_HTTP_RESPONSE_CODE = 429
AXES_LOCKOUT_CALLABLE = "suyuan.desk.session.locked_out"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]

# What `vite build` wrote is collected with the rest; whitenoise serves it, hashed and compressed.
STATIC_URL = "static/"
STATIC_ROOT = PACKAGE / "static" / "collected"
STATICFILES_DIRS = [PACKAGE / "static" / "built"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = SUYUAN.home / "files"
DJANGO_VITE = {"default": {"dev_mode": False, "manifest_path": PACKAGE / "static" / "built" / "manifest.json"}}

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 12 * 3600  # a shift
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SUYUAN.https
SECURE_HSTS_SECONDS = 31_536_000 if SUYUAN.https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SUYUAN.https else None
CSRF_TRUSTED_ORIGINS = [f"https://{'*' if host.startswith('.') else ''}{host}" for host in ALLOWED_HOSTS if host != "*"]
PROVIDER = ["/".join(SUYUAN.oidc_issuer.split("/")[:3])] if SUYUAN.oidc_issuer else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, "'wasm-unsafe-eval'"],  # the camera's barcode reader is WebAssembly
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],  # tabler draws its arrows as data: images
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF, *PROVIDER],  # the login form is sent on to the provider of single sign-on
        "frame-ancestors": [NONE],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = SUYUAN.capture_limit_bytes

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
