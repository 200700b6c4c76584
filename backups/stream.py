"""A sealed stream, of any length in flat memory: whoever writes it can't read it back once the file is closed.

    magic | 32 bytes, the recipient's public key | 32, one made for this file | chunks
    chunk: 4 bytes, length | AES-256-GCM ciphertext and tag

Its key is HKDF-SHA256 over the shared secret of X25519, with info `magic | recipient | one-time key`, so the head is
bound to each chunk. A chunk's nonce is its number, and whether it is the last: a file that was cut, or to which
something was added, or whose chunks were exchanged, doesn't open.
"""

import base64
import struct
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.refusal import Refusal

MAGIC = b"onus backup 1\n"
KEY, LENGTH, TAG = 32, 4, 16
HEAD = len(MAGIC) + 2 * KEY
# Bytes that one chunk may hold; a longer one is no chunk of ours.
LONGEST = 1 << 20


class NotABackup(Refusal):
    pass


class WrongKey(Refusal):
    pass


class Damaged(Refusal):
    """Cut, added to, or changed."""


def new_key() -> str:
    return base64.urlsafe_b64encode(X25519PrivateKey.generate().private_bytes_raw()).decode()


def recipient_of(key: str) -> str:
    """The public key, to which backups are sealed, of the one that opens them. Raises WrongKey."""
    return base64.urlsafe_b64encode(_private(key).public_key().public_bytes_raw()).decode()


class Writer:
    def __init__(self, file: BinaryIO, *, recipient: str) -> None:
        public, once = _raw(recipient), X25519PrivateKey.generate()
        head = MAGIC + public + once.public_key().public_bytes_raw()
        self._file, self._number = file, 0
        self.opener = _aead(once.exchange(X25519PublicKey.from_public_bytes(public)), head)
        file.write(head)

    def write(self, chunk: bytes, *, last: bool = False) -> None:
        sealed = self.opener.encrypt(_nonce(self._number, last=last), chunk, None)
        self._file.write(struct.pack("!I", len(sealed)) + sealed)
        self._number += 1


def opener(file: BinaryIO, *, key: str) -> AESGCM:
    """What opens this one file. Raises NotABackup, WrongKey."""
    head = file.read(HEAD)
    if not head.startswith(MAGIC) or len(head) < HEAD:
        raise NotABackup("This file is no backup of Onus, or only the beginning of one. Take another file.")
    private, public, once = _private(key), head[len(MAGIC) :][:KEY], head[-KEY:]
    if private.public_key().public_bytes_raw() != public:
        raise WrongKey(
            "This backup was sealed to another key. Take the two sheets that were printed before it was made: "
            "their date is at the top."
        )
    return _aead(private.exchange(X25519PublicKey.from_public_bytes(once)), head)


def chunks(file: BinaryIO, opened: AESGCM) -> Iterator[bytes]:
    """All of them, the last one last. Raises Damaged, before it gives what isn't as it was written."""
    file.seek(HEAD)
    number = 0
    sealed = _next(file)
    while True:
        if sealed is None:
            raise Damaged("This backup ends before its end: it was cut. Take the one before it, or another copy.")
        after = _next(file)
        yield _opened(opened, sealed, number, last=after is None)
        if after is None:
            return
        sealed, number = after, number + 1


def _next(file: BinaryIO) -> bytes | None:
    """None: the file is at its end."""
    head = file.read(LENGTH)
    if not head:
        return None
    length = struct.unpack("!I", head)[0] if len(head) == LENGTH else 0
    sealed = file.read(length) if TAG <= length <= LONGEST + TAG else b""
    if not sealed or len(sealed) < length:
        raise Damaged("This backup was cut or changed since it was made. Take the one before it, or another copy.")
    return sealed


def _opened(opened: AESGCM, sealed: bytes, number: int, *, last: bool) -> bytes:
    try:
        return opened.decrypt(_nonce(number, last=last), sealed, None)
    except InvalidTag:
        raise Damaged(
            "This backup was cut or changed since it was made. Take the one before it, or another copy."
        ) from None


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])


def _aead(shared: bytes, head: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=head).derive(shared))


def _private(key: str) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(_raw(key))


def _raw(key: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(key)
    except ValueError:
        raw = b""
    if len(raw) != KEY:
        raise WrongKey("That is no key for backups: it has 44 letters, and `manage.py escrow` makes one.")
    return raw
