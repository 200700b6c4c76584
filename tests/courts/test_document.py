import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core import typeset
from core.typeset import letters
from courts.document import DocumentNotRendered, LetterNotPrintable, render
from tests.courts.completion import FIRST, TYPED, completion_facts, with_value
from tests.courts.pdf import bare, opened, structure, text_of

INVISIBLE = {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"}


def printable() -> set[str]:
    return {letter for letter in letters() if unicodedata.category(letter) not in INVISIBLE}


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render("completion", completion_facts())


class TestTheFile:
    def test_is_tagged_and_names_its_language(self, pdf: bytes):
        with opened(pdf) as file:
            assert bool(file.Root.MarkInfo.Marked)
            assert str(file.Root.Lang) == "en-US"
            assert str(file.Root.StructTreeRoot.Type) == "/StructTreeRoot"
            assert bool(file.Root.ViewerPreferences.DisplayDocTitle)

    def test_claims_both_standards(self, pdf: bytes):
        with opened(pdf) as file, file.open_metadata() as xmp:
            assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"], xmp["pdfuaid:part"]) == ("2", "A", "1")
            assert [str(intent.S) for intent in file.Root.OutputIntents] == ["/GTS_PDFA1"]

    def test_embeds_every_font_with_its_letters(self, pdf: bytes):
        with opened(pdf) as file:
            fonts = [font for page in file.pages for font in page.Resources.Font.values()]
            assert fonts
            for font in fonts:
                assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor
                assert "NotoSerif" in str(font.BaseFont)
                assert "/ToUnicode" in font

    def test_metadata_say_only_the_number_and_the_day(self, pdf: bytes):
        with opened(pdf) as file:
            info = {key: str(value) for key, value in file.docinfo.items()}
            assert info.pop("/Creator").startswith("Typst ")
            assert info == {
                "/Title": "Report K-2026-00017",
                "/CreationDate": "D:20260312000000Z",
                "/ModDate": "D:20260312000000Z",
            }

    def test_xmp_has_neither_the_man_nor_the_program(self, pdf: bytes):
        with opened(pdf) as file:
            xmp = file.Root.Metadata.read_bytes().decode()
        private = ["Álvarez", "Roberto", "26-0413", "Kent", "Accountability", "Kowalski", "education"]
        assert [word for word in private if word in xmp] == []

    def test_headings_begin_at_one_and_skip_none(self, pdf: bytes):
        with opened(pdf) as file:
            headings = [tag for tag in structure(file) if re.fullmatch(r"/H\d", tag)]
        assert headings == ["/H1", "/H2", "/H2", "/H2", "/H2", "/H2"]

    def test_tables_have_header_cells(self, pdf: bytes):
        with opened(pdf) as file:
            counted = structure(file)
        assert [counted.count(tag) for tag in ("/Table", "/THead", "/TH", "/TR", "/TD")] == [2, 2, 6, 14, 44]

    def test_same_facts_give_the_same_bytes(self, pdf: bytes):
        assert render("completion", completion_facts()) == pdf

    def test_is_set_on_letter_paper(self, pdf: bytes):
        with opened(pdf) as file:
            assert {tuple(map(float, page.mediabox)) for page in file.pages} == {(0.0, 0.0, 612.0, 792.0)}


class TestTheText:
    def test_ordinary_report_in_full(self, pdf: bytes):
        days = [(FIRST + timedelta(weeks=week)).strftime("%B %-d, %Y") for week in range(10)]
        weeks = [f"{week}{day}120{'Make-up' * (week == 5)}" for week, day in enumerate(days, start=1)]
        assert bare(text_of(pdf)) == bare(
            "Northwest Accountability Program 1200 Fifth Avenue, Suite 800 Seattle, WA 98101"
            "Telephone 206-555-0142 Report K-2026-00017 March 12, 2026"
            "IN THE MUNICIPAL COURT FOR THE CITY OF KENT, KING COUNTY, STATE OF WASHINGTON"
            "City of Kent, Plaintiff, v. Roberto Álvarez-O’Neil, Defendant."
            "Cause No. 26-0413 Completion report"
            "Roberto Álvarez-O’Neil completed the program: 10 of 10 required sessions (20 hours attended), "
            "the first on January 6, 2026 and the last on March 10, 2026. Each requirement below is met."
            "Referral and program Referral Pretrial diversion Program Ten-week education program"
            "Ordered December 4, 2025 Complete by March 20, 2026"
            "Hearing April 2, 2026 Proof due by March 27, 2026"
            "Program fee Paid in full Certificate C-2026-0009"
            "Requirements Requirement Met on Intake interview December 15, 2025 Exit interview March 11, 2026"
            f"Credited sessions Week Date Minutes Note {''.join(weeks)}"
            "This report is about attendance and requirements only; it is not a risk assessment."
            "Signed electronically by Denise Kowalski Program Coordinator March 12, 2026"
            "Distribution Clerk Kent Municipal Court Prosecutor Kent City Attorney"
            "Report K-2026-00017 · Cause No. 26-0413 Page 1 of 2"
            "Northwest Accountability Program Certificate of completion No. C-2026-0009"
            "This certifies that Roberto Álvarez-O’Neil completed Ten-week education program"
            "10 of 10 required sessions, 20 hours attended, from January 6, 2026 to March 10, 2026"
            "This certificate states attendance and requirements only. It is not a risk assessment."
            "Issued March 12, 2026 by Denise Kowalski, Program Coordinator, "
            "who signed report K-2026-00017 electronically; this sheet is part of it."
            "To verify it, call 206-555-0142 and give the number above."
            "Report K-2026-00017 · Cause No. 26-0413 Page 2 of 2"
        )

    @pytest.mark.parametrize("label", ["Cause", "Case", "Docket"])
    def test_court_names_its_own_number(self, label: str):
        text = bare(text_of(render("completion", with_value("court.number_label", label))))
        assert re.findall(r"(\w+)No\.26-0413", text) == [label, label, label]

    def test_unfiled_report_has_no_caption_and_no_parties(self):
        facts = completion_facts()
        facts["court"]["caption"] = None
        facts["case_number"] = None
        facts["incident_number"] = "24-118821"
        text = bare(text_of(render("completion", facts)))
        assert "IncidentNo.24-118821ReRobertoÁlvarez-O’Neil" in text
        leaks = ["MUNICIPALCOURT", "Plaintiff", "Defendant", "CityofKent,", "CauseNo."]
        assert [word for word in leaks if word in text] == []

    def test_clerk_action_stands_directly_under_the_number(self):
        action = "CLERK’S ACTION REQUIRED: Strike the hearing of April 2, 2026."
        text = bare(text_of(render("completion", with_value("court.clerk_action", action))))
        assert bare(f"Cause No. 26-0413 {action} Completion report") in text

    @pytest.mark.parametrize(
        ("path", "label"),
        [
            ("ordered_on", "Ordered"),
            ("hearing_on", "Hearing"),
            ("complete_by", "Completeby"),
            ("proof_due_by", "Proofdueby"),
            ("fee_standing", "Programfee"),
        ],
    )
    def test_line_without_a_value_is_not_printed(self, pdf: bytes, path: str, label: str):
        assert bare(text_of(pdf)).count(label) == 1
        assert bare(text_of(render("completion", with_value(path, None)))).count(label) == 0

    @pytest.mark.parametrize(
        ("minutes", "printed"),
        [
            (1200, "20hoursattended"),
            (1190, "19hours50minutesattended"),
            (45, "45minutesattended"),
            (60, "1hourattended"),
        ],
        ids=["whole", "with minutes", "under one", "one"],
    )
    def test_hours(self, minutes: int, printed: str):
        text = bare(text_of(render("completion", with_value("completed.minutes", minutes))))
        assert re.findall(r"requiredsessions\((.*?)\)", text) == [printed]

    def test_open_requirement_is_called_open(self):
        text = bare(text_of(render("completion", with_value("requirements[1].met_on", None))))
        assert "ExitinterviewOpen" in text
        assert "Eachrequirementbelowismet" not in text

    def test_themes_have_a_column_once_one_is_given(self):
        text = bare(text_of(render("completion", with_value("sessions[3].theme", "Entitlement"))))
        assert "WeekDateThemeMinutesNote" in text
        assert "4January27,2026Entitlement120" in text

    @pytest.mark.parametrize("path", ["requirements", "distribution", "sessions"])
    def test_empty_list_is_set_too(self, path: str):
        assert bare(text_of(render("completion", with_value(path, []))))


NAMES = [
    pytest.param('#panic("x")', id="code"),
    pytest.param("*b* $x$", id="markup"),
    pytest.param('#include "/etc/passwd" \\ <label> @ref [a] {b} `c` // d /* e */', id="syntax"),
    pytest.param("= Heading - list + enum / term: x", id="line markup"),
    pytest.param("\"; \\u{41} ' & <b>", id="escapes"),
    pytest.param("... -- --- 'quoted' \"quoted\"", id="shorthands"),
    pytest.param("Nguyễn Thị Phương-Đặng", id="Vietnamese"),
    pytest.param("Łukasz Żółć İbrahim Šťastný Őry", id="latin-ext"),
    pytest.param("Владимир Λεωνίδας", id="Cyrillic and Greek"),
    pytest.param("Miguel  de   la Cruz", id="several spaces"),
]


class TestNames:
    @pytest.mark.parametrize("name", NAMES)
    def test_is_printed_as_spelled(self, name: str):
        text = bare(text_of(render("completion", with_value("defendant", name))))
        assert text.count(bare(name) + ",Defendant.") == 1
        assert text.count(bare(name) + "completedtheprogram:") == 1

    def test_decomposed_accents_are_put_together(self):
        composed = render("completion", with_value("defendant", "José Núñez"))
        assert render("completion", with_value("defendant", unicodedata.normalize("NFD", "José Núñez"))) == composed

    @given(name=st.text(alphabet=sorted(printable()), min_size=1, max_size=40))
    @settings(max_examples=60)
    def test_every_printable_letter_is_set(self, name: str):
        assert render("completion", with_value("defendant", name)).startswith(b"%PDF-1.7")

    @given(name=st.text(alphabet=sorted(c for c in printable() if c.isalpha() and c < "ʰ"), min_size=1, max_size=60))
    @settings(max_examples=60)
    def test_latin_name_comes_back_out(self, name: str):
        text = bare(text_of(render("completion", with_value("defendant", name))))
        assert text.count(bare(f"{name}, Defendant.")) == 1

    @given(name=st.text(min_size=1, max_size=12))
    @settings(max_examples=100)
    def test_first_letter_that_cannot_be_printed_is_named(self, name: str):
        refused = [letter for letter in unicodedata.normalize("NFC", name) if letter not in printable()]
        assume(refused)
        with pytest.raises(LetterNotPrintable) as refusal:
            render("completion", with_value("defendant", name))
        assert (refusal.value.field, refusal.value.letter) == ("defendant", refused[0])


class TestRefusals:
    @pytest.mark.parametrize("path", [path for path in TYPED if path not in {"number", "court.caption"}])
    def test_names_the_field(self, path: str):
        with pytest.raises(LetterNotPrintable) as refusal:
            render("completion", with_value(path, "Li 漢 Wu"))
        assert (refusal.value.field, refusal.value.letter) == (path, "漢")

    @pytest.mark.parametrize(
        ("letter", "sentence"),
        [
            (
                "漢",
                "the letter “漢” (U+6F22, CJK UNIFIED IDEOGRAPH-6F22), which the document's typeface doesn't "
                "have. Write it in Latin letters, as it stands in the court's papers.",
            ),
            (
                "\u202e",
                "an invisible character (U+202E, RIGHT-TO-LEFT OVERRIDE). Delete it and type the text again.",
            ),
            (
                "\x00",
                "an invisible character (U+0000, a control character). Delete it and type the text again.",
            ),
        ],
        ids=["no font has it", "direction", "control"],
    )
    def test_sentence_says_what_to_do(self, letter: str, sentence: str):
        with pytest.raises(LetterNotPrintable) as refusal:
            render("completion", with_value("defendant", f"Li{letter}Wu"))
        assert str(refusal.value) == f"The name as charged has {sentence} Nothing was issued."

    @pytest.mark.parametrize("path", TYPED)
    def test_sentence_names_the_field_in_words(self, path: str):
        said = str(LetterNotPrintable(path, "漢"))
        assert said.startswith(("The ", "A ", "What "))
        assert not re.search(r"[_\[]", said)

    @pytest.mark.parametrize(
        "letter",
        list("\x00\x07\t\n\r\x7f\x85\xad\u200b\u200d\u200e\u2028\u2029\u202a\u2066\ufeff\ue000\U0010ffff\ud800"),
        ids=lambda letter: f"U+{ord(letter):04X}",
    )
    def test_letters_nobody_can_see_are_refused(self, letter: str):
        with pytest.raises(LetterNotPrintable) as refusal:
            render("completion", with_value("signer.name", f"Ann{letter}Lee"))
        assert (refusal.value.field, refusal.value.letter) == ("signer.name", letter)

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            ("issued_on", "March 3"),
            ("sessions[3].on", "2026-02-30"),
            ("required", None),
            ("letterhead.lines", []),
        ],
        ids=["no date", "no such day", "missing", "no letterhead"],
    )
    def test_facts_that_do_not_fit_are_not_told(self, path: str, value: Any):
        with pytest.raises(DocumentNotRendered) as refusal:
            render("completion", with_value(path, value))
        told = "The completion document could not be set from its facts. Nothing was issued."
        assert str(refusal.value) == told
        assert (refusal.value.__cause__, refusal.value.__context__) == (None, None)


class TestLetters:
    def test_are_those_of_the_fonts(self):
        faces = [set(TTFont(path).getBestCmap()) for path in typeset.FONTS.glob("*.ttf")]
        assert len(faces) == 2
        assert {ord(letter) for letter in letters()} == set.intersection(*faces)

    def test_shipped_family_is_all_there_is(self):
        assert typeset.fonts().families() == ["Noto Serif"]


def test_threads_render_side_by_side():
    names = [f"Defendant Number {number}" for number in range(24)]
    with ThreadPoolExecutor(max_workers=8) as pool:
        pdfs = list(pool.map(lambda name: render("completion", with_value("defendant", name)), names))
    found = [re.findall(r"DefendantNumber(\d+),", bare(text_of(pdf))) for pdf in pdfs]
    assert found == [[str(number)] for number in range(24)]
