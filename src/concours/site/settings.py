"""Django's settings: read from the environment, safe without one."""

import secrets
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import quote

from csp.constants import NONCE, NONE, SELF

from concours.policy.shipped import default_zone, process_locales
from concours.site import environment as env

_SOURCE = Path(__file__).resolve().parents[3]
HOME = Path(
    env.text(
        "CONCOURS_HOME",
        str(_SOURCE if (_SOURCE / "pyproject.toml").exists() else Path.cwd()),
        shown="the folder of the clone",
        meaning="The folder that relative data stands in.",
    )
)
VAR = Path(
    env.text(
        "CONCOURS_VAR",
        str(HOME / "var"),
        shown="`var` in the folder above",
        meaning="Where the service keeps its data: database, documents, keys, cache, built files.",
    )
)
KEYS = Path(
    env.text(
        "CONCOURS_KEYS",
        str(VAR / "keys"),
        shown="`keys` in the data folder",
        meaning="Where keys stand, one file each, readable by the service's user only.",
    )
)
REHEARSAL = env.flag(
    "CONCOURS_REHEARSAL",
    False,
    meaning="A rehearsal: one-click sign-in by role and a movable clock. Never in production.",
)
DEBUG = env.flag("CONCOURS_DEBUG", False, meaning="Show tracebacks. Never in production.")
ORIGIN = env.text(
    "CONCOURS_ORIGIN",
    "http://localhost:8000",
    meaning="The address people use, with scheme: in letters, passkeys and cookies.",
).rstrip("/")
SECURE = ORIGIN.startswith("https://")


def _made_at_setup() -> str:
    """The key made at set-up; without one, a key nobody knows that dies with the process."""
    file = KEYS / "session.key"
    return file.read_text(encoding="utf-8").strip() if file.exists() else secrets.token_urlsafe(48)


SECRET_KEY = env.secret(
    "CONCOURS_SECRET_KEY",
    meaning="Signs sessions and links.",
    shown="`session.key` among the keys",
    fallback=_made_at_setup,
)
KEY_TEXTS = {
    purpose: env.secret(
        f"CONCOURS_KEY_{purpose.upper()}",
        meaning=f"{meaning} Written id:base64 of 32 bytes, several parted by commas.",
        shown="files among the keys",
        fallback=str,
    )
    for purpose, meaning in (
        ("person", "Wraps the data keys of persons."),
        ("medical", "Wraps the keys of the medical compartment."),
        ("security", "Wraps the keys of the security compartment."),
        ("review", "Wraps the keys of the final review."),
        ("register", "Wraps the keys of particulars on the register."),
        ("search", "Makes the hashes a search by name looks at."),
        ("log", "Signs checkpoints and downloads (Ed25519)."),
    )
}
LOG_ORIGIN = env.text(
    "CONCOURS_LOG_ORIGIN",
    f"{ORIGIN.partition('://')[2]}/record",
    shown="the service's address without its scheme, and `/record`",
    meaning="The name of the log in its signed checkpoints; never change it once one is published.",
)
MERGE_DELAY = env.whole(
    "CONCOURS_MERGE_DELAY",
    60,
    meaning="Within how many seconds an entry enters the log; published.",
    least=1,
)
ALLOWED_HOSTS = env.listing(
    "CONCOURS_HOSTS",
    ("localhost", "127.0.0.1", "[::1]"),
    meaning="The host names the service answers to.",
)
CSRF_TRUSTED_ORIGINS = [ORIGIN]

INSTALLED_APPS = [
    "concours.pages",
    "concours.records",
    "concours.portal",
    "concours.board",
    "concours.examroom",
    "concours.site",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "concours.pages.zone.ReaderZoneMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "concours.site.middleware.RefusalPages",
    "concours.site.second_factor.SecondFactor",
]
ROOT_URLCONF = "concours.site.urls"
WSGI_APPLICATION = "concours.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "concours.pages.context.frame",
            ]
        },
    }
]
FORM_RENDERER = "concours.pages.renderer.FormRenderer"
CSRF_FAILURE_VIEW = "concours.pages.errors.csrf_failed"
FRAME_HOOKS = {"*": "concours.site.frame.fill"}

DATABASES = {
    "default": env.database(
        "DATABASE_URL",
        f"sqlite:///{quote(str(VAR / 'concours.sqlite3'))}",
        shown="`concours.sqlite3` in the data folder",
        meaning="The database: `sqlite:////absolute/path` or `postgresql://user:password@host/name`.",
    )
}
ON_SQLITE = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
if ON_SQLITE:
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;"
        ),
    }
