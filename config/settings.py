"""One settings file; what differs between a demonstration and production comes from the environment."""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from environ import Env

from config.keys import secret, signing_key_file
from core.headers import of_a_static_file
from core.logs import FORMAT

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()

DEMO = env.bool("DEMO", default=False)
VAR = Path(env.str("ONUS_VAR", default=str(BASE_DIR / "var")))
VAR.mkdir(mode=0o700, parents=True, exist_ok=True)

# --- Secrets. Tests and the demonstration make their own; production refuses to start without them.
_MADE_IN = VAR / "keys" if DEMO else None
SECRET_KEY = secret(env, "ONUS_SECRET_KEY", made_in=_MADE_IN)
# Comma separated, the newest first: it wraps; the others only unwrap until `rotate_keys` has run.
VAULT_MASTER_KEYS = secret(env, "ONUS_MASTER_KEYS", made_in=_MADE_IN, fernet=True).split(",")
AUDIT_KEY = secret(env, "ONUS_AUDIT_KEY", made_in=_MADE_IN)
FINGERPRINT_KEY = secret(env, "ONUS_FINGERPRINT_KEY", made_in=_MADE_IN)
# Outside the database and outside its backups: which keys were destroyed, so that no backup brings them back.
KEY_LEDGER = env.str("ONUS_KEY_LEDGER", default=str(VAR / "destroyed_keys"))

# --- Backups: sealed to a public key; what opens them is on paper, with two people, and here only to restore one.
BACKUP_FOLDER = env.str("ONUS_BACKUP_FOLDER", default=str(VAR / "backups"))
BACKUP_RECIPIENT = env.str("ONUS_BACKUP_RECIPIENT", default="")
# A demonstration opens its own.
BACKUP_KEY = (
    secret(env, "ONUS_BACKUP_KEY", made_in=_MADE_IN, fernet=True) if DEMO else env.str("ONUS_BACKUP_KEY", default="")
)

# --- What signs a report to a court: PEM or PKCS#12. Without one Onus runs, and issues nothing.
SIGNING_KEY = signing_key_file(env, made_in=_MADE_IN)
SIGNING_PASSWORD = env.str("ONUS_SIGNING_PASSWORD", default="")
# Certificates above ours, where someone else vouches for it; and those that ours replaced, which signed before.
SIGNING_CHAIN = env.str("ONUS_SIGNING_CHAIN", default="")
FORMER_CERTIFICATES = env.str("ONUS_FORMER_CERTIFICATES", default="")
TIMESTAMP_URL = env.str("ONUS_TIMESTAMP_URL", default="")
# Who alone recorded what a report rests on doesn't issue it without another look: courts/eyes.py.
FOUR_EYES = env.bool("ONUS_FOUR_EYES", default=True)

DEBUG = False
ALLOWED_HOSTS = env.list("ONUS_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEMO else [])

INSTALLED_APPS = [
    "core",
    "vault",
    "accounts",
    "audit",
    "backups",
    "participants",
    "messaging",
    "programs",
    "courts",
    "records",
    "outcomes",
    "office",
    "demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    # Without its default site and without looking for admin modules: the office is `office.site.office`.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.headers.PrivatePages",
    "core.methods.SpokenMethods",
    "core.row_numbers.RowNumbers",
    "audit.middleware.OriginMiddleware",
    "core.language.LanguageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Before the next one, which asks whoever was signed out here to sign in again.
    "accounts.middleware.StayingMiddleware",
    # Closed unless a view says that it is open: `login_not_required`.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "audit.middleware.RefusalMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
                "accounts.context.signed_in",
            ]
        },
    }
]
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Database: a SQLite file to try Onus and for one small office, PostgreSQL in production.
DATABASE_IS_NAMED = bool(env.str("DATABASE_URL", default=""))
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR / 'onus.sqlite3'}")}
_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
        "PRAGMA secure_delete=ON; PRAGMA recursive_triggers=ON;",
    }
    # In memory the tables lock under threads, and nothing would prove that WAL and the busy timeout hold.
    _database["TEST"] = {"NAME": VAR / "test" / "onus.sqlite3"}
    (VAR / "test").mkdir(mode=0o700, exist_ok=True)
else:
    # Without kept connections a fifth of the requests a second (measured).
    _database["CONN_MAX_AGE"] = 600
    _database["CONN_HEALTH_CHECKS"] = True
    # Compiling Today's long question takes longer than answering it, a hundred times over (measured).
    _database.setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")

