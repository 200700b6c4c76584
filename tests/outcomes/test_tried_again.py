"""Who was to be asked after his program and has nothing in his hands any more: once a day at most, never by two."""

from datetime import timedelta

import pytest

from messaging.models import Message
from messaging.registry import kind as kind_of
from outcomes.actions import answering, jobs
from outcomes.actions.asking import send_next
from outcomes.actions.tickets import UnknownTicket, find, token_of
from outcomes.kinds import Moment, Way
from outcomes.models import Asking, FollowUpDue, Ticket
from participants.models import ContactPoint
from programs.models import Enrollment
from tests.factories.participants import ContactPointFactory
from tests.outcomes.people import asked, attended, begun, enrolled, ticket
from tests.outcomes.test_jobs import at, finished, states
from tests.refusals import refuses

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def out() -> list[str]:
    """What is in his hands after his program."""
    return list(Ticket.objects.filter(asking__moment=Moment.AFTER).values_list("way", flat=True))


def wanted() -> list[str | None]:
    """By message, the oldest first, why it isn't sent."""
    kind = kind_of("questions")
    return [kind.still_wanted(one, at("2026-06-04")) for one in Message.objects.order_by("planned_at", "due_at")]


# --- Begun on a tablet, and left


def test_what_he_left_on_the_tablet_comes_by_a_link_on_the_next_day() -> None:
    enrollment = finished()
    left = begun(enrollment, Moment.AFTER, now=at("2026-06-02"))
    left.save({0: 5}, now=at("2026-06-02"))

    for hours in (1, 12, 24):
        jobs.ask_next(now=at("2026-06-02") + timedelta(hours=hours))
        assert (out(), Message.objects.count()) == (["tablet"], 0)
    jobs.ask_next(now=at("2026-06-03") + timedelta(hours=1))

    assert (out(), Message.objects.count()) == (["link"], 2)
    token = token_of(Ticket.objects.get(way=Way.LINK))
    secret = answering.begin(token=token, now=at("2026-06-04"))
    sitting, told = answering.look(token=token, secret=secret, now=at("2026-06-04"))
    assert (told.answers, sorted(sitting.hidden)) == ({0: 5}, [0])


def test_also_if_it_was_before_he_had_finished() -> None:
    enrollment = finished(at=at("2026-06-10"))
    Enrollment.objects.filter(pk=enrollment.pk).update(state="seated", closed_at=None)
    attended(enrollment)
    ticket(enrollment, Moment.AFTER, now=at("2026-06-02"))
    jobs.ask_next(now=at("2026-06-05"))
    assert out() == ["tablet"], "his program goes on"

    Enrollment.objects.filter(pk=enrollment.pk).update(state="finished", closed_at=at("2026-06-10"))
    jobs.ask_next(now=at("2026-06-10"))

    assert out() == ["link"]
    ends = Ticket.objects.get(way=Way.LINK).expires_at.astimezone(enrollment.program.zone)
    assert ends.date().isoformat() == "2026-07-01", "counted from the day on which he was handed it"


def test_a_sheet_of_paper_is_waited_for() -> None:
    enrollment = finished()
    ticket(enrollment, Moment.AFTER, Way.PAPER, now=at("2026-06-01"))

    jobs.ask_next(now=at("2026-06-15"))
    assert out() == ["paper"]
    jobs.ask_next(now=at("2026-06-16") + timedelta(minutes=1))
    assert out() == ["link"]


def test_of_a_link_that_was_put_aside_nothing_more_is_sent() -> None:
    enrollment = finished()
    jobs.ask_next(now=at("2026-06-01"))
    old = token_of(Ticket.objects.get(way=Way.LINK))
    ticket(enrollment, Moment.AFTER, now=at("2026-06-02"))
    assert wanted() == ["begun", "begun"]

    jobs.ask_next(now=at("2026-06-03") + timedelta(hours=1))

    assert out() == ["link"]
    assert wanted() == ["another link was sent", "another link was sent", None, None]
    refuses(UnknownTicket, find, token=old, now=at("2026-06-03"))


