from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID

from courts.signature import sign
from courts.signing_key import NoKeyInFile, SigningKey, certificates_in
from courts.verdict import verify
from tests.courts.signing import AT, NAME, key_file, pdfsig, unsigned


def issued_by_an_authority() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate, x509.Certificate]:
    """A key, its certificate, and the one above."""
    above, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in ("Authority", NAME)]
    made = [
        x509.CertificateBuilder(names[0], names[number], holder.public_key(), number + 1, AT, AT + timedelta(days=9))
        .add_extension(x509.BasicConstraints(ca=number == 0, path_length=None), critical=True)
        .sign(above, SHA256())
        for number, holder in enumerate((above, own))
    ]
    return own, made[1], made[0]


class TestLoading:
    def test_from_pem(self, tmp_path: Path):
        key = SigningKey.load(key_file(tmp_path / "key.pem"))
        assert (key.subject, key.ends_at, key.timestamper) == (NAME, AT + timedelta(days=900), None)

    def test_from_pem_with_a_password(self, tmp_path: Path):
        path = key_file(tmp_path / "key.pem", password="s3cret")
        assert b"ENCRYPTED" in path.read_bytes()
        assert SigningKey.load(path, password="s3cret").subject == NAME
        for wrong in ("", "another"):
            with pytest.raises(NoKeyInFile):
                SigningKey.load(path, password=wrong)

    def test_from_pkcs12_with_the_certificate_above(self, tmp_path: Path):
        own, certificate, above = issued_by_an_authority()
        path = tmp_path / "key.p12"
        secret = BestAvailableEncryption(b"s3cret")
        path.write_bytes(serialize_key_and_certificates(b"key", own, certificate, [above], secret))

        key = SigningKey.load(path, password="s3cret")

        self.signs_with_a_chain(key)
        with pytest.raises(NoKeyInFile):
            SigningKey.load(path)

    def test_from_pem_with_the_certificates_above_in_a_file_of_their_own(self, tmp_path: Path):
        own, certificate, above = issued_by_an_authority()
        private = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (tmp_path / "key.pem").write_bytes(private + certificate.public_bytes(Encoding.PEM))
        (tmp_path / "chain.pem").write_bytes(above.public_bytes(Encoding.PEM))
        self.signs_with_a_chain(SigningKey.load(tmp_path / "key.pem", chain=tmp_path / "chain.pem"))

    def signs_with_a_chain(self, key: SigningKey) -> None:
        assert [one.subject.native["common_name"] for one in key.signer.cert_registry] == ["Authority"]
        pdf = sign(unsigned(), key=key, at=AT + timedelta(days=1))
        assert verify(pdf, trusted={key.fingerprint}).why_not == ""
        assert "Signature is Valid." in pdfsig(pdf)

    @pytest.mark.parametrize(
        "private",
        [
            rsa.generate_private_key(65537, 2048),
            ec.generate_private_key(ec.SECP384R1()),
            ed25519.Ed25519PrivateKey.generate(),
        ],
        ids=["RSA", "P-384", "Ed25519"],
    )
    def test_another_kind_of_key_is_refused(self, tmp_path: Path, private: ec.EllipticCurvePrivateKey):
        path = key_file(tmp_path / "key.pem")
        made = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(made + path.read_bytes()[path.read_bytes().index(b"-----BEGIN CERT") :])
        with pytest.raises(NoKeyInFile, match=r"^The key in \S+ is not on the curve P-256\.$"):
            SigningKey.load(path)

    def test_a_key_without_its_own_certificate_is_refused(self, tmp_path: Path):
        first, second = (key_file(tmp_path / name).read_bytes() for name in ("one.pem", "two.pem"))
        path = tmp_path / "mixed.pem"
        path.write_bytes(first[: first.index(b"-----BEGIN CERT")] + second[second.index(b"-----BEGIN CERT") :])
        with pytest.raises(NoKeyInFile, match=r"^No certificate in \S+ belongs to its key\.$"):
            SigningKey.load(path)

    @pytest.mark.parametrize("content", [None, b"", b"-----BEGIN x", b"\x30\x03\x02\x01\x01"])
    def test_a_file_without_a_key_is_refused_and_not_quoted(self, tmp_path: Path, content: bytes | None):
        path = tmp_path / "key.pem"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(NoKeyInFile) as refusal:
            SigningKey.load(path)
        assert str(refusal.value).startswith(f"{path} could not be read (")
        assert (refusal.value.__cause__, refusal.value.__suppress_context__) == (None, True)


class TestTheCertificate:
    def test_is_for_signing_and_for_nothing_else(self, tmp_path: Path):
        pem = key_file(tmp_path / "key.pem").read_bytes()
        (certificate,) = x509.load_pem_x509_certificates(pem)
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        assert (usage.digital_signature, usage.content_commitment) == (True, True)
        assert (usage.key_cert_sign, usage.crl_sign, usage.key_agreement, usage.key_encipherment) == (False,) * 4
        assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        certificate.verify_directly_issued_by(certificate)
        assert certificate.public_key() == load_pem_private_key(pem, None).public_key()
        assert len(certificates_in(pem)) == 1

    @pytest.mark.parametrize(
        ("at", "may"),
        [
            (AT - timedelta(minutes=5, seconds=1), False),
            (AT - timedelta(minutes=5), True),
            (AT + timedelta(days=900), True),
            (AT + timedelta(days=900, seconds=1), False),
        ],
    )
    def test_has_its_time(self, tmp_path: Path, at: datetime, may: bool):
        assert SigningKey.load(key_file(tmp_path / "key.pem")).may_sign_at(at) is may

    def test_may_outlast_the_year_2049(self, tmp_path: Path):
        key = SigningKey.load(key_file(tmp_path / "key.pem", days=365 * 30))
        assert key.may_sign_at(datetime(2055, 1, 1, tzinfo=UTC))
