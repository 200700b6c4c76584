"""What a browser sealed to us while it had no line: it can write such a letter, and can't read it back.

A letter is `01 | the browser's one-time public point, 65 bytes | nonce, 12 | AES-256-GCM ciphertext and tag`. Its key
is HKDF-SHA256 over the shared secret of ECDH on P-256, without salt, with info `INFO | that point | our point`; what
must not be exchanged between letters (whose, for which row) is bound as additional data. static/js/sealing.js is the
other half. The private key comes from the master key: nothing more to keep, and it turns with it.
"""

import base64
from collections.abc import Iterator
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

VERSION, INFO = b"\x01", b"onus unsent v1"
POINT, NONCE, TAG = 65, 12, 16
# The order of P-256: a private key is a number from 1 to one less.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class CannotBeOpened(Exception):
    """Not sealed to any of our keys, or not as what it is handed in as."""


def public_key() -> bytes:
    """The point to which a browser seals, uncompressed; of the newest master key."""
    return _point(_private(settings.VAULT_MASTER_KEYS[0]).public_key())


def open_sealed(letter: bytes, *, bound: bytes) -> bytes:
    """What was sealed. `bound`: what the letter was bound to. Raises CannotBeOpened."""
    if len(letter) < 1 + POINT + NONCE + TAG or letter[:1] != VERSION:
        raise CannotBeOpened
    point, nonce, ciphertext = letter[1 : 1 + POINT], letter[1 + POINT :][:NONCE], letter[1 + POINT + NONCE :]
    for key in _keys(point):
        try:
            return AESGCM(key).decrypt(nonce, ciphertext, bound)
        except InvalidTag:
            continue
    raise CannotBeOpened


def _keys(point: bytes) -> Iterator[bytes]:
    """With each of ours that it may have been sealed to, the newest first."""
    try:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as error:
        raise CannotBeOpened from error
    for master in settings.VAULT_MASTER_KEYS:
        ours = _private(master)
        info = INFO + point + _point(ours.public_key())
        yield HKDF(SHA256(), 32, salt=None, info=info).derive(ours.exchange(ec.ECDH(), theirs))


@lru_cache(maxsize=4)
def _private(master: str) -> ec.EllipticCurvePrivateKey:
    # Sixteen bytes more than the order has, so that no number is likelier than another.
    wide = HKDF(SHA256(), 48, salt=None, info=b"onus sealed letters").derive(base64.urlsafe_b64decode(master))
    return ec.derive_private_key(int.from_bytes(wide) % (ORDER - 1) + 1, ec.SECP256R1())


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
