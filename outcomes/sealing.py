"""What only the holder of a secret can read: no row of ours has the secret. No Django."""

import base64
import json
from hashlib import sha256
from typing import Any

from cryptography.fernet import Fernet, InvalidToken


class CannotOpen(Exception):
    """Another secret sealed it, or nothing is in it any more."""


def seal(said: Any, *, by: str) -> bytes:
    """`by`: at least 60 bits that nobody can guess."""
    return _lock(by).encrypt(json.dumps(said).encode())


def opened(sealed: bytes, *, by: str) -> Any:
    """Raises CannotOpen."""
    try:
        return json.loads(_lock(by).decrypt(sealed))
    except InvalidToken:
        raise CannotOpen from None


def _lock(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(sha256(b"outcomes.sealing:" + secret.encode()).digest()))
