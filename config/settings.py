"""Settings: safe for production, read from the environment (docs/settings.md lists them)."""

import hashlib
from pathlib import Path

from casereview.rules import contrast
from config import env

BASE_DIR = Path(__file__).resolve().parent.parent

PRODUCTION = env.flag("CASEREVIEW_PRODUCTION")
DEMO = env.flag("CASEREVIEW_DEMO") and not PRODUCTION
DATA = env.data_folder()
KEYS_FILE = Path(env.text("CASEREVIEW_KEY_RING") or DATA / "keys" / "ring.json")

# To whom backups of the keys are sealed: the public half of what make_backup_key makes.
BACKUP_PUBLIC_KEY = env.text("BACKUP_PUBLIC_KEY")

SECRET_KEY = env.secret("SECRET_KEY", DATA / "keys" / "signing", PRODUCTION)
DEBUG = False
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or ([] if PRODUCTION else ["localhost", "127.0.0.1"])
if PRODUCTION:
    for name in ("ALLOWED_HOSTS", "DATABASE_URL", "KEYS_DATABASE_URL", "CASEREVIEW_KEY_RING"):
        env.required(name)

INSTALLED_APPS = [
    "learning",
    "scr",
    "cdop",
    "casereview",
    "casereview.keystore",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "guardian",
    "simple_history",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "casereview.sign_in.apps.SingleSignOn",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "casereview.middleware.headers",
    "casereview.api.problems.in_json",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "casereview.middleware.named",
    "casereview.middleware.record_context",
    "casereview.middleware.session_limits",
    "casereview.middleware.second_factor",
    "casereview.middleware.no_null",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "casereview.context.page",
            ],
        },
    }
]
FORM_RENDERER = "casereview.forms.Renderer"

