import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import cms
from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from courts.signature import sign
from courts.signing_key import SigningKey
from courts.verdict import ADDED_TO, CHANGED, NOT_OURS, NOT_SIGNED, NOT_STAMPED, OUT_OF_TIME, verify
from tests.courts.signing import AT, NAME, key, key_file, pdfsig, signed, timestamps, unsigned

OURS = {key().fingerprint}


def hexadecimal(pdf: bytes) -> tuple[int, int]:
    """Where the signature itself stands in the file, as hexadecimal digits."""
    found = re.search(rb"/Contents <([0-9A-F]+)>", pdf)
    assert found is not None
    return found.span(1)


def signature_of(pdf: bytes) -> cms.ContentInfo:
    begin, end = hexadecimal(pdf)
    return cms.ContentInfo.load(bytes.fromhex(pdf[begin:end].decode()))


def stamps_of(pdf: bytes) -> cms.CMSAttributes:
    return signature_of(pdf)["content"]["signer_infos"][0]["unsigned_attrs"]


def with_signature(pdf: bytes, signature: cms.ContentInfo) -> bytes:
    begin, end = hexadecimal(pdf)
    written = signature.dump(force=True).hex().upper().encode()
    return pdf[:begin] + written.ljust(end - begin, b"0") + pdf[end:]


def with_a_later_increment(pdf: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    writer.add_object(pdf_string("more"))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def flipped(pdf: bytes, at: int, bit: int = 1) -> bytes:
    changed = bytearray(pdf)
    changed[at] ^= bit
    return bytes(changed)


class TestGenuine:
    def test_says_who_and_when(self):
        found = verify(signed(), trusted=OURS)
        assert (found.genuine, found.why_not, found.subject) == (True, "", NAME)
        assert (found.signed_at, found.stamped_at) == (AT, None)
        assert found.fingerprint == key().fingerprint
        assert re.fullmatch(r"([0-9A-F]{2}:){31}[0-9A-F]{2}", key().fingerprint)

    def test_stays_so_when_another_certificate_is_in_use(self):
        assert verify(signed(), trusted={key("Successor").fingerprint, *OURS}).genuine


class TestAFlippedByteIsCaught:
    @pytest.mark.parametrize("share", range(8))
    def test_anywhere_in_the_file(self, share: int):
        span = len(signed()) // 8
        places = range(share * span, (share + 1) * span, 997)
        missed = [at for at in places for bit in (1, 32) if verify(flipped(signed(), at, bit), trusted=OURS).genuine]
        assert missed == []

    @pytest.mark.parametrize("share", range(4))
    def test_in_any_byte_of_the_signature_itself(self, share: int):
        """Also where nothing is signed: versions, algorithms named twice, the zeros that fill up."""
        begin, end = hexadecimal(signed())
        raw, held = bytes.fromhex(signed()[begin:end].decode()), len(signature_of(signed()).dump())
        assert held < len(raw)
        missed = []
        for at in range(share, held + 8, 4):
            changed = flipped(raw, at).hex().upper().encode()
            if verify(signed()[:begin] + changed + signed()[end:], trusted=OURS).genuine:
                missed.append(at)
        assert missed == []

    def test_around_the_signature_and_at_the_end(self):
        begin, end = hexadecimal(signed())
        places = [*range(begin - 12, begin + 2), *range(end - 2, end + 90), *range(len(signed()) - 40, len(signed()))]
        missed = [at for at in places for bit in (1, 32) if verify(flipped(signed(), at, bit), trusted=OURS).genuine]
        assert missed == []

    def test_and_named(self):
        assert verify(flipped(signed(), 30_000), trusted=OURS).why_not == CHANGED


class TestNotGenuine:
    @pytest.mark.parametrize("tail", [b"\n", b" ", b"%"], ids=["a line", "a space", "a comment"])
    def test_with_something_behind_it(self, tail: bytes):
        assert verify(signed() + tail, trusted=OURS).why_not == ADDED_TO

    def test_with_another_increment(self):
        longer = with_a_later_increment(signed())
        assert longer.startswith(signed())
        assert verify(longer, trusted=OURS).why_not == ADDED_TO
        assert "Total document signed" not in pdfsig(longer)

    @pytest.mark.parametrize(
        "content",
        [b"", b"no PDF", unsigned(), signed()[: len(unsigned()) + 1]],
        ids=["empty", "no PDF", "not signed", "cut"],
    )
    def test_without_a_signature(self, content: bytes):
        found = verify(content, trusted=OURS)
        assert (found.why_not, found.subject) == (NOT_SIGNED, None)

    def test_cut_off(self):
        assert not verify(signed()[:-1], trusted=OURS).genuine

    def test_with_another_key_of_the_same_name(self, tmp_path: Path):
        other = SigningKey.load(key_file(tmp_path / "other.pem"))
        pdf = sign(unsigned(), key=other, at=AT)
        found = verify(pdf, trusted=OURS)
        assert (found.why_not, found.subject, found.fingerprint) == (NOT_OURS, NAME, other.fingerprint)
        assert "Signature is Valid." in pdfsig(pdf)

    @pytest.mark.parametrize("days", [-1, 901], ids=["too early", "too late"])
    def test_signed_outside_the_certificates_time(self, tmp_path: Path, days: int):
        own = SigningKey.load(key_file(tmp_path / "own.pem"))
        pdf = sign(unsigned(), key=own, at=AT + timedelta(days=days))
        assert verify(pdf, trusted={own.fingerprint}).why_not == OUT_OF_TIME

    def test_stamped_later_than_the_certificate_ran(self, tmp_path: Path):
        """A stolen key can name any time, a service can't be talked into one."""
        with timestamps(AT + timedelta(days=901)) as url:
            own = SigningKey.load(key_file(tmp_path / "own.pem"), timestamps=url)
            pdf = sign(unsigned(), key=own, at=AT)
        assert verify(pdf, trusted={own.fingerprint}).why_not == OUT_OF_TIME

    def test_with_a_time_stamp_of_another_signature(self, tmp_path: Path):
        with timestamps(AT) as url:
            own = SigningKey.load(key_file(tmp_path / "own.pem"), timestamps=url)
            pdf, other = (sign(unsigned(), key=own, at=AT) for _ in range(2))
        mixed = signature_of(pdf)
        mixed["content"]["signer_infos"][0]["unsigned_attrs"] = stamps_of(other)
        assert verify(with_signature(pdf, mixed), trusted={own.fingerprint}).why_not == NOT_STAMPED
        # The same way about with its own one, to show that nothing else is wrong with it.
        mixed["content"]["signer_infos"][0]["unsigned_attrs"] = stamps_of(pdf)
        assert verify(with_signature(pdf, mixed), trusted={own.fingerprint}).why_not == ""
