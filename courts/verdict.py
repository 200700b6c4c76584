"""Whether a file is a report as we signed it. From the file alone: no database, no network, no clock."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO

from asn1crypto import cms, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.general import extract_signer_info
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    extract_tst_data_iter,
    validate_sig_integrity,
)
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from courts.signing_key import common_name, fingerprint

NOT_SIGNED = "This is no signed report: the file can't be read, or carries no signature that can be."
CHANGED = "The file was changed after it was signed."
ADDED_TO = "Something was added to the file after it was signed."
NOT_OURS = "Nothing changed since it was signed, but it wasn't signed with a certificate of this program."
OUT_OF_TIME = "It names a time of signing at which its certificate wasn't valid."
NOT_STAMPED = "The time stamp isn't of this signature."


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`why_not`: empty where it is genuine. The rest is what the file says of itself, None where it says nothing."""

    why_not: str
    subject: str | None = None
    fingerprint: str | None = None
    signed_at: datetime | None = None
    stamped_at: datetime | None = None
    stamped_by: str | None = None

    @property
    def genuine(self) -> bool:
        return not self.why_not


class _Wrong(Exception):
    pass


def verify(content: bytes, *, trusted: Collection[str]) -> Verdict:
    """`trusted`: fingerprints of the certificates that are ours, in use or replaced."""
    said = Verdict(why_not=NOT_SIGNED)
    try:
        signature = _only_signature(content)
        digest = _digest_of_the_whole(content, signature)
        certificate = extract_certs_for_validation(signature.signed_data).signer_cert
        said = replace(said, subject=common_name(certificate), fingerprint=fingerprint(certificate))
        said = replace(said, signed_at=signature.self_reported_timestamp)
        _check_signed(signature.signer_info, certificate, "data", digest)
        if not _is_as_we_write_it(cms.ContentInfo.load(signature.pkcs7_content), certificate):
            raise _Wrong(CHANGED)
        said = _with_stamp(said, signature.signer_info)
        return replace(said, why_not=_why_not(said, certificate, trusted))
    except _Wrong as wrong:
        return replace(said, why_not=str(wrong))
    except Exception:  # whatever a damaged file makes the readers stumble over, it is not as we signed it
        return replace(said, why_not=CHANGED if said.subject else NOT_SIGNED)


def _why_not(said: Verdict, certificate: x509.Certificate, trusted: Collection[str]) -> str:
    if said.fingerprint not in trusted:
        return NOT_OURS
    at = said.stamped_at or said.signed_at
    in_time = at is not None and certificate.not_valid_before <= at <= certificate.not_valid_after
    return "" if in_time else OUT_OF_TIME


def _only_signature(content: bytes) -> EmbeddedPdfSignature:
    reader = PdfFileReader(BytesIO(content))
    found = list(enumerate_sig_fields(reader, filled_status=True))
    if not found:
        raise _Wrong(NOT_SIGNED)
    if len(found) > 1:
        raise _Wrong(ADDED_TO)
    name, _, field = found[0]
    return EmbeddedPdfSignature(reader, field, name)


def _digest_of_the_whole(content: bytes, signature: EmbeddedPdfSignature) -> bytes:
    """Of all but the signature itself, which is written as `sign` writes it: no byte is free to differ."""
    begin, first, second, rest = map(int, signature.byte_range)
    if begin != 0 or second + rest < len(content):
        raise _Wrong(ADDED_TO)
    held = bytes(signature.pkcs7_content)
    own = cms.ContentInfo.load(held).dump()
    written = b"<" + own.hex().upper().encode() + b"00" * (len(held) - len(own)) + b">"
    if second + rest > len(content) or content[first:second] != written or signature.md_algorithm != "sha256":
        raise _Wrong(CHANGED)
    return hashlib.sha256(content[:first] + content[second:]).digest()


def _is_as_we_write_it(content: cms.ContentInfo, certificate: x509.Certificate) -> bool:
    """The parts of a signature that nothing signs are such that they could not be otherwise."""
    signed, (signer_info,) = content["content"], content["content"]["signer_infos"]
    hashed = cms.DigestAlgorithm({"algorithm": "sha256"})
    by = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    info = {
        "version": "v1",
        "sid": cms.SignerIdentifier({"issuer_and_serial_number": cms.IssuerAndSerialNumber(by)}),
        "digest_algorithm": hashed,
        "signature_algorithm": cms.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
        **{part: signer_info[part] for part in ("signed_attrs", "signature", "unsigned_attrs") if signer_info[part]},
    }
    whole = {
        "version": "v1",
        "digest_algorithms": [hashed],
        "encap_content_info": {"content_type": "data"},
        "certificates": signed["certificates"],
        "signer_infos": [cms.SignerInfo(info)],
    }
    written = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(whole)})
    return bool(written.dump() == content.dump())


def _check_signed(signer_info: cms.SignerInfo, certificate: x509.Certificate, kind: str, digest: bytes) -> None:
    intact, valid = validate_sig_integrity(signer_info, certificate, kind, digest)
    if not (intact and valid):
        raise _Wrong(CHANGED)


def _with_stamp(said: Verdict, signer_info: cms.SignerInfo) -> Verdict:
    """With the time that a service vouches for. Whether that service is to be trusted is not decided here."""
    for token in extract_tst_data_iter(signer_info, signed=False):
        held = token["encap_content_info"]["content"]
        told, imprint = held.parsed, held.parsed["message_imprint"]
        by = extract_certs_for_validation(token).signer_cert
        stamp = extract_signer_info(token)
        _check_signed(stamp, by, "tst_info", _hashed(stamp["digest_algorithm"], bytes(held)))
        if imprint["hashed_message"].native != _hashed(imprint["hash_algorithm"], signer_info["signature"].native):
            raise _Wrong(NOT_STAMPED)
        said = replace(said, stamped_at=told["gen_time"].native, stamped_by=common_name(by))
    return said


def _hashed(algorithm: cms.DigestAlgorithm, content: bytes) -> bytes:
    return hashlib.new(algorithm["algorithm"].native, content).digest()
