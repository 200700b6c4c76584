"""One settings file; what differs between a demonstration and production comes from the environment."""

from pathlib import Path

from environ import Env

from config.keys import secret

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

DEBUG = False
ALLOWED_HOSTS = env.list("ONUS_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEMO else [])

INSTALLED_APPS = [
    "core",
    "vault",
    "accounts",
    "audit",
    "participants",
    "messaging",
    "programs",
    "courts",
    "office",
    "demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Database: a SQLite file to try Onus and for one small office, PostgreSQL in production.
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

# --- Time and language
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", "English"), ("es", "Spanish")]

# --- Mail: over SMTP, or kept as files where no server is named.
NEUTRAL_DOMAIN = env.str("ONUS_NEUTRAL_DOMAIN", default="notices.example")
DEFAULT_FROM_EMAIL = env.str("ONUS_FROM_EMAIL", default=f"office@{NEUTRAL_DOMAIN}")
SITE_URL = env.str("ONUS_SITE_URL", default="http://localhost:8000")
if env.str("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = env.str("ONUS_MAIL_DIR", default=str(VAR / "mail"))
# Under a fifth of the lease: a hanging server must not outlast the claim that a worker holds.
EMAIL_TIMEOUT = 20
# Who carries texts; the local one only keeps them in the outbox.
TEXT_GATEWAY = env.str("ONUS_TEXT_GATEWAY", default="messaging.gateways.LocalGateway")
MESSAGE_LEASE_SECONDS = env.int("ONUS_MESSAGE_LEASE_SECONDS", default=120)

# --- Celery. On Redis, or on the file system where there is none; the row is the truth, the broker a nudge.
REDIS_URL = env.str("REDIS_URL", default="")
CELERY_BROKER_URL = REDIS_URL or "filesystem://"
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
        "courts.propose",
        "programs.plan",
        "courts.plan",
        "courts.deliver",
        "messaging.send_due",
        "messaging.sweep",
        "audit.seal",
    )
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat")

SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("ONUS_LOG_LEVEL", default="INFO")},
}
