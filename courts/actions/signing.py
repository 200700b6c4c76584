"""The key of this process that signs reports; where there is none, nothing is issued, and here is why."""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Lock

from django.conf import settings

from core.refusal import Refusal
from courts.certificates import DEMONSTRATION
from courts.signing_key import NoKeyInFile, SigningKey, certificates_in, fingerprint

WARN_AHEAD = timedelta(days=30)
_ONE_AT_A_TIME = Lock()
_FOR_AN_ADMINISTRATOR = "Nothing is issued until an administrator has put that right."


class NoSigningKey(Refusal):
    pass


class CertificateNotValid(Refusal):
    """Not yet, or no longer."""


def signing_key(*, now: datetime) -> SigningKey:
    """Raises NoSigningKey, CertificateNotValid."""
    key = loaded_key()
    if key.subject == DEMONSTRATION and not settings.DEMO:
        raise NoSigningKey(f"The key that signs reports is a demonstration's. {_FOR_AN_ADMINISTRATOR}")
    if not key.may_sign_at(now):
        what = "has ended" if now > key.ends_at else "isn't valid yet"
        raise CertificateNotValid(f"The certificate that signs reports {what}. {_FOR_AN_ADMINISTRATOR}")
    return key


def loaded_key() -> SigningKey:
    """Read once a process, whatever its certificate's dates. Raises NoSigningKey."""
    if not settings.SIGNING_KEY:
        raise NoSigningKey(f"There is no key that signs reports. {_FOR_AN_ADMINISTRATOR}")
    chain, stamps = settings.SIGNING_CHAIN, settings.TIMESTAMP_URL
    try:
        with _ONE_AT_A_TIME:
            return _read(settings.SIGNING_KEY, settings.SIGNING_PASSWORD, chain, stamps)
    except NoKeyInFile as error:
        raise NoSigningKey(f"The key that signs reports can't be used. {_FOR_AN_ADMINISTRATOR}") from error


@cache
def _read(path: str, password: str, chain: str, timestamps: str) -> SigningKey:
    return SigningKey.load(Path(path), password=password, chain=Path(chain) if chain else None, timestamps=timestamps)


def why_nothing_is_issued(*, now: datetime) -> str:
    """The sentence, or nothing."""
    try:
        signing_key(now=now)
    except (NoSigningKey, CertificateNotValid) as refusal:
        return str(refusal)
    return ""


def ends_soon(*, now: datetime) -> datetime | None:
    """When the certificate ends, if that is within thirty days; None while it is not, and where there is none."""
    try:
        ends_at = signing_key(now=now).ends_at
    except (NoSigningKey, CertificateNotValid):
        return None
    return ends_at if ends_at - now <= WARN_AHEAD else None


def our_fingerprints() -> frozenset[str]:
    """Of the certificate in use and of those that it replaced. Raises OSError or ValueError: their file is wrong."""
    former = certificates_in(Path(settings.FORMER_CERTIFICATES).read_bytes()) if settings.FORMER_CERTIFICATES else []
    try:
        return frozenset({loaded_key().fingerprint, *map(fingerprint, former)})
    except NoSigningKey:
        return frozenset(map(fingerprint, former))
