"""Where the secrets come from: the environment; only a demonstration makes its own."""

import secrets
from pathlib import Path

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from environ import Env


def secret(env: Env, name: str, *, made_in: Path | None, fernet: bool = False) -> str:
    """The value of `name`; where it is unset and `made_in` is given, one made there once, for its owner's eyes only."""
    value: str = env.str(name, default="")
    if value:
        return value
    if made_in is None:
        raise ImproperlyConfigured(
            f"Set {name} in the environment. See docs/operations.md, or start with DEMO=1 to try Onus."
        )
    return _made_once(made_in / name.lower(), fernet=fernet)


def _made_once(path: Path, *, fernet: bool) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    value = Fernet.generate_key().decode() if fernet else secrets.token_urlsafe(48)
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
