"""The page on which a report is read before it is issued: what is missing, with where it is mended."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from pytest_django.fixtures import Settings

from accounts.roles import Role as Staff
from courts.actions import corrections, states
from courts.models import IssuedDocument, Recipient, Report, Review
from programs.kinds import MarkKind
from programs.models import Requirement
from tests.access.people import signed_in
from tests.courts.cases import AFTER, Case, completed, copy_to, delivered
from tests.factories.courts import RecipientFactory, ReportFactory
from tests.factories.programs import SignerFactory
from tests.office.desk import Desk, buttons, refusals, text
from tests.refusals import nothing_written


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    with time_machine.travel(AFTER, tick=False):
        yield Desk()


@pytest.fixture
def case(desk: Desk) -> Case:
    return completed()


def page(desk: Desk, report: Report) -> Any:
    return desk.get(f"/office/courts/report/{report.pk}/")


def todo(desk: Desk, report: Report) -> list[tuple[str, str]]:
    """Each sentence with the button beside it."""
    return [(one.sentence, one.button) for one in page(desk, report).context["review"].todo]


def ready(case: Case) -> Report:
    assert case.signer
    return case.in_review()


def test_where_nothing_is_missing_it_can_be_issued(desk: Desk, case: Case) -> None:
    answer = page(desk, ready(case))
    assert answer.context["review"].todo == []
    assert "Issue and deliver" in text(answer)
    assert "Not ready to be issued" not in text(answer)
    assert "issue" not in buttons(answer)


def hold(case: Case) -> None:
    on = AFTER.date() + timedelta(days=9)
    states.hold(referral=case.referral, reason="x", review_on=on, keeps_seat=True, by=case.by, now=AFTER)


def uncredit(case: Case) -> None:
    mark = case.enrollment.marks.current().get(session__module__week=3)
    case.mark(mark.session, kind=MarkKind.ABSENT, supersedes=mark)


@pytest.mark.parametrize(
    ("spoil", "missing"),
    [
        pytest.param(
            hold,
            [("The referral is on hold. Take it up again, then issue the report.", "Take it up again")],
            id="on hold",
        ),
        pytest.param(
            lambda case: case.referral.program.signers.update(ended_at=AFTER),
            [("Nobody signs for this program yet. Name a signer first.", "See the signers")],
            id="no signer",
        ),
        pytest.param(
            lambda case: RecipientFactory(referral=case.referral, role="defense", channel="email", name="A. Counsel"),
            [
                (
                    "Defense A. Counsel is not confirmed yet: call back, or end what no longer applies.",
                    "Confirm by call-back",
                )
            ],
            id="a recipient unconfirmed",
        ),
        pytest.param(
            lambda case: case.referral.recipients.update(ended_at=AFTER),
            [
                (
                    "Nobody is there to receive this report. Add who gets it, and confirm the address by calling back.",
                    "See who gets reports",
                )
            ],
            id="nobody to receive",
        ),
        pytest.param(uncredit, [("Week 3 has no credit yet.", "Open his file")], id="not completed"),
        pytest.param(
            lambda case: Requirement.objects.filter(kind="exit_interview").delete(),
            [("Exit interview is still open.", "Open his file")],
            id="a requirement open",
        ),
        pytest.param(
            lambda case: (
                type(case.referral).objects.update(ordered_on=AFTER.date()),
                type(case.referral.court).objects.update(accepts_earlier_credit=True),
            ),
            [
                (
                    "Some of his sessions were before this court's order. Before it is told of them he must sign a "
                    "release for: Clerk of the court.",
                    "Record a release",
                )
            ],
            id="a release missing",
        ),
        pytest.param(
            lambda case: type(case.referral).objects.update(name_as_charged="Ахмед 👻"),
            [
                (
                    "The name as charged has the letter “👻” (U+1F47B, GHOST), which the document's typeface doesn't "
                    "have. Write it in Latin letters, as it stands in the court's papers. Nothing was issued.",
                    "Open the referral",
                )
            ],
            id="a letter not printable",
        ),
    ],
)
def test_what_is_missing_says_where_it_is_mended(
    desk: Desk, case: Case, spoil: Any, missing: list[tuple[str, str]]
) -> None:
    report = ready(case)
    spoil(case)
    assert todo(desk, report) == missing
    answer = page(desk, report)
    assert "Issue and deliver" not in text(answer)
    for one in answer.context["review"].todo:
        assert desk.get(one.url).status_code == 200


def test_all_that_is_missing_is_said_at_once(desk: Desk, case: Case, settings: Settings) -> None:
    report = ready(case)
    hold(case)
    RecipientFactory(referral=case.referral, role="defense", channel="email")
    settings.SIGNING_KEY = ""
    assert [button for _, button in todo(desk, report)] == ["Take it up again", "", "Confirm by call-back"]


def test_the_signer_is_whoever_looks_or_was_asked_for(desk: Desk, case: Case) -> None:
    report = ready(case)
    own = SignerFactory(program=case.referral.program, user=desk.user, title="Coordinator")
    shown = page(desk, report).context["review"]
    assert (shown.signer, len(shown.signers)) == (own, 2)
    asked = desk.get(f"/office/courts/report/{report.pk}/?signer={case.signer.pk}").context["review"]
    assert (asked.signer, asked.digest == shown.digest) == (case.signer, False)


# --- free text


def test_what_may_be_written_is_saved_and_stands_in_the_pages(desk: Desk, case: Case) -> None:
    assert case.signer
    report = ReportFactory(referral=case.referral, kind="progress", steps=["proposed", "in_review"])
    before = page(desk, report).context["review"].digest
    answer = desk.press(report, "words", remarks="Came on time.")
    assert desk.notice(answer) == "Written. Read the pages again."
    shown = page(desk, report)
    assert shown.context["review"].words["remarks"].value() == "Came on time."
    assert shown.context["review"].digest != before


def test_too_much_is_sent_back(desk: Desk) -> None:
    report = ReportFactory(kind="progress", steps=["proposed", "in_review"])
    with nothing_written():
        answer = desk.press(report, "words", remarks="x" * 601)
    assert "Remarks" in text(answer)
    assert answer.context["form"].errors["remarks"] == ["Ensure this value has at most 600 characters (it has 601)."]


def test_a_completion_has_no_place_for_it(desk: Desk, case: Case) -> None:
    report = ready(case)
    assert page(desk, report).context["review"].words is None
    with nothing_written():
        assert desk.press(report, "words", remarks="x").status_code == 409


# --- four eyes


@pytest.fixture
def own(desk: Desk, case: Case) -> Report:
    """Of which the person at the desk recorded all."""
    report = ready(case)
    Requirement.objects.update(recorded_by=desk.user)
    case.leader = desk.user
    for mark in case.enrollment.marks.all():
        case.mark(mark.session, supersedes=mark)
    return report


def test_who_recorded_it_alone_is_told_that_somebody_else_must_look(desk: Desk, own: Report) -> None:
    Desk()
    assert todo(desk, own) == [
        (
            "You alone recorded what this report rests on. Somebody else in the office must look at it and issue it.",
            "",
        )
    ]


def test_somebody_else_issues_it(desk: Desk, own: Report) -> None:
    answer = page(Desk(Staff.ADMINISTRATOR), own)
    assert "Issue and deliver" in text(answer)


def test_one_alone_reads_it_and_confirms_it_the_next_day(desk: Desk, own: Report) -> None:
    first = page(desk, own)
    shown = first.context["review"]
    assert (shown.may_issue, shown.may_look) == (False, True)
    assert "I have read it" in text(first)
    assert "Issue and deliver" not in text(first)
    form = {"signer": shown.signer.pk, "facts_sha256": shown.digest}
    assert (
        desk.notice(desk.press(own, "looked", **form)) == "Noted that you have read it. Confirm it tomorrow, or later."
    )
    with nothing_written():
        answer = desk.press(own, "issue", **form)
    assert refusals(answer) == [
        "You read this report for the first time today. Look at it again tomorrow, then issue it."
    ]
    assert page(desk, own).context["review"].wait == refusals(answer)[0]

    with time_machine.travel(AFTER + timedelta(days=1), tick=False):
        desk.client = signed_in(desk.user)
        assert "Issue and deliver" in text(page(desk, own))
        desk.press(own, "issue", **form)
    assert (IssuedDocument.objects.get().issued_by, Review.objects.count()) == (desk.user, 2)


def test_what_changed_since_it_was_read_is_said(desk: Desk, own: Report, case: Case) -> None:
    shown = page(desk, own).context["review"]
    desk.press(own, "looked", signer=shown.signer.pk, facts_sha256=shown.digest)
    copy_to(case, Recipient.Role.JUDGE, Recipient.Channel.PAPER)
    answer = page(desk, own)
    assert "The facts changed since you said that you had read it. Read it again." in text(answer)
    assert answer.context["review"].may_look is True


# --- after it was issued


def test_a_correction_is_asked_answered_and_made(desk: Desk) -> None:
    case = delivered()
    report = case.referral.reports.get()
    assert desk.notice(desk.press(report, "correction-asked", text="Minutes?")) == (
        "Noted. Answer that it stands, or correct it."
    )
    assert "Minutes?" in text(page(desk, report))
    assert desk.notice(desk.press(report, "stands", answer="They are right.")) == (
        "Noted: it stands, and the court was answered."
    )
    answer = desk.press(report, "correct", what_changed="Week 2.")
    made = Report.objects.get(supersedes=report)
    assert answer["Location"] == f"/office/courts/report/{made.pk}/"
    assert page(desk, made).context["review"].words["what_changed"].value() == "Week 2."


def test_a_duplicate_is_begun_from_the_certificate(desk: Desk) -> None:
    report = delivered().referral.reports.get()
    answer = desk.press(report, "duplicate")
    made = Report.objects.get(kind="duplicate_certificate")
    assert answer["Location"] == f"/office/courts/report/{made.pk}/"
    assert todo(desk, made) == []


def test_the_court_that_may_not_be_told_any_more_is_named(desk: Desk) -> None:
    case = delivered()
    report = case.referral.reports.get()
    released = {"release_on": AFTER.date(), "release_until": AFTER.date() - timedelta(days=0)}
    case.referral.recipients.update(**released)
    made = corrections.correct(report=report, what_changed="Week 2.", by=case.by, now=AFTER)
    with time_machine.travel(AFTER + timedelta(days=1), tick=False):
        later = Desk()
        found = [button for _, button in todo(later, made)]
    assert found == ["See who gets reports", "Record a release"]


# --- the list


def columns(answer: Any) -> list[str]:
    return [str(one) for one in answer.context["cl"].result_list]


def test_the_list_is_found_by_court_and_state(desk: Desk, case: Case) -> None:
    case.issue(ready(case))
    other = completed()
    ready(other)
    mine, others = case.referral.reports.get(), other.referral.reports.get()
    url = "/office/courts/report/"
    assert columns(desk.get(url)) == [str(others), str(mine)]
    assert columns(desk.get(f"{url}?court={other.referral.court_id}")) == [str(others)]
    assert columns(desk.get(f"{url}?state=in_review")) == [str(others)]
    assert "in 7 days" in text(desk.get(url))