# --- Signing in: e-mail, password, and a second factor. Nobody signs up; one is invited.
AUTHENTICATION_BACKENDS = ["accounts.backends.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
# New ones by the first; whoever has an older one gets it anew when they sign in.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 60 * 60
# Only a demonstration can do without.
SECOND_FACTOR_REQUIRED = not (DEMO and env.bool("ONUS_DEMO_WITHOUT_SECOND_FACTOR", default=False))
INVITATION_DAYS = 7
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ForgotPasswordForm",
    "reset_password_from_key": "accounts.forms.NewPasswordForm",
    "reauthenticate": "accounts.forms.PasswordAgainForm",
    "confirm_login_code": "accounts.forms.MailedCodeForm",
}
# An invitation goes to the address, so that whoever accepts it has shown that it is theirs.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if DEMO else "https"
ACCOUNT_SESSION_REMEMBER = False
# allauth's own would write rows of addresses, which our users don't have.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105  a class
# A clerk's second step: a court's mail may take its time.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_LOGIN_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.CodeForm",
    "reauthenticate": "accounts.forms.CodeAgainForm",
    "activate_totp": "accounts.forms.FirstCodeForm",
    "login_webauthn": "accounts.forms.PasskeySignInForm",
    "authenticate_webauthn": "accounts.forms.PasskeyForm",
    "reauthenticate_webauthn": "accounts.forms.PasskeyAgainForm",
    "add_webauthn": "accounts.forms.AddPasskeyForm",
    "edit_webauthn": "accounts.forms.NamePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Onus"
