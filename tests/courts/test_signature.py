import asyncio
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pikepdf
import pytest
from page import ValidationProfile, validate_pdf_bytes

from courts import signature
from courts.document import render
from courts.signature import NoFrame, sign
from courts.signing_key import NoTimestamp, SigningKey
from courts.verdict import verify
from tests.courts.completion import completion_facts, with_value
from tests.courts.pdf import drawn, kids, opened, text_of
from tests.courts.signing import AT, key, key_file, of_pages, pdfsig, signed, timestamps, told, unsigned

BOTH = [ValidationProfile.PDF_A_2A, ValidationProfile.PDF_UA_1]
LONG = "Wolfeschlegelsteinhausenbergerdorff " * 4


def elements(pdf: pikepdf.Pdf) -> list[Any]:
    def below(element: Any) -> list[Any]:
        inside = [kid for kid in kids(element) if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
        return [one for kid in inside for one in (kid, *below(kid))]

    return below(pdf.Root.StructTreeRoot)


class TestTheSignature:
    def test_is_valid_for_poppler_and_covers_the_whole_document(self):
        said = pdfsig(signed())
        lines = {name: value for name, _, value in (line.strip(" -\t").partition(": ") for line in said.splitlines())}
        assert lines["Signer Certificate Common Name"] == "Northwest Accountability Program"
        assert lines["Signature Validation"] == "Signature is Valid."
        assert lines["Signature Type"] == "ETSI.CAdES.detached"
        assert lines["Signing Hash Algorithm"] == "SHA-256"
        assert "  - Total document signed" in said.splitlines()
        assert said.count("Signature #") == 1

    @pytest.mark.parametrize("share", range(16))
    def test_poppler_finds_a_flipped_byte(self, share: int):
        # Anywhere in what was rendered; what is behind is the verdict's to find, byte by byte.
        at = (len(unsigned()) - 1) * share // 15
        broken = bytearray(signed())
        broken[at] ^= 1
        assert "Signature is Valid." not in pdfsig(bytes(broken))

    def test_is_one_increment_behind_what_was_rendered(self):
        assert signed().startswith(unsigned())
        assert (unsigned().count(b"%%EOF"), signed().count(b"%%EOF")) == (1, 2)
        assert signed().count(b"/ByteRange") == 1

    def test_adds_less_than_six_kilobytes(self):
        assert len(signed()) - len(unsigned()) < 6_000

    def test_certifies_that_no_change_is_allowed(self):
        with opened(signed()) as file:
            value = file.Root.Perms.DocMDP
            (reference,) = value.Reference
            assert value.SubFilter == "/ETSI.CAdES.detached"
            assert str(value.M) == "D:20260312180000Z"
            assert (str(reference.TransformMethod), int(reference.TransformParams.P)) == ("/DocMDP", 1)
            # PDF/A-2, 6.1.12.
            assert {"/DigestLocation", "/DigestMethod", "/DigestValue"}.isdisjoint(reference.keys())

    def test_leaves_text_and_metadata_as_they_were(self):
        assert text_of(signed()) == text_of(unsigned())
        with opened(signed()) as after, opened(unsigned()) as before:
            assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
            assert after.docinfo.items() == before.docinfo.items()
            assert after.trailer.ID[0] == before.trailer.ID[0]
            assert after.trailer.ID[1] != before.trailer.ID[1]
            assert (after.pdf_version, "/Version" in after.Root) == ("1.7", False)

    def test_differs_from_another_of_the_same_in_nothing_but_itself(self):
        again = sign(unsigned(), key=key(), at=AT)
        assert len(again) == len(signed())

        def rest(pdf: bytes) -> bytes:
            return re.sub(rb"/Contents <[0-9A-F]+>|/ID \[.*\]", b"", pdf[len(unsigned()) :])

        assert rest(again) == rest(signed())


class TestTheFieldInTheStructure:
    def test_the_forms_element_and_the_widget_point_at_each_other(self):
        with opened(signed()) as file:
            (field,) = file.Root.AcroForm.Fields
            (form,) = [one for one in elements(file) if one.S == "/Form"]
            page = file.pages[0]  # the certificate's sheet comes behind, and isn't signed for itself
            (annotation,) = page.Annots
            assert annotation.objgen == field.objgen
            assert str(form.Alt) == str(field.TU) == "Electronic signature"
            assert (str(form.K.Type), form.K.Obj.objgen) == ("/OBJR", field.objgen)
            assert form.K.Pg.objgen == form.Pg.objgen == field.P.objgen == page.obj.objgen
            numbers = list(file.Root.StructTreeRoot.ParentTree.Nums)
            listed = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
            assert listed[int(field.StructParent)].objgen == form.objgen
            assert max(listed) + 1 == int(file.Root.StructTreeRoot.ParentTreeNextKey)
            assert list(listed) == sorted(listed)
            assert {str(one.Tabs) for one in file.pages if "/Annots" in one} == {"/S"}

    def test_no_figure_is_left(self):
        with opened(signed()) as file:
            assert [one for one in elements(file) if one.S == "/Figure"] == []

    def test_it_is_read_before_the_signers_name(self):
        lines = [line.strip() for line in told("pdfinfo", "-struct-text", pdf=signed()).splitlines()]
        at = lines.index("Form:")
        quoted = [line for line in lines[at:] if line.startswith('"')]
        assert quoted[:3] == ['"Signed electronically by"', '"Denise Kowalski"', '"Program Coordinator"']
        before = [line for line in lines[:at] if line.startswith('"')]
        assert before[-1].endswith('it is not a risk assessment."')

    def test_the_widget_is_printed_and_has_no_text(self):
        with opened(signed()) as file:
            (field,) = file.Root.AcroForm.Fields
            assert int(field.F) & 0b100_0111 == 0b100  # printed; not invisible, hidden, unseen, read-only
            assert field.AP.N.read_bytes().strip() == b""
            assert set(field.AP.N.Resources.keys()) == set()
            assert dict(file.Root.AcroForm.items()).keys() == {"/Fields", "/SigFlags"}
            assert int(file.Root.AcroForm.SigFlags) == 3
            assert b"/JavaScript" not in signed()

    @pytest.mark.parametrize("standard", BOTH, ids=lambda one: one.value)
    @pytest.mark.parametrize("pages", [1, 3])
    def test_a_checker_of_the_standard_finds_nothing(self, standard: ValidationProfile, pages: int):
        pdf = sign(render("completion", of_pages(pages)), key=key(), at=AT)
        assert [(one.rule_id, one.message) for one in validate_pdf_bytes(pdf, profile=standard).failures] == []

    def test_the_checker_finds_a_widget_that_no_element_names(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(signature, "_make_it_a_form", lambda *_: None)
        pdf = sign(unsigned(), key=key(), at=AT)
        found = validate_pdf_bytes(pdf, profile=ValidationProfile.PDF_UA_1).failures
        assert [one.rule_id for one in found] == ["PDFUA1-WIDGET-FORM-TAG-001"]


class TestTheFrame:
    @pytest.mark.parametrize("pages", [1, 2, 3])
    def test_is_on_the_page_of_the_name(self, pages: int):
        with opened(sign(render("completion", of_pages(pages)), key=key(), at=AT)) as file:
            (field,) = file.Root.AcroForm.Fields
            (where,) = [number for number, page in enumerate(file.pages) if "Signed electronically by" in drawn(page)]
            assert field.P.objgen == file.pages[where].obj.objgen
            assert (where, len(file.pages)) == (pages - 1, pages + 1)  # and the certificate

    @pytest.mark.parametrize("name", ["Li Wu", LONG.strip()], ids=["short", "long"])
    @pytest.mark.parametrize("pages", [1, 3])
    def test_lies_exactly_on_the_one_that_is_drawn(self, name: str, pages: int):
        facts = of_pages(pages)
        facts["signer"]["name"] = name
        with opened(sign(render("completion", facts), key=key(), at=AT)) as file:
            (field,) = file.Root.AcroForm.Fields
            left, bottom, right, top = map(float, field.Rect)
            drawn_ = frames(next(page for page in file.pages if page.obj.objgen == field.P.objgen))
        assert [pytest.approx((left, bottom, right, top), abs=0.6)] == drawn_
        assert 72 <= left < right <= 540
        assert 50 < bottom < top < 740

    def test_is_missing_where_nobody_signs(self):
        with pytest.raises(NoFrame):
            sign(signed(), key=key(), at=AT)


def frames(page: pikepdf.Page) -> list[tuple[float, ...]]:
    """The boxes that are drawn with a line around, in the page's own coordinates."""
    found, stack, matrix, points = [], [], pikepdf.Matrix(), []
    for instruction in pikepdf.parse_content_stream(page):
        operands: list[Any] = list(instruction.operands)
        numbers = [float(one) for one in operands if isinstance(one, int | float | Decimal)]
        match str(instruction.operator):
            case "q":
                stack.append(matrix)
            case "Q":
                matrix = stack.pop()
            case "cm":
                matrix = pikepdf.Matrix(*numbers) @ matrix
            case "m":
                points = [matrix.transform((numbers[0], numbers[1]))]
            case "l":
                points.append(matrix.transform((numbers[0], numbers[1])))
            case "S":
                found.append(box(points))
    return [one for one in found if one[2] - one[0] > 9 and one[3] - one[1] > 9]


def box(points: list[tuple[float, float]]) -> tuple[float, ...]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


class TestSeveralAtOnce:
    def test_threads_sign_with_one_key(self):
        names = [f"Defendant Number {number}" for number in range(12)]
        rendered = [render("completion", with_value("defendant", name)) for name in names]
        with ThreadPoolExecutor(4) as pool:
            made = list(pool.map(lambda pdf: sign(pdf, key=key(), at=AT), rendered))
        assert [verify(pdf, trusted={key().fingerprint}).why_not for pdf in made] == [""] * 12
        assert [pdf.startswith(before) for pdf, before in zip(made, rendered, strict=True)] == [True] * 12

    def test_threads_that_begin_at_one_moment(self):
        """Of what a signature is made, no two may share what is written into it."""
        pdf, at_once = unsigned(), Barrier(4)

        def one(_: int) -> bytes:
            at_once.wait()
            return sign(pdf, key=key(), at=AT)

        before = sys.getswitchinterval()
        sys.setswitchinterval(1e-5)
        try:
            with ThreadPoolExecutor(4) as pool:
                made = [file for _ in range(15) for file in pool.map(one, range(4))]
        finally:
            sys.setswitchinterval(before)

        assert [verify(file, trusted={key().fingerprint}).why_not for file in made[::10]] == [""] * 6

    def test_a_thread_that_runs_a_loop_already_signs_too(self):
        async def within() -> bytes:
            return sign(unsigned(), key=key(), at=AT)

        # In a thread of its own: a browser that a journey has left open runs a loop in this one.
        with ThreadPoolExecutor(1) as pool:
            signed = pool.submit(lambda: asyncio.run(within())).result()

        assert verify(signed, trusted={key().fingerprint}).genuine


class TestTimeStamps:
    def with_stamps(self, url: str, tmp_path: Any) -> SigningKey:
        return SigningKey.load(key_file(tmp_path / "key.pem"), timestamps=url)

    def test_are_of_the_service_that_is_named(self, tmp_path: Any):
        with timestamps(AT) as url:
            stamping = self.with_stamps(url, tmp_path)
            pdf = sign(unsigned(), key=stamping, at=AT)
        found = verify(pdf, trusted={stamping.fingerprint})
        assert (found.why_not, found.stamped_at, found.stamped_by) == ("", AT, "Clock of the tests")
        assert "Signature is Valid." in pdfsig(pdf)
        assert "  - Total document signed" in pdfsig(pdf).splitlines()

    def test_without_an_answer_nothing_is_signed(self, tmp_path: Any):
        with timestamps(AT, status=500) as url:
            stamping = self.with_stamps(url, tmp_path)
            with pytest.raises(NoTimestamp):
                sign(unsigned(), key=stamping, at=AT)
        with pytest.raises(NoTimestamp):  # and once nobody listens there any more
            sign(unsigned(), key=stamping, at=AT)

    def test_where_the_service_leads_nobody_is_asked(self, tmp_path: Any):
        asked: list[str] = []
        with timestamps(AT, status=302, asked=asked) as url, pytest.raises(NoTimestamp):
            sign(unsigned(), key=self.with_stamps(url, tmp_path), at=AT)
        assert asked == ["/"]


def test_the_ordinary_report_stays_on_one_page_and_its_certificate_on_another():
    with opened(render("completion", completion_facts())) as file:
        assert len(file.pages) == 2
