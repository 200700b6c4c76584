"""Each kind of report as a sheet of paper: with what is usual, with the least and with the most."""

import re
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import segno
from page import ValidationProfile, validate_pdf_bytes
from PIL import Image

from courts import document
from courts.actions.facts import numbered
from courts.document import LetterNotPrintable, render
from courts.signature import sign
from courts.steps import ReportKind
from courts.told import ReportFacts
from courts.verifying import of_a_draft, printed, read_code
from office.proposed import DRAFT
from tests.courts.pdf import PPI, bare, drawn, ink, opened, pictures, structure, text_of
from tests.courts.sheets import CORRECTED, UNBROKEN, VERIFY, emptiest, longest, ordinary
from tests.courts.signing import AT, key

KINDS = list(ReportKind)
TITLES = {
    ReportKind.ENROLLMENT: "Enrollment confirmation",
    ReportKind.NOT_ACCEPTED: "Not accepted",
    ReportKind.DID_NOT_BEGIN: "Did not begin",
    ReportKind.PROGRESS: "Progress report",
    ReportKind.MORE_TIME: "More time needed",
    ReportKind.NONCOMPLIANCE: "Noncompliance notice",
    ReportKind.COMPLETION: "Completion report",
    ReportKind.WITHOUT_FAULT: "Ending without fault",
    ReportKind.DISCHARGE: "Discharge",
    ReportKind.DUPLICATE_CERTIFICATE: "Duplicate certificate",
}
each_kind = pytest.mark.parametrize("kind", KINDS)
each_way = pytest.mark.parametrize("made", [ordinary, emptiest, longest], ids=lambda made: made.__name__)
Made = Callable[[ReportKind], ReportFacts]


def text(kind: ReportKind, facts: Any) -> str:
    return bare(text_of(render(kind, facts)))


def test_there_is_a_template_for_each() -> None:
    assert {path.stem for path in document.TEMPLATES.glob("*.typ")} >= {kind.value for kind in KINDS}


@each_way
@each_kind
def test_is_a_tagged_archive_with_header_cells_and_headings_in_order(kind: ReportKind, made: Made) -> None:
    with opened(render(kind, made(kind))) as file, file.open_metadata() as xmp:
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"], xmp["pdfuaid:part"]) == ("2", "A", "1")
        assert str(file.docinfo.Title) == "Report K-2026-00017"
        tags = structure(file)
    headings = [tag for tag in tags if re.fullmatch(r"/H\d", tag)]
    assert headings == ["/H1"] + ["/H2"] * (len(headings) - 1)
    assert tags.count("/Table") == tags.count("/THead")


@each_way
@each_kind
def test_signed_a_checker_of_each_standard_finds_nothing(kind: ReportKind, made: Made) -> None:
    facts: Any = {**made(kind), "verify": made(kind)["verify"] or VERIFY}
    pdf = sign(render(kind, facts), key=key(), at=AT)
    for standard in (ValidationProfile.PDF_A_2A, ValidationProfile.PDF_UA_1):
        assert [(one.rule_id, one.message) for one in validate_pdf_bytes(pdf, profile=standard).failures] == []


@each_way
@each_kind
def test_stays_inside_its_margins_and_each_page_has_number_and_case(kind: ReportKind, made: Made) -> None:
    facts: Any = made(kind)
    for page in pictures(facts, kind):
        assert ink(page.crop((int(7.52 * PPI), 0, page.width, page.height))) == 0
        assert ink(page.crop((0, int(10.7 * PPI), page.width, page.height))) == 0
    with opened(render(kind, facts)) as file:
        pages = [bare(drawn(page)) for page in file.pages]
    number = "CauseNo.26-0413" if facts["case_number"] else "IncidentNo.24-118821"
    feet = [f"ReportK-2026-00017·{number}Page{at}of{len(pages)}" for at in range(1, len(pages) + 1)]
    assert [page.endswith(foot) for page, foot in zip(pages, feet, strict=True)] == [True] * len(pages)