# Not one step more: the guard against a code that comes twice remembers it for one step.
MFA_TOTP_TOLERANCE = 0
# How many proxies of ours stand in front; whoever asks is then the one before them.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("ONUS_PROXIES", default=0)
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Sessions, cookies, messages. `__Host-` wants https, which a demonstration on this machine doesn't have.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# An office's screen that nobody touched for so long is signed out; an evening's roster stays (`accounts.staying`).
IDLE_MINUTES = env.int("ONUS_IDLE_MINUTES", default=30)
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = ("session", "csrf") if DEMO else ("__Host-session", "__Host-csrf")
# Which browsers somebody signed in from before: `accounts.devices`.
DEVICE_COOKIE_NAME = "device" if DEMO else "__Host-device"
DEVICE_COOKIE_AGE = 365 * 24 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEMO
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = None
# Not in a cookie: a message may name somebody.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- What the browser is told. A page of another host, an inline script or style is never run.
SECURE_SSL_REDIRECT = env.bool("ONUS_REDIRECT_TO_HTTPS", default=not DEMO)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 0 if DEMO else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEMO
# Django compares the Referer over https; nobody else learns where one came from.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# --- Static files: hashed names, compressed, kept by browsers for good; the demonstration reads them where they lie.
STATIC_URL = "/static/"
STATIC_ROOT = env.str("ONUS_STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
_storage = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Everybody's to read, whoever gathered them: our umask leaves a folder to its owner alone.
    "staticfiles": {
        "BACKEND": _storage if DEMO else "core.leaner.LeanStorage",
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEMO
# Our own pages ask for these files, nobody else's.
WHITENOISE_ALLOW_ALL_ORIGINS, WHITENOISE_ADD_HEADERS_FUNCTION = False, of_a_static_file
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
# Markup that could not be rendered is a fault to hear of, not an empty form.
CRISPY_FAIL_SILENTLY = False

# --- Time and language
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", "English"), ("es", "Spanish")]
LOCALE_PATHS = [BASE_DIR / "locale"]
# The facilitators' pages, and the one that their phones show without a line. The office and the courts read English.
TRANSLATED_UNDER = ("/sessions/", "/sw.js")
LANGUAGE_COOKIE_NAME = "language" if DEMO else "__Host-language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_HTTPONLY = not DEMO, True

# --- Mail: over SMTP, or kept as files where no server is named.
NEUTRAL_DOMAIN = env.str("ONUS_NEUTRAL_DOMAIN", default="notices.example")
DEFAULT_FROM_EMAIL = env.str("ONUS_FROM_EMAIL", default=f"office@{NEUTRAL_DOMAIN}")
SITE_URL = env.str("ONUS_SITE_URL", default="http://localhost:8000")
if env.str("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = env.str("ONUS_MAIL_DIR", default=str(VAR / "mail"))
# Or by a provider's API: ONUS_MAIL_PROVIDER as django-anymail calls it, ONUS_ANYMAIL its settings, as JSON.
MAIL_PROVIDER = env.str("ONUS_MAIL_PROVIDER", default="")
ANYMAIL = {"REQUESTS_TIMEOUT": 20, **env.json("ONUS_ANYMAIL", default={})}
if MAIL_PROVIDER:
    EMAIL_BACKEND = f"anymail.backends.{MAIL_PROVIDER}.EmailBackend"
# Under a fifth of the lease: a hanging server must not outlast the claim that a worker holds.
EMAIL_TIMEOUT = 20
# Who carries texts; the local one only keeps them in the outbox.
TEXT_GATEWAY = env.str("ONUS_TEXT_GATEWAY", default="messaging.gateways.LocalGateway")
# Twilio, where TEXT_GATEWAY is "messaging.twilio.TwilioGateway". FROM: a number, or a messaging service (MG…).
TWILIO_ACCOUNT_SID = env.str("ONUS_TWILIO_ACCOUNT_SID", default="")
TWILIO_AUTH_TOKEN = env.str("ONUS_TWILIO_AUTH_TOKEN", default="")
TWILIO_FROM = env.str("ONUS_TWILIO_FROM", default="")
TWILIO_API = env.str("ONUS_TWILIO_API", default="https://api.twilio.com")
# Where a messaging service says what it does with texts that come in.
TWILIO_MESSAGING_API = env.str("ONUS_TWILIO_MESSAGING_API", default="https://messaging.twilio.com")
# Somebody says that the number posts what comes in to us: before that no text goes out.
TWILIO_HEARS_STOP = env.bool("ONUS_TWILIO_HEARS_STOP", default=False)
# On letters and their envelopes, below the neutral sender: its lines, with a | between them.
RETURN_ADDRESS = [line.strip() for line in env.str("ONUS_RETURN_ADDRESS", default="").split("|") if line.strip()]
MESSAGE_LEASE_SECONDS = env.int("ONUS_MESSAGE_LEASE_SECONDS", default=120)

# --- Celery. On Redis, or on the file system where there is none; the row is the truth, the broker a nudge.
REDIS_URL = env.str("REDIS_URL", default="")
CELERY_BROKER_URL = REDIS_URL or "filesystem://"
# Limits on signing in are counted here, and codes already used. Never `clear()` it: on Redis that empties the broker.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "onus",
    }
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        # Past this a third is thrown away, used codes among it.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
if not REDIS_URL:
    _broker = VAR / "broker"
    for folder in ("in", "processed", "control"):
        (_broker / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "in"),
        "data_folder_out": str(_broker / "in"),
        "processed_folder": str(_broker / "processed"),
        "control_folder": str(_broker / "control"),
        "polling_interval": 0.2,
    }
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A minute's work that could not start within the minute is taken up by the next one.
_EVERY_MINUTE = {"schedule": 60.0, "options": {"expires": 55}}
CELERY_BEAT_SCHEDULE = {
    name: {"task": name, **_EVERY_MINUTE}
    for name in (
        "participants.compare",
        "programs.reassess",
        "courts.propose",
        "programs.plan",
        "courts.plan",
        "courts.lists",
        "courts.deliver",
        "office.plan",
        "records.plan",
        "outcomes.plan",
        "messaging.send_due",
        "messaging.sweep",
        "messaging.tend",
        "backups.keep_ledger",
        "audit.seal",
    )
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat")

# A browser's built-in list of https-only names is the domain owner's to ask for: there is no quick way back.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
# Ids, never names: core/logs.py says what a record may hold. Django's own handlers go, and with them its mails to
# ADMINS, which would carry whatever the request and the code held.
LOGGING_CONFIG = "core.logs.configure"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"discreet": {"()": "core.logs.Discreet"}},
    "formatters": {
        "line": {"()": "core.logs.Line", "format": FORMAT, "style": "{"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["discreet"]},
    },
    "root": {"handlers": ["console"], "level": env.str("ONUS_LOG_LEVEL", default="INFO")},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        # It says at each start that it can log.
        "pikepdf": {"level": "WARNING"},
    },
}
