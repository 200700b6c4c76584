"""Where the secrets come from: the environment; only a demonstration makes its own."""

import secrets
from datetime import UTC, datetime
from pathlib import Path

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from environ import Env

from courts.certificates import DEMONSTRATION, self_signed


def secret(env: Env, name: str, *, made_in: Path | None, fernet: bool = False) -> str:
    """The value of `name`; where it is unset and `made_in` is given, one made there once, for its owner's eyes only."""
    value: str = env.str(name, default="")
    if value:
        return value
    if made_in is None:
        raise ImproperlyConfigured(
            f"Set {name} in the environment. See docs/operations.md, or start with DEMO=1 to try Onus."
        )
    return _made_once(made_in / name.lower(), Fernet.generate_key().decode() if fernet else secrets.token_urlsafe(48))


def signing_key_file(env: Env, *, made_in: Path | None) -> str:
    """The file with the key that signs reports; empty where none is named: then no report is issued."""
    named: str = env.str("ONUS_SIGNING_KEY", default="")
    return str(signing_key_made_once(made_in / "signing.pem")) if made_in is not None and not named else named


def signing_key_made_once(path: Path, subject: str = DEMONSTRATION) -> Path:
    """Good at any time: a demonstration's clock is its own."""
    if not path.exists():
        of, until = datetime(2000, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, tzinfo=UTC)
        _made_once(path, self_signed(subject, of=of, until=until).decode())
    return path


def _made_once(path: Path, value: str) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(value)
    try:
        # A link never replaces: when two processes start at once, the first one's key stays.
        path.hardlink_to(draft)
    except FileExistsError:
        value = path.read_text()
    finally:
        draft.unlink()
    return value
