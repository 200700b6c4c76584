"""When he is asked after his last week, and only where it leads somewhere; a new link in place of a useless one."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from audit.models import Event
from messaging.models import Message
from messaging.registry import kind as kind_of
from office.waiting import lines
from outcomes.actions import asking, jobs
from outcomes.actions.asking import to_hand
from outcomes.actions.codes import destroy_link
from outcomes.actions.tickets import UnknownTicket, find, token_of
from outcomes.kinds import Moment, Purpose, Way
from outcomes.models import Agreement, Asking, Ticket
from participants.models import ContactPoint
from programs.models import Enrollment
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.outcomes import AskingFactory
from tests.factories.participants import AppointmentFactory, ContactPointFactory
from tests.office.desk import Desk, buttons, refusals, text
from tests.outcomes.him import Him
from tests.outcomes.people import answered, attended, enrolled, ticket
from tests.outcomes.test_jobs import finished
from tests.refusals import refuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
DAY = timedelta(days=1)


def seated(**fields: Any) -> Enrollment:
    """He answered at intake, sixty days ago."""
    enrollment = enrolled()
    answered(enrollment)
    Enrollment.objects.filter(pk=enrollment.pk).update(state="seated", opened_at=NOW - 60 * DAY, **fields)
    enrollment.refresh_from_db()
    return enrollment


def asks(enrollment: Enrollment) -> tuple[list[Moment], bool, bool]:
    """What may be handed to him, whether his file offers it, and whether Today says so."""
    page = Desk().get(f"/office/people/{enrollment.participant_id}/")
    said = [one.url for one in lines(now=NOW, today=NOW.date()) if one.what == "Ask him the questions"]
    return to_hand(enrollment, now=NOW), "tablet" in buttons(page), bool(said)


# --- In its time


@pytest.mark.parametrize(
    ("standing", "may"),
    [
        ("completed", True),
        ("requirements_open", True),
        ("on_track", False),
        ("needs_makeups", False),
        ("cannot_finish", False),
        ("policy_exceeded", False),
    ],
)
def test_once_nothing_is_left_to_attend(standing: str, may: bool) -> None:
    assert asks(seated(standing=standing)) == ([Moment.AFTER] if may else [], may, False)


@pytest.mark.parametrize(
    ("state", "days", "may", "today"),
    [
        pytest.param("planned", 0, True, True, id="today"),
        pytest.param("planned", 1, False, False, id="tomorrow"),
        pytest.param("kept", -3, True, True, id="kept"),
        pytest.param("kept", -20, True, False, id="kept long ago"),
        pytest.param("kept", -70, False, False, id="of an earlier enrollment"),
        pytest.param("missed", -3, False, False, id="missed"),
    ],
)
def test_and_from_the_exit_interview_on(state: str, days: int, may: bool, today: bool) -> None:
    """His file offers it as long as there is something to ask; Today is quiet after two weeks."""
    enrollment = seated()
    settled = {} if state == "planned" else {"settled_at": NOW, "settled_by": UserFactory.create()}
    said = {"kind": "exit_interview", "state": state, "starts_at": NOW + days * DAY}
    AppointmentFactory(participant=enrollment.participant, **said, **settled)

    assert asks(enrollment) == ([Moment.AFTER] if may else [], may, today)


@pytest.mark.parametrize(("days", "may"), [(0, True), (28, True), (29, False)])
def test_not_for_long_after_the_end(days: int, may: bool) -> None:
    enrollment = seated()
    Enrollment.objects.filter(pk=enrollment.pk).update(state="finished", closed_at=NOW - days * DAY)
    enrollment.refresh_from_db()
    settled = {"state": "kept", "settled_at": NOW, "settled_by": UserFactory.create()}
    AppointmentFactory(participant=enrollment.participant, kind="exit_interview", starts_at=NOW - 2 * DAY, **settled)

    assert asks(enrollment) == ([Moment.AFTER] if may else [], may, may)


def test_not_once_he_ended_even_if_it_was_handed_to_him() -> None:
    enrollment = attended(seated())
    ticket(enrollment, Moment.AFTER, now=NOW)
    assert asks(enrollment)[:2] == ([Moment.AFTER], True)

    Enrollment.objects.filter(pk=enrollment.pk).update(state="ended", ended_why="discharged", closed_at=NOW)
    enrollment.refresh_from_db()
    assert asks(enrollment) == ([], False, False)


# --- Where it leads somewhere


@pytest.mark.parametrize("is_out", [False, True])
def test_where_nothing_leads_to_what_he_answered_he_is_asked_for_nothing(is_out: bool) -> None:
    enrollment = attended(seated())
    AppointmentFactory(participant=enrollment.participant, kind="exit_interview", starts_at=NOW)
    if is_out:
        ticket(enrollment, Moment.AFTER, now=NOW)
    assert asks(enrollment) == ([Moment.AFTER], True, True)

    destroy_link(enrollment, now=NOW)

    assert asks(enrollment) == ([], False, False)
    given = {"moment": Moment.AFTER, "way": Way.TABLET, "by": UserFactory.create(), "now": NOW}
    refuses(asking.NotToAsk, asking.hand, enrollment=enrollment, **given)


# --- A new link


def out(*, closed_at: datetime = NOW - 3 * DAY) -> Enrollment:
    """A link was sent to him two days ago, and he began."""
    enrollment = finished(at=closed_at)
    jobs.ask_next(now=NOW - 2 * DAY)
    return enrollment


def link() -> str:
    return token_of(Ticket.objects.get(way=Way.LINK))


def file_of(enrollment: Enrollment) -> Any:
    return Desk().get(f"/office/people/{enrollment.participant_id}/")


def test_in_place_of_one_that_was_begun_in_a_browser_he_has_no_more() -> None:
    enrollment, desk, old = out(), Desk(), link()
    he = Him(old)
    he.begin()
    he.answers(0, 5)
    assert "call" in text(he.another_browser().get())

    said = desk.notice(desk.press(enrollment, "new-link", moment="after"))

    assert said == "A new link is on its way to him. What was out before opens nothing any more."
    refuses(UnknownTicket, find, token=old, now=NOW)
    again = Him(link())
    assert again.begin()["Location"] == again.url("1/"), "what he answered stays"
    event = Event.objects.filter(verb="asking.handed").order_by("-pk")[0]
    assert (event.actor, event.facts) == (f"user:{desk.user.pk}", {"moment": "after", "way": "link"})


def test_its_message_goes_at_once_and_of_the_old_one_no_more() -> None:
    enrollment = out()
    asking.send_again(enrollment=enrollment, moment=Moment.AFTER, by=UserFactory.create(), now=NOW)

    kind = kind_of("questions")
    found = [(kind.still_wanted(one, NOW), one.due_at) for one in Message.objects.order_by("pk")]
    assert [why for why, _ in found] == ["another link was sent", "another link was sent", None, None]
    assert [due_at for _, due_at in found[2:]] == [NOW, NOW + 10 * DAY]
    assert f"/q/{link()}/" in kind.render(Message.objects.order_by("pk")[2], NOW).body
    assert Ticket.objects.get(way=Way.LINK).expires_at.astimezone(enrollment.program.zone).isoformat()[:16] == (
        "2026-03-29T00:00"
    ), "its time is the same"


def test_it_stands_on_his_file_while_something_is_to_be_answered() -> None:
    enrollment = out()
    other = attended(seated())
    ContactPointFactory(participant=other.participant, kind="email", value="b@example.org", safe=True)
    assert to_hand(other, now=NOW) == [Moment.AFTER], "he may be asked, but nothing was sent to him"
    assert ["new-link" in buttons(file_of(one)) for one in (enrollment, other)] == [True, False]

    Asking.objects.filter(moment=Moment.AFTER).update(state="done")
    assert "new-link" not in buttons(file_of(enrollment))


def test_not_for_what_is_asked_at_intake() -> None:
    enrollment = finished()
    Enrollment.objects.filter(pk=enrollment.pk).update(state="waiting", closed_at=None)
    Asking.objects.update(state="handed", closes_on=NOW.date())
    enrollment.refresh_from_db()

    assert "tablet" in buttons(file_of(enrollment))
    assert "new-link" not in buttons(file_of(enrollment))
    assert asking.to_send(enrollment, now=NOW) == []


@pytest.mark.parametrize("why", ["said no to being asked again", "out of reach", "over"])
def test_nor_whom_it_may_not_reach(why: str) -> None:
    enrollment, by = out(), UserFactory.create()
    if why == "out of reach":
        ContactPoint.objects.update(safe_at=None, safe_by=None)
    elif why == "over":
        Asking.objects.filter(moment=Moment.AFTER).update(due_on=NOW.date() - 9 * DAY, closes_on=NOW.date() - DAY)
    else:
        Agreement.objects.create(enrollment=enrollment, purpose=Purpose.FOLLOW_UP, given=False, at=NOW)

    assert "new-link" not in buttons(file_of(enrollment))
    before = link()
    refuses(asking.NotToAsk, asking.send_again, enrollment=enrollment, moment=Moment.AFTER, by=by, now=NOW)
    assert link() == before


def test_out_of_reach_by_now_it_says_what_to_do() -> None:
    enrollment = out()
    ContactPoint.objects.update(safe_at=None, safe_by=None)

    answer = Desk().press(enrollment, "new-link", moment="after")

    assert refusals(answer) == ["No message reaches him. Note a safe e-mail address first, or ask him to come by."]


def test_six_months_later_too() -> None:
    enrollment = finished(at=NOW - 184 * DAY)
    AskingFactory(enrollment=enrollment, moment=Moment.SIX, state="handed")

    asking.send_again(enrollment=enrollment, moment=Moment.SIX, by=UserFactory.create(), now=NOW)

    assert Ticket.objects.get(way=Way.LINK).asking.moment == "six_months"