@each_kind
def test_where_the_court_stamps_three_inches_are_blank(kind: ReportKind) -> None:
    page = pictures(longest(kind), kind)[0]
    assert ink(page.crop((page.width // 2, 0, page.width, 3 * PPI))) == 0


@each_kind
def test_caption_says_what_it_is_and_a_long_name_is_whole(kind: ReportKind) -> None:
    said = text(kind, longest(kind))
    assert bare(f"Cause No. 26-0413 CLERK'S ACTION REQUIRED: File this report. {TITLES[kind]}") in said
    assert bare(f"v. {UNBROKEN}, Defendant.") in said


@each_kind
def test_unfiled_it_has_neither_caption_nor_parties(kind: ReportKind) -> None:
    said = text(kind, emptiest(kind))
    assert bare(f"{TITLES[kind]} Incident No. 24-118821 Re Roberto Álvarez-O’Neil") in said
    leaks = ("MUNICIPAL", "Plaintiff", "Defendant.", "CauseNo.", "CLERK", "none")
    assert [word for word in leaks if word in said] == []


@each_kind
def test_names_its_signer_and_everyone_who_gets_it(kind: ReportKind) -> None:
    said = text(kind, ordinary(kind))
    statement = "This report is about attendance and requirements only; it is not a risk assessment."
    signed = "Signed electronically by Denise Kowalski Program Coordinator March 12, 2026"
    copies = "Distribution Clerk Kent Municipal Court Prosecutor Kent City Attorney"
    assert said.count(bare(f"{statement} {signed} {copies}")) == 1


@each_kind
def test_a_corrected_one_says_which_it_supersedes_and_what_changed(kind: ReportKind) -> None:
    corrected: Any = ordinary(kind) | {"corrected": CORRECTED}
    said = bare(
        "Corrected report. It supersedes report K-2026-00011 of March 5, 2026. "
        "Week 4 was attended on January 27, 2026; the report said that it was not."
    )
    assert (text(kind, ordinary(kind)).count(said), text(kind, corrected).count(said)) == (0, 1)


SENTENCES = {
    ReportKind.ENROLLMENT: (
        "Roberto Álvarez-O’Neil is enrolled in the program and has a place in a group whose sessions begin for this "
        "order on January 6, 2026.",
        "Intake held December 15, 2025 First session January 6, 2026 Schedule Tuesdays, 7:00 to 9:00 p.m. "
        "Required 10 sessions Projected completion March 10, 2026",
    ),
    ReportKind.NOT_ACCEPTED: (
        "Roberto Álvarez-O’Neil does not meet the program's criteria for enrollment; the program decided so on "
        "March 11, 2026. No session was attended. This is not a finding of noncompliance.",
    ),
    ReportKind.DID_NOT_BEGIN: (
        "has not begun the program. As of March 12, 2026 no session was attended.",
        "Enroll by January 15, 2026 Start by February 1, 2026",
        "January 8, 2026 Did not attend the intake appointment January 20, 2026 Did not attend the session",
    ),
    ReportKind.PROGRESS: (
        "3 of 10 required sessions are credited. Standing: At risk.",
        "Period from January 1, 2026 Period to March 12, 2026 Required 10 Excused absences 1 Attended 2 "
        "Unexcused absences 1 Made up 1 Without credit 1 Assignments Not all handed in yet Next report April 10, 2026 "
        "Program fee On a plan",
        "Week Date Attendance 1 January 13, 2026 Attended",
    ),
    ReportKind.MORE_TIME: (
        "cannot complete the program by March 20, 2026. With the sessions that are planned, completion is possible on "
        "April 14, 2026.",
        "4 of 10 required sessions are credited, the first on January 6, 2026 and the last on February 3, 2026.",
        "It asks for nothing.",
    ),
    ReportKind.NONCOMPLIANCE: (
        "does not meet the rule below.",
        "Rule After 2 unexcused absences the program notifies the court.",
        "February 10, 2026 Did not attend the session; not excused",
        "Warnings Date Warning February 11, 2026 The program warned him",
        "Chance to cure Missed sessions may be made up",
        "Sessions credited 4 of 10 required sessions are credited",
        "Re-entry Re-entry into the program requires",
    ),
    ReportKind.COMPLETION: ("Certificate of completion No. C-2026-0009 This certifies that Roberto Álvarez-O’Neil",),
    ReportKind.WITHOUT_FAULT: (
        "is no longer available to take part in the program, and the enrollment has ended as of March 12, 2026. "
        "This is not a finding of noncompliance.",
    ),
    ReportKind.DISCHARGE: (
        "is discharged from the program on March 12, 2026, before completion.",
        "Rule The program discharges a participant who does not meet its attendance policy.",
    ),
    ReportKind.DUPLICATE_CERTIFICATE: (
        "It has the new number K-2026-00017 and repeats what certificate K-2026-00011 of March 5, 2026 certified.",
        "Certificate of completion No. K-2026-00017 DUPLICATE of certificate No. K-2026-00011, issued March 5, 2026",
    ),
}


@each_kind
def test_says(kind: ReportKind) -> None:
    said = text(kind, ordinary(kind))
    assert [sentence for sentence in SENTENCES[kind] if bare(sentence) not in said] == []


@pytest.mark.parametrize("kind", [ReportKind.NONCOMPLIANCE, ReportKind.DISCHARGE])
def test_without_a_warning_it_says_so(kind: ReportKind) -> None:
    assert bare("Warnings None is on record.") in text(kind, emptiest(kind))
    written: Any = emptiest(kind) | {"words": {"warnings": "By letter.", "chance_to_cure": "", "re_entry": ""}}
    assert bare("Warnings By letter. Sessions credited") in text(kind, written)


@pytest.mark.parametrize(
    ("path", "called"),
    [
        ("remarks", "The remarks has the letter “漢”"),
        ("words", "The text on re-entry has the letter “漢”"),
    ],
)
def test_a_letter_no_font_has_is_named(path: str, called: str) -> None:
    kind = ReportKind.PROGRESS if path == "remarks" else ReportKind.DISCHARGE
    facts: Any = ordinary(kind)
    facts[path] = "漢" if path == "remarks" else facts["words"] | {"re_entry": "漢"}
    with pytest.raises(LetterNotPrintable, match=called):
        render(kind, facts)


@each_way
@each_kind
def test_a_draft_takes_the_same_pages_as_what_is_issued(kind: ReportKind, made: Made) -> None:
    site = "https://onus.example.org"
    draft: Any = numbered(made(kind), DRAFT) | {"verify": of_a_draft(site=site)}
    issued: Any = made(kind) | {"verify": printed(site=site, number="K-2026-00017", code="7QHFM2KX94TD0000")}
    with opened(render(kind, draft)) as shown, opened(render(kind, issued)) as sent:
        assert len(shown.pages) == len(sent.pages)


def test_a_draft_has_no_code() -> None:
    shown = of_a_draft(site="https://onus.example.org")
    assert (read_code(shown["code"]), shown["url"]) == ("", "https://onus.example.org/verify/")


class TestVerifying:
    """At the foot of the last page, and nowhere else; nothing where there is no code."""

    WHERE = "To verify this report, open https://onus.example.org/verify/ and enter"

    @each_kind
    def test_number_and_code_stand_on_the_last_page(self, kind: ReportKind) -> None:
        facts: Any = ordinary(kind) | {"verify": VERIFY}
        with opened(render(kind, facts)) as file:
            pages = [bare(drawn(page)) for page in file.pages]
        line = bare("Number K-2026-00017 Code 7QHF-M2KX-94TD-0000")
        assert [line in page for page in pages] == [False] * (len(pages) - 1) + [True]
        assert [bare(self.WHERE) in page for page in pages] == [False] * (len(pages) - 1) + [True]

    @each_kind
    def test_without_a_code_nothing_is_printed(self, kind: ReportKind) -> None:
        assert "Toverifythisreport" not in text(kind, ordinary(kind))

    def test_square_code_is_described_and_leads_there(self) -> None:
        facts: Any = ordinary(ReportKind.ENROLLMENT) | {"verify": VERIFY}
        with opened(render("enrollment", facts)) as file:
            alts = [str(one.Alt) for one in file.objects if hasattr(one, "get") and one.get("/Alt") is not None]
        assert "Square code that opens the page for verifying" in alts
        assert modules(document.pictures("enrollment", facts, ppi=400)[-1]) == [
            [bool(dark) for dark in row] for row in segno.make(VERIFY["url"], error="m", micro=False).matrix
        ]


def modules(page: bytes) -> list[list[bool]]:
    """The square's dark and light fields, read off the page: it stands at the left margin, right above the foot."""
    gray = Image.open(BytesIO(page)).convert("L")
    side = int(0.7 * 400)
    band = gray.crop((400, 0, 400 + side, int(10.3 * 400)))
    bottom = band.point(lambda shade: 255 if shade < 128 else 0).getbbox()[3]  # type: ignore[index]
    number = len(segno.make(VERIFY["url"], error="m", micro=False).matrix)
    size = side / number
    middles = [(at + 0.5) * size for at in range(number)]
    return [[band.getpixel((int(x), int(bottom - side + y))) < 128 for x in middles] for y in middles]  # type: ignore[operator]


def test_poppler_reads_no_other_words_than_the_sheet_has(tmp_path: Path) -> None:
    """What another reader finds: nothing hidden behind what is drawn."""
    path = tmp_path / "report.pdf"
    path.write_bytes(render("progress", ordinary(ReportKind.PROGRESS)))
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, text=True, check=True, timeout=60)
    assert sorted(bare(done.stdout)) == sorted(text(ReportKind.PROGRESS, ordinary(ReportKind.PROGRESS)))