DATABASES = {
    "default": env.database("DATABASE_URL", DATA / "casereview.sqlite3"),
    "keys": env.database("KEYS_DATABASE_URL", DATA / "keys" / "keys.sqlite3"),
}
DATABASE_ROUTERS = ["casereview.database.KeyStoreRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits and one-time codes must be seen by every worker process, so the cache is shared.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "casereview_cache",
        # Room for the limits of many addresses: a full cache would forget limits that hold.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

AUTH_USER_MODEL = "casereview.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

# guardian holds admissions to one case and is asked in one place only, the door; its backend,
# its anonymous user and its shortcuts are left out on purpose.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
SIMPLE_HISTORY_ENABLED = True

ACCOUNT_ADAPTER = "casereview.sign_in.adapters.AccountAdapter"
MFA_ADAPTER = "casereview.sign_in.adapters.SecondFactorAdapter"
SOCIALACCOUNT_ADAPTER = "casereview.sign_in.adapters.SingleSignOnAdapter"
ACCOUNT_FORMS = {
    "login": "casereview.sign_in.forms.SignIn",
    "reset_password": "casereview.sign_in.forms.AskForNewPassword",
    "reset_password_from_key": "casereview.sign_in.forms.SetPassword",
    "change_password": "casereview.sign_in.forms.ChangePassword",
    "reauthenticate": "casereview.sign_in.forms.PasswordAgain",
}
MFA_FORMS = {
    "authenticate": "casereview.sign_in.forms.SecondFactor",
    "reauthenticate": "casereview.sign_in.forms.SecondFactorAgain",
    "activate_totp": "casereview.sign_in.forms.SetUpApp",
    "authenticate_webauthn": "casereview.sign_in.forms.ShowPasskey",
    "reauthenticate_webauthn": "casereview.sign_in.forms.ShowPasskeyAgain",
    "add_webauthn": "casereview.sign_in.forms.AddPasskey",
    "edit_webauthn": "casereview.sign_in.forms.RenamePasskey",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
# allauth's own would write a second copy of each address, which nobody could change afterwards.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
ALLAUTH_TRUSTED_PROXY_COUNT = int(env.text("TRUSTED_PROXY_COUNT", "0"))
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Case review"
# A code is good in its own half minute only: a longer life would outlast the note of its use.
MFA_TOTP_TOLERANCE = 0
# Addresses are typed by an administrator; there is no sign-up that somebody could steal them by.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION

# Single sign-on. An account here is joined to an issuer and its subject, never to an e-mail
# address, and no account is made by it. Another issuer is another provider, even at the same name.
OIDC_SERVER_URL = env.text("OIDC_SERVER_URL")
OIDC_PROVIDER = hashlib.sha256(OIDC_SERVER_URL.encode()).hexdigest()[:16] if OIDC_SERVER_URL else ""
# The issuer's words (acr) for a sign-in with a second factor; a sign-in without one is refused.
# Without this list a sign-in there never stands for the second factor here.
OIDC_ACR_VALUES = env.words("OIDC_ACR_VALUES")
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": []}}
if OIDC_SERVER_URL:
    if PRODUCTION and not OIDC_SERVER_URL.startswith("https://"):
        raise env.SettingMissing("OIDC_SERVER_URL must begin with https:// in production")
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] = [
        {
            "provider_id": OIDC_PROVIDER,
            "name": env.text("OIDC_NAME") or "your organisation",
            "client_id": env.required("OIDC_CLIENT_ID"),
            "secret": env.required("OIDC_CLIENT_SECRET"),
            "settings": {"server_url": OIDC_SERVER_URL, "oauth_pkce_enabled": True},
        }
    ]

SESSION_COOKIE_AGE = 10 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
STEP_UP_SECONDS = 5 * 60
IDLE_MINUTES = 15
ABSOLUTE_HOURS = 10
# What was typed and not handed in is kept for so many days, saved so soon after one pauses.
DRAFT_DAYS = int(env.text("DRAFT_DAYS", "30"))
DRAFT_PAUSE_SECONDS = 5

HTTPS = env.flag("CASEREVIEW_HTTPS", PRODUCTION)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
if env.flag("BEHIND_TLS_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        # A form that signs in elsewhere is sent on by this site, and browsers check that step too.
        "form-action": ["'self'", *env.origin(OIDC_SERVER_URL)],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if PRODUCTION
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
MEDIA_ROOT = DATA / "files"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
DATE_FORMAT = "j F Y"

# A demo sends nothing: its administrator reads the messages as a page.
EMAIL_BACKEND = env.text(
    "EMAIL_BACKEND", f"django.core.mail.backends.{'dummy' if DEMO else 'smtp'}.EmailBackend"
)
# From and until when nobody is written to, but of what cannot wait.
QUIET_HOURS = env.night("QUIET_HOURS", "20-7")
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = int(env.text("EMAIL_PORT", "25"))
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "casereview@localhost")
# What the public notification page tells: whom to telephone about a child at risk, and when
# notifications are read.
SOCIAL_CARE_TELEPHONE = env.text("SOCIAL_CARE_TELEPHONE")
NOTIFICATIONS_READ = env.text(
    "NOTIFICATIONS_READ", "Monday to Friday from 9am to 5pm, except on bank holidays"
)
# Whether programs may read for people, each with a token that its person made.
API = env.flag("CASEREVIEW_API", DEMO)
# A folder on another machine, for signed checkpoints of the audit chain; unset: by message only.
CHECKPOINT_FOLDER = env.text("CHECKPOINT_FOLDER")
SITE_ADDRESS = env.text("SITE_ADDRESS", "http://127.0.0.1:8000")

# What this installation calls itself, and the colour of its head, on which white text is read.
SITE_NAME = env.text("SITE_NAME") or "Case review"
SITE_COLOUR = env.text("SITE_COLOUR")
if SITE_COLOUR and not contrast.is_colour(SITE_COLOUR):
    raise env.SettingMissing("SITE_COLOUR must be # and six hexadecimal digits, such as #0b4144")
if SITE_COLOUR and contrast.contrast(SITE_COLOUR, "#ffffff") < contrast.ENOUGH:
    raise env.SettingMissing("Choose a darker SITE_COLOUR: white text on it is not read by all")
# Bank holidays proclaimed once, which the calendar of the packages does not know yet.
HOLIDAYS_ADDED = env.days("HOLIDAYS_ADDED")

# Reports of agencies, in working days: no national limit was found, each area sets its own.
REPORT_DUE_AFTER = int(env.text("REPORT_DUE_AFTER", "15"))
REPORT_REMIND_BEFORE = int(env.text("REPORT_REMIND_BEFORE", "3"))
REPORT_REMIND_EVERY = int(env.text("REPORT_REMIND_EVERY", "5"))
REPORT_ESCALATE_AFTER = int(env.text("REPORT_ESCALATE_AFTER", "10"))

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
# Files are held in memory until they are sealed: a temporary file would be one in clear.
FILE_UPLOAD_HANDLERS = ["casereview.uploads.InMemory"]
# The malware scanner, on this machine: /path/to/clamd.socket or 127.0.0.1:3310; empty is none.
CLAMD_SOCKET = env.text("CLAMD_SOCKET")
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# Tracebacks and local variables may hold a child's name, so errors are reported by
# type, place and a reference only.
DEFAULT_EXCEPTION_REPORTER = "casereview.errors.Reporter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "casereview.errors.Formatter",
            "format": "%(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        name: {"handlers": ["stderr"], "level": "WARNING", "propagate": False}
        # The servers would write addresses, and the words of exceptions.
        for name in ("django", "django.server", "gunicorn.error")
    },
}
