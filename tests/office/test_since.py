"""What changed since a proposal was made, beside its facts; and what is offered for one that no longer holds."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from courts.actions import proposals
from courts.models import Proposal
from office.since import Since, changed, since
from office.waiting import lines
from programs.actions.standing import reassess
from programs.kinds import MarkKind
from programs.models import Booking
from programs.reasons import Code, Reason
from tests.courts.cases import AFTER, Case, completed, seated
from tests.courts.test_proposals_gone import MORNING, with_makeup
from tests.factories.courts import ProposalFactory
from tests.factories.programs import MarkFactory
from tests.office.desk import Desk, buttons, text


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    with time_machine.travel(AFTER, tick=False):
        yield Desk()


def correct(case: Case, week: int, kind: MarkKind = MarkKind.PRESENT, now: Any = AFTER) -> None:
    mark = case.enrollment.marks.current().get(session__module__week=week)
    MarkFactory(enrollment=case.enrollment, session=mark.session, kind=kind, supersedes=mark, by=case.by)
    reassess(enrollment=case.enrollment, by=case.by, now=now)
    proposals.propose_unread(now=now)


def gone() -> tuple[Case, Proposal]:
    """A warning that no longer holds: he had been there."""
    case = seated().attend(1, kind=MarkKind.ABSENT)
    proposal = case.proposed("warn", now=MORNING)
    correct(case, 1, now=MORNING)
    proposal.refresh_from_db()
    return case, proposal


def found(standing: str = "on_track", *reasons: Reason, **facts: list[Any]) -> dict[str, Any]:
    said: dict[str, Any] = {"credited": [], "unexcused": [], "excused": []}
    return {"standing": standing, "reasons": [reason.facts() for reason in reasons], **said, **facts}


MISSED = Reason(code=Code.UNEXCUSED_WARNING, weeks=(1,), count=1, allowed=1)
ROW = Reason(code=Code.IN_A_ROW, count=2)


@pytest.mark.parametrize(
    ("then", "now", "sentences"),
    [
        (found(), found(), []),
        (found("needs_makeups"), found(), ["Then: needs make-ups. Now: on track."]),
        (
            found("on_track", MISSED),
            found("on_track", ROW),
            [
                "New: Missed 2 sessions in a row: call him.",
                "No longer: Missed week 1 unexcused; the policy allows 1: warn him.",
            ],
        ),
        (
            found(credited=[1, 2]),
            found(credited=[2, 3]),
            ["Week 3 has credit now.", "Week 1 has no credit any more."],
        ),
        (
            found(unexcused=["2026-03-10"], excused=["2026-03-17"]),
            found(unexcused=["2026-03-17"], excused=["2026-03-10"]),
            [
                "Tue, Mar 17 counts as an unexcused absence now.",
                "Tue, Mar 10 no longer counts as an unexcused absence.",
                "Tue, Mar 10 counts as an excused absence now.",
                "Tue, Mar 17 no longer counts as an excused absence.",
            ],
        ),
    ],
    ids=["nothing", "standing", "reasons", "credit", "absences"],
)
def test_the_differences(then: Any, now: Any, sentences: list[str], desk: Desk) -> None:
    assert list(changed(then, now)) == sentences


def test_in_review_it_shows_what_changed_and_that_it_no_longer_holds(desk: Desk) -> None:
    case = completed()
    report = case.in_review()
    assert since(report.proposal, now=AFTER) is None
    assert "It no longer holds" not in text(desk.get(f"/office/courts/report/{report.pk}/"))

    correct(case, 3, MarkKind.ABSENT)

    proposal = Proposal.objects.get(pk=report.proposal_id)
    beside = since(proposal, now=AFTER)
    assert beside is not None
    assert (beside.on, beside.holds) == (AFTER.date(), False)
    assert beside.changes[0] == "Then: completed. Now: cannot finish by the date."
    assert beside.changes[-2:] == [
        "Week 3 has no credit any more.",
        "Tue, Mar 24 counts as an unexcused absence now.",
    ]
    for page in (f"/office/courts/report/{report.pk}/", f"/office/courts/proposal/{proposal.pk}/"):
        shown = text(desk.get(page))
        assert "It no longer holds As found on Wed, Mar 25: Then: completed. Now: cannot finish" in shown
        assert "Week 3 has no credit any more." in shown


def test_in_review_it_may_have_changed_and_still_hold(desk: Desk) -> None:
    case = seated().attend(1, 2, kind=MarkKind.ABSENT)
    case.proposed("noncompliance")
    proposal = Proposal.objects.get(kind="noncompliance")
    Proposal.objects.filter(pk=proposal.pk).update(opened_at=AFTER)

    case.attend(3, kind=MarkKind.ABSENT)
    proposals.propose_unread(now=AFTER)

    beside = since(Proposal.objects.get(pk=proposal.pk), now=AFTER)
    assert beside is not None
    assert beside.holds
    assert "Tue, Mar 24 counts as an unexcused absence now." in beside.changes
    shown = text(desk.get(f"/office/courts/proposal/{proposal.pk}/"))
    assert "Changed since, and it still holds" in shown


@pytest.mark.parametrize(
    "fields",
    [{"kind": "changed_data", "facts": {"judge": ["A", "B"]}}, {"kind": "not_accepted", "facts": {"why": "x"}}],
    ids=["a list's", "a person's"],
)
def test_what_rests_on_no_assessment_has_nothing_to_compare(fields: Any, desk: Desk) -> None:
    case, _ = gone()
    assert since(ProposalFactory(referral=case.referral, **fields), now=AFTER) is None


def test_what_is_settled_stays_as_it_was(desk: Desk) -> None:
    case = seated().attend(1, kind=MarkKind.ABSENT)
    proposal = case.proposed("warn", now=MORNING)
    proposals.take(proposal, by=case.by, now=MORNING)
    correct(case, 1, now=MORNING)
    assert since(Proposal.objects.get(pk=proposal.pk), now=AFTER) is None


# --- one that no longer holds


def listed(what: str) -> list[Any]:
    return [line for line in lines(now=AFTER, today=AFTER.date()) if line.what.startswith(what)]


def test_it_stands_under_today_until_it_is_seen(desk: Desk) -> None:
    case, proposal = gone()

    (line,) = listed("No longer holds: warn")
    assert (line.what, line.button, line.url) == (
        "No longer holds: warn him",
        "Look",
        f"/office/courts/proposal/{proposal.pk}/",
    )
    assert line.why.startswith("It rested on this: Missed week 1 unexcused; the policy allows 1: warn him. ")
    assert (line.whom, line.since) == (case.referral.participant.legal_name, MORNING.date())

    answer = desk.press(proposal, "see")
    assert desk.notice(answer) == "Seen. It doesn't stand under Today any more."
    assert listed("No longer holds: warn") == []
    proposal.refresh_from_db()
    assert (proposal.seen_at, proposal.seen_by) == (AFTER, desk.user)


def test_its_page_and_the_list_say_so(desk: Desk) -> None:
    _, proposal = gone()
    url = f"/office/courts/proposal/{proposal.pk}/"
    answer = desk.get(url)

    assert buttons(answer) == ["see"]
    assert "It no longer holds As found on Wed, Mar 11:" in text(answer)
    assert "No longer: Missed week 1 unexcused; the policy allows 1: warn him. Week 1 has credit now." in text(answer)
    assert "No longer holds" in text(desk.get("/office/courts/proposal/"))

    desk.press(proposal, "see")
    assert buttons(desk.get(url)) == []
    assert "No longer holds, seen" in text(desk.get("/office/courts/proposal/"))


def test_the_make_up_it_names_is_booked_with_one_button(desk: Desk) -> None:
    case, (session,) = with_makeup()
    with time_machine.travel(MORNING, tick=False):
        proposal = case.proposed("make_up", now=MORNING)
        desk = Desk()
        page = f"/office/courts/proposal/{proposal.pk}/"
        named = "Make-up session, week 1: Thu, Apr 2, 10:00 am"
        assert buttons(desk.get(page)) == ["book", "done-otherwise", "dismiss"]
        assert f"Make-up {named}, {session.place}" in text(desk.get(page))

        assert desk.notice(desk.press(proposal, "book")) == f"Booked: {named}."

    assert Booking.objects.get().session == session
    assert (Proposal.objects.get(pk=proposal.pk).state, Booking.objects.get().made_by) == ("taken", desk.user)


def test_full_meanwhile_it_says_so(desk: Desk) -> None:
    case, (session,) = with_makeup()
    with time_machine.travel(MORNING + timedelta(hours=1), tick=False):
        proposal = case.proposed("make_up", now=MORNING)
        session.capacity = 0
        session.save()
        answer = Desk().press(proposal, "book")

    assert "This session has no free place. Choose another one." in text(answer)
    assert Proposal.objects.get(pk=proposal.pk).state == "open"


def test_one_from_before_make_ups_were_named_offers_no_booking(desk: Desk) -> None:
    proposal = ProposalFactory(kind="make_up", facts={"reasons": [], "credited": [], "missing": []})
    assert buttons(desk.get(f"/office/courts/proposal/{proposal.pk}/")) == ["done", "dismiss"]


def test_since_is_data(desk: Desk) -> None:
    _, proposal = gone()
    assert since(proposal, now=AFTER) == Since(
        on=MORNING.date(),
        holds=False,
        changes=[
            "Then: cannot finish by the date. Now: on track.",
            "New: Can finish on March 24, 2026 with the sessions he already has.",
            "No longer: Cannot finish with the sessions now planned.",
            "No longer: No session that he can attend covers week 1.",
            "No longer: Missed week 1 unexcused; the policy allows 1: warn him.",
            "Week 1 has credit now.",
            "Tue, Mar 10 no longer counts as an unexcused absence.",
        ],
    )