@pytest.mark.parametrize("state", ["done", "declined", "missed"])
def test_what_is_settled_is_not_asked_again(state: str) -> None:
    enrollment = finished()
    begun(enrollment, Moment.AFTER, now=at("2026-06-01"))
    Asking.objects.filter(enrollment=enrollment, moment=Moment.AFTER).update(state=state)

    jobs.ask_next(now=at("2026-06-05"))
    # Found a moment before, it is looked at again under the lock.
    due_on, now = at("2026-05-31").date(), at("2026-06-05")
    assert not send_next(enrollment=enrollment, moment=Moment.AFTER, due_on=due_on, now=now)

    assert (out(), states(enrollment)["after"]) == (["tablet"], state)


# --- Out of reach on the day


def out_of_reach() -> Enrollment:
    enrollment = finished()
    ContactPoint.objects.update(safe_at=None, safe_by=None)
    return enrollment


def reached(enrollment: Enrollment) -> None:
    ContactPointFactory(participant=enrollment.participant, kind="email", value="b@example.org", safe=True)


def test_out_of_reach_on_the_day_he_is_asked_as_soon_as_he_can_be() -> None:
    enrollment = out_of_reach()
    for day in ("2026-06-01", "2026-06-02"):
        assert jobs.ask_next(now=at(day)) == 0
    assert (states(enrollment)["after"], out()) == ("planned", [])

    reached(enrollment)

    assert [jobs.ask_next(now=at("2026-06-20") + n * DAY) for n in range(4)] == [1, 0, 0, 0]
    assert (states(enrollment)["after"], out()) == ("handed", ["link"])
    zone = enrollment.program.zone
    days = [one.due_at.astimezone(zone).date().isoformat() for one in Message.objects.order_by("due_at")]
    assert days == ["2026-06-20"], "ten days later its time is over"


def test_not_when_its_time_is_over() -> None:
    enrollment = out_of_reach()
    jobs.ask_next(now=at("2026-06-01"))
    reached(enrollment)

    assert jobs.ask_next(now=at("2026-06-29")) == 0
    assert out() == []
    jobs.close_missed(now=at("2026-06-30"))
    assert states(enrollment)["after"] == "missed"


def test_at_six_months_too_and_what_is_known_is_asked_for_once() -> None:
    enrollment = out_of_reach()
    assert [jobs.ask_next(now=at("2026-12-01") + n * DAY) for n in range(2)] == [1, 0]
    reached(enrollment)

    assert [jobs.ask_next(now=at("2026-12-03") + n * DAY) for n in range(2)] == [1, 0]

    assert (FollowUpDue.objects.count(), states(enrollment)["six_months"]) == (1, "handed")


def test_whom_nobody_reaches_or_who_answered_keeps_no_other_from_being_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    done = finished()
    for _ in range(2):
        out_of_reach()
    jobs.ask_next(now=at("2026-06-01"))
    reached(done)
    Asking.objects.filter(enrollment=done, moment=Moment.AFTER).update(state="done")
    other = finished()
    monkeypatch.setattr(jobs, "AT_ONCE", 1)

    assert jobs.ask_next(now=at("2026-06-02")) == 1
    assert states(other)["after"] == "handed"


# --- Whom nothing can be compared with


def test_who_did_not_answer_at_intake_is_asked_nothing_and_what_is_known_is_noted() -> None:
    enrollment = enrolled()
    ContactPointFactory(participant=enrollment.participant, kind="email", value="a@example.org", safe=True)
    assert len(asked(begun(enrollment)).steps) == 19
    Enrollment.objects.filter(pk=enrollment.pk).update(state="finished", closed_at=at("2026-05-31"))

    for day in ("2026-06-01", "2026-12-01"):
        jobs.ask_next(now=at(day))

    assert (set(states(enrollment)), Message.objects.count()) == ({"intake"}, 0)
    assert FollowUpDue.objects.get().moment == "six_months"
