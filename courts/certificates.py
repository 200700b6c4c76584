"""A key of our own on the curve P-256 and a certificate that it signs itself, as one PEM file."""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

# Stands in the subject, so that any reader shows it beside the signature.
DEMONSTRATION = "DEMONSTRATION – not for use in court"


def self_signed(subject: str, *, organization: str = "", of: datetime, until: datetime, password: str = "") -> bytes:
    """A signature by it shows that nothing changed; who signed, only to whom knows its fingerprint."""
    key = generate_private_key(SECP256R1())
    name = x509.Name(_attributes(subject, organization))
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(of - timedelta(minutes=5))  # another machine's clock may be behind
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_only_signs(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, _encrypted(password))
    return private + builder.sign(key, SHA256()).public_bytes(Encoding.PEM)


def _attributes(subject: str, organization: str) -> list[x509.NameAttribute]:
    named = [x509.NameAttribute(NameOID.COMMON_NAME, subject)]
    return [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization), *named] if organization else named


def _encrypted(password: str) -> KeySerializationEncryption:
    return BestAvailableEncryption(password.encode()) if password else NoEncryption()


def _only_signs() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