DATABASES["default"]["CONN_MAX_AGE"] = None
DATABASES["default"]["CONN_HEALTH_CHECKS"] = not ON_SQLITE
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "records.Account"

# Sign-in attempts are counted in a cache that every web process shares: beside SQLite a
# folder of the same machine, beside PostgreSQL a table of the same database.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(VAR / "cache"),
    }
    if ON_SQLITE
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "concours_cache",
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español"), ("ar", "العربية")]
LOCALE_PATHS = [str(path) for path in process_locales()]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
BOARD_ZONE = env.text(
    "CONCOURS_BOARD_ZONE",
    default_zone(),
    meaning="The time zone that pages show until a reader chooses another.",
)

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
HASHED_STATIC = env.flag(
    "CONCOURS_HASHED_STATIC",
    not DEBUG,
    meaning="Serve the built files under names with a hash, cached for ever; tests switch it off.",
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if HASHED_STATIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not HASHED_STATIC
WHITENOISE_AUTOREFRESH = not HASHED_STATIC
MEDIA_ROOT = VAR / "documents"
FILE_UPLOAD_PERMISSIONS = 0o600

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.flag(
    "CONCOURS_BEHIND_PROXY",
    False,
    meaning="A proxy in front ends HTTPS and sets X-Forwarded-Proto and X-Forwarded-For.",
):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

OIDC_ISSUER = env.text(
    "CONCOURS_OIDC_ISSUER", "", meaning="Address of the OpenID Connect provider; empty for none."
)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        # Browsers hold form-action against redirects too: without the provider's
        # origin the sign-in button would do nothing.
        "form-action": [SELF, *([env.origin_of(OIDC_ISSUER)] if OIDC_ISSUER else [])],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "after_sign_in"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "concours.site.adapter.AccountAdapter"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
MFA_ADAPTER = "concours.site.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = ORIGIN.startswith("http://localhost")
MFA_TOTP_ISSUER = "Concours"
OIDC_NAME = env.text("CONCOURS_OIDC_NAME", "Single sign-on", meaning="What its button says.")
OIDC_CLIENT = env.text("CONCOURS_OIDC_CLIENT", "concours", meaning="Our name at the provider.")
OIDC_SECRET = env.secret(
    "CONCOURS_OIDC_SECRET", meaning="Our secret at the provider.", fallback=str, shown="none"
)
SOCIALACCOUNT_ADAPTER = "concours.site.adapter.SocialAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sign-in",
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT,
                "secret": OIDC_SECRET,
                "settings": {"server_url": OIDC_ISSUER},
            }
        ]
        if OIDC_ISSUER
        else [],
    }
}

# What libraries send becomes a notice; the worker alone speaks SMTP.
EMAIL_BACKEND = "concours.site.outbox.OutboxBackend"
EMAIL_HOST = env.text("CONCOURS_MAIL_HOST", "", meaning="The SMTP server; empty for no mail.")
EMAIL_PORT = env.whole("CONCOURS_MAIL_PORT", 25, meaning="Its port.", least=1)
EMAIL_HOST_USER = env.text("CONCOURS_MAIL_USER", "", meaning="Our name there; empty for none.")
EMAIL_HOST_PASSWORD = env.secret(
    "CONCOURS_MAIL_PASSWORD", meaning="Our password there.", fallback=str, shown="none"
)
EMAIL_USE_TLS = env.flag("CONCOURS_MAIL_STARTTLS", False, meaning="Turn on TLS by STARTTLS.")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text(
    "CONCOURS_MAIL_FROM", "Concours <concours@localhost>", meaning="Who letters come from."
)
CONTACT = (
    env.text(
        "CONCOURS_CONTACT",
        "",
        meaning="The address people write to when a page fails them; empty for that letters come from.",
    )
    or parseaddr(DEFAULT_FROM_EMAIL)[1]
)
MAIL_MODE = env.choice(
    "CONCOURS_MAIL_MODE",
    "send",
    of=("send", "silent", "redirect"),
    meaning="Send letters, keep them on the message page only, or send all to one address.",
)
MAIL_REDIRECT = env.text(
    "CONCOURS_MAIL_REDIRECT", "", meaning="The address all letters go to in the mode redirect."
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "concours.site.logging.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {
        "handlers": ["stderr"],
        "level": env.choice(
            "CONCOURS_LOG_LEVEL",
            "WARNING",
            of=("DEBUG", "INFO", "WARNING", "ERROR"),
            meaning="From which level on the log writes lines.",
        ),
    },
}
