"""What a person sees before deciding: the facts, and the report as it will be set."""

import base64
from collections.abc import Iterator

import pytest
import time_machine

from audit.models import Event
from courts.actions.facts import for_kind, numbered
from courts.document import pictures, render
from courts.models import IssuedDocument
from courts.verifying import of_a_draft
from office import proposed
from programs.kinds import MarkKind
from tests.courts.cases import AFTER, completed, delivered, issued, seated
from tests.factories.courts import ProposalFactory, ReportFactory
from tests.office.desk import Desk, text

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    with time_machine.travel(AFTER, tick=False):
        yield Desk()


def picture(page: str) -> bytes:
    return base64.b64decode(page.removeprefix("data:image/png;base64,"))


# --- facts


def test_what_a_completion_rests_on(desk: Desk) -> None:
    assert proposed.facts(completed().proposed()) == [
        ("Found", "Completed on March 25, 2026."),
        ("Weeks credited", "1, 2, 3"),
        ("Weeks missing", "None"),
        ("Unexcused", "None"),
        ("Excused", "None"),
    ]


def test_absences_by_their_days(desk: Desk) -> None:
    proposal = seated().attend(1, kind=MarkKind.ABSENT).proposed("warn")

    assert dict(proposed.facts(proposal))["Unexcused"] == "Tue, Mar 10"
    assert proposed.ground(proposal) == "Missed week 1 unexcused; the policy allows 1: warn him."


def test_what_a_list_says_otherwise_old_and_new(desk: Desk) -> None:
    facts = {"judge": ["", "Hon. B. New"], "aliases": [[], ["Rick", "Ricky"]], "charges": [[["9A", ""]], [["9B", "x"]]]}
    proposal = ProposalFactory(kind="changed_data", facts=facts)

    assert proposed.facts(proposal) == [
        ("Judge", "– → Hon. B. New"),
        ("Aliases", "– → Rick, Ricky"),
        ("Charges", "9A, – → 9B, x"),
    ]
    assert (proposed.title(proposal), proposed.ground(proposal)) == ("The list says otherwise", "")


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("warn", "Warn him"),
        ("call", "Call him"),
        ("make_up", "Book a make-up"),
        ("more_time", "Ask for more time"),
        ("noncompliance", "Noncompliance report"),
    ],
)
def test_each_says_what_to_do(kind: str, title: str, desk: Desk) -> None:
    assert proposed.title(ProposalFactory(kind=kind)) == title


def test_a_proposals_page_has_its_facts_and_buttons(desk: Desk) -> None:
    proposal = completed().proposed()
    shown = text(desk.get(f"/office/courts/proposal/{proposal.pk}/"))

    assert "Open the review Dismiss" in shown
    assert "Weeks credited 1, 2, 3" in shown


# --- the report as it will be set


def test_its_page_shows_it_beside_the_facts(desk: Desk) -> None:
    case = completed()
    report, _ = case.in_review(), case.signer
    answer = desk.get(f"/office/courts/report/{report.pk}/")

    assert 'src="data:image/png;base64,' in answer.content.decode()
    assert text(answer).count("Draft, not issued") == len(answer.context["sheet"].pages) > 0
    assert picture(answer.context["sheet"].pages[0]).startswith(PNG)
    assert "Open the PDF as issued" not in text(answer)
    assert IssuedDocument.objects.count() == 0


def test_a_draft_is_set_as_it_will_be_issued_but_for_its_number_and_its_code(desk: Desk) -> None:
    case = completed()
    report = case.in_review()
    told = for_kind(report, signer=case.signer, recipients=[], now=AFTER)
    sheet = proposed.as_draft(report, told)

    shown = numbered(told, "Draft, not issued") | {"verify": of_a_draft(site="http://localhost:8000")}
    assert [picture(page) for page in sheet.pages] == pictures("completion", shown)


def test_a_letter_that_cannot_be_printed_leaves_no_pages(desk: Desk) -> None:
    case = completed(plaintiff="\u202eCity")
    report = case.in_review()
    told = for_kind(report, signer=case.signer, recipients=[], now=AFTER)

    assert proposed.as_draft(report, told) == proposed.Sheet(
        why_not="The plaintiff has an invisible character (U+202E, RIGHT-TO-LEFT OVERRIDE). "
        "Delete it and type the text again. Nothing was issued."
    )


@pytest.mark.parametrize("kind", ["progress", "discharge", "without_fault"])
def test_every_kind_is_shown_before_it_is_issued(kind: str, desk: Desk) -> None:
    case = completed()
    assert case.signer
    report = ReportFactory(referral=case.referral, kind=kind, proposal__facts={}, steps=["proposed", "in_review"])

    shown = desk.get(f"/office/courts/report/{report.pk}/").context["sheet"]

    assert (len(shown.pages), shown.why_not) == (1, "")


def test_issued_it_is_shown_from_what_was_issued(desk: Desk) -> None:
    case, document = issued()
    case.referral.program.signers.update(ended_at=AFTER)
    sheet = proposed.as_issued(document.report)

    assert [picture(page) for page in sheet.pages] == pictures("completion", document.snapshot)


def test_its_pdf_is_the_very_file(desk: Desk) -> None:
    case, document = issued()
    answer = desk.get(f"/office/reports/{document.report_id}/pdf/")

    assert answer.content == document.content
    # As set, and signed behind that.
    assert answer.content.startswith(render("completion", document.snapshot))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="{document.number.text}.pdf"'
    assert Event.objects.filter(verb="issueddocument.looked_at", record=f"courts.IssuedDocument:{document.pk}").exists()
    assert case.referral.pk == document.report.referral_id


def test_what_was_not_issued_has_no_pdf(desk: Desk) -> None:
    assert desk.get(f"/office/reports/{completed().in_review().pk}/pdf/").status_code == 404


def test_a_reports_page_says_where_its_copies_are(desk: Desk) -> None:
    report = delivered().referral.reports.get()
    shown = text(desk.get(f"/office/courts/report/{report.pk}/"))

    assert "Open the PDF as issued" in shown
    assert "Clerk of the court The court's pages here Sent" in shown
