"""The key that signs reports, read from its file; and the service, if any, that stamps the time on a signature."""

import urllib.request
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self
from urllib.error import HTTPError

from asn1crypto import keys, tsp, x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from cryptography.x509 import Certificate, load_pem_x509_certificates
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

TIMESTAMP_SECONDS = 15
# Bytes of the file that are kept free for a signature's other parts, and for a time stamp.
ROOM, ROOM_FOR_TIMESTAMP = 1024, 8192
Found = tuple[object, list[Certificate]]


class NoKeyInFile(ValueError):
    """It holds no key that can sign; the sentence says what is wrong and tells nothing secret."""


class NoTimestamp(OSError):
    """The time stamp service gave no time stamp."""


@dataclass(frozen=True)
class SigningKey:
    signer: SimpleSigner
    timestamper: TimeStamper | None = None

    @classmethod
    def load(cls, path: Path, *, password: str = "", chain: Path | None = None, timestamps: str = "") -> Self:
        """From PEM (a key, its certificate, those above it) or PKCS#12; `chain`: more of those above, as PEM.

        Raises NoKeyInFile.
        """
        try:
            content = path.read_bytes()
            read = _from_pem if b"-----BEGIN" in content else _from_pkcs12
            key, certificates = read(content, password.encode() or None)
            certificates += load_pem_x509_certificates(chain.read_bytes()) if chain else []
        except (OSError, ValueError, TypeError) as error:
            # Without its text and cause: they may quote the file.
            raise NoKeyInFile(f"{path} could not be read ({type(error).__name__}).") from None
        return cls(_signer(path, key, certificates), HttpTimestamper(timestamps) if timestamps else None)

    @property
    def certificate(self) -> x509.Certificate:
        certificate = self.signer.signing_cert
        assert certificate is not None, "a loaded key has its certificate"
        return certificate

    def for_one_signature(self) -> SimpleSigner:
        """With certificates of its own: they are written anew into each signature, and two threads that share them
        come upon one that is half written. The key itself is only read."""
        above = SimpleCertificateStore()
        above.register_multiple(_own(one) for one in self.signer.cert_registry if one != self.certificate)
        return SimpleSigner(
            signing_cert=_own(self.certificate), signing_key=self.signer.signing_key, cert_registry=above
        )

    @property
    def subject(self) -> str:
        return common_name(self.certificate)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.certificate)

    @property
    def ends_at(self) -> datetime:
        ends: datetime = self.certificate.not_valid_after
        return ends

    def may_sign_at(self, now: datetime) -> bool:
        begins: datetime = self.certificate.not_valid_before
        return begins <= now <= self.ends_at

    @property
    def room(self) -> int:
        """Hexadecimal digits to keep free in the file, two for each byte."""
        held = sum(len(one.dump()) for one in {self.certificate, *self.signer.cert_registry})
        return 2 * (held + ROOM + (ROOM_FOR_TIMESTAMP if self.timestamper else 0))


def certificates_in(content: bytes) -> list[x509.Certificate]:
    """Those of a PEM file, beside whatever else stands in it. Raises ValueError where there is none."""
    return [_asn1(one) for one in load_pem_x509_certificates(content)]


def common_name(certificate: x509.Certificate) -> str:
    named = certificate.subject.native
    return str(named.get("common_name") or certificate.subject.human_friendly)


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate, as readers show it: AB:CD:…"""
    shown: str = certificate.sha256.hex(":").upper()
    return shown


def _from_pem(content: bytes, password: bytes | None) -> Found:
    return load_pem_private_key(content, password), load_pem_x509_certificates(content)


def _from_pkcs12(content: bytes, password: bytes | None) -> Found:
    bag = load_pkcs12(content, password)
    if bag.cert is None:
        raise ValueError("no certificate goes with the key")
    return bag.key, [bag.cert.certificate, *(other.certificate for other in bag.additional_certs)]


def _signer(path: Path, key: object, certificates: list[Certificate]) -> SimpleSigner:
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise NoKeyInFile(f"The key in {path} is not on the curve P-256.")
    own = [one for one in certificates if one.public_key() == key.public_key()]
    if not own:
        raise NoKeyInFile(f"No certificate in {path} belongs to its key.")
    store = SimpleCertificateStore()
    store.register_multiple(_asn1(one) for one in certificates if one != own[0])
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return SimpleSigner(signing_cert=_asn1(own[0]), signing_key=keys.PrivateKeyInfo.load(private), cert_registry=store)


def _own(certificate: x509.Certificate) -> x509.Certificate:
    return x509.Certificate.load(certificate.dump())


def _asn1(certificate: Certificate) -> x509.Certificate:
    return x509.Certificate.load(certificate.public_bytes(Encoding.DER))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """None: the answer that would lead elsewhere is an error, like any other that is no stamp."""


_NOWHERE_ELSE = urllib.request.build_opener(_NoRedirect)


class HttpTimestamper(TimeStamper):
    """Asks over HTTP and waits. pyHanko's own clients hold a session or a pool, for more than one question."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        request = urllib.request.Request(  # noqa: S310  the address is the operator's
            self.url, req.dump(), {"Content-Type": "application/timestamp-query"}
        )
        try:
            with _NOWHERE_ELSE.open(request, timeout=TIMESTAMP_SECONDS) as answer:
                return tsp.TimeStampResp.load(answer.read(1 << 20))
        except HTTPError as error:
            error.close()  # it holds the answer, and the line on which it came
            raise NoTimestamp(f"no time stamp: {type(error).__name__}") from error
        except (OSError, ValueError) as error:
            raise NoTimestamp(f"no time stamp: {type(error).__name__}") from error
