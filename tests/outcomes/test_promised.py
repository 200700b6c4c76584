"""What he was told in a message, or on paper, holds to its day; and a no to being asked again holds at once."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from accounts.models import User
from core.months import months_after
from messaging.models import Message
from messaging.registry import kind as kind_of
from outcomes.actions import answering, forgetting, jobs
from outcomes.actions.tickets import TicketOver, UnknownTicket, find, token_of
from outcomes.kinds import LINK_MONTHS, MONTHS_AFTER, OPEN_FOR, Moment, Purpose, Way
from outcomes.models import Asking, Ticket
from participants.models import Participant
from programs.models import Cohort, Enrollment
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.participants import AppointmentFactory, ContactAttemptFactory, NoteFactory, ParticipantFactory
from tests.factories.programs import EnrollmentFactory, MarkFactory, SeatFactory, SessionLeaderFactory
from tests.outcomes.people import answered, begun, enrolled, ticket
from tests.outcomes.test_jobs import at, finished, states
from tests.refusals import refuses

EVERY_DAY = [date(2027, 1, 1) + timedelta(days=n) for n in range(366 + 365)]


def test_the_last_day_of_each_asking_comes_before_the_link_goes() -> None:
    late = [
        (ended, moment)
        for ended in EVERY_DAY
        for moment, months in MONTHS_AFTER.items()
        if months_after(ended, months) + timedelta(days=OPEN_FOR[moment]) >= months_after(ended, LINK_MONTHS)
    ]
    assert late == []


@pytest.mark.django_db
def test_a_link_opens_to_the_end_of_the_day_that_it_promises() -> None:
    """He finished on January 31: twelve months later February is short."""
    enrollment = finished(at=datetime(2026, 1, 31, 12, tzinfo=at("2026-06-01").tzinfo))
    jobs.ask_next(now=at("2027-01-31"))
    message = Message.objects.get(key__endswith=":0")
    link = Ticket.objects.get(asking__moment=Moment.TWELVE)
    assert kind_of("questions").render(message, at("2027-01-31")).body.count("until February 27, 2027.") == 1

    last = at("2027-02-27").replace(hour=23, minute=59)
    jobs.close_missed(now=last)
    jobs.destroy_links(now=last)
    assert find(token=token_of(link), now=last) == link

    over = last + timedelta(minutes=1)
    refuses(TicketOver, find, token=token_of(link), now=over)
    jobs.destroy_links(now=at("2027-02-28"))
    refuses(UnknownTicket, find, token=token_of(link), now=at("2027-02-28"))
    assert states(enrollment)["twelve_months"] == "handed"


# --- On paper


@pytest.mark.django_db
def test_a_sheet_that_is_out_is_typed_in_after_the_last_day_and_closed_with_its_own() -> None:
    enrollment = finished()
    given = dict.fromkeys(range(16), 2)
    ticket(enrollment, Moment.AFTER, now=at("2026-06-01"))
    made = ticket(enrollment, Moment.AFTER, Way.PAPER, now=at("2026-06-28"))
    assert Asking.objects.get(moment=Moment.AFTER).closes_on == date(2026, 6, 29)

    assert jobs.close_missed(now=at("2026-07-05")) == 0
    said = {"ticket": made, "code": token_of(made), "agreement": None, "given": given, "by": UserFactory.create()}
    answering.type_in(**said, now=at("2026-07-05"))
    assert states(enrollment)["after"] == "done"


@pytest.mark.django_db
def test_a_sheet_that_nobody_types_in_is_missed_with_its_time() -> None:
    enrollment = finished()
    made = ticket(enrollment, Moment.AFTER, Way.PAPER, now=at("2026-06-01"))
    Asking.objects.filter(moment=Moment.AFTER).update(closes_on=date(2026, 6, 2))

    assert jobs.close_missed(now=at("2026-06-14")) == 0
    assert jobs.close_missed(now=at("2026-06-15") + timedelta(minutes=1)) == 1
    assert states(enrollment)["after"] == "missed"
    refuses(TicketOver, find, token=token_of(made), now=at("2026-06-14"))


def leads(cohort: Cohort, by: User) -> None:
    SessionLeaderFactory(user=by, session__cohort=cohort, session__program=cohort.program)


WORKED = [
    pytest.param(lambda man, by: NoteFactory(participant=man, by=by), id="a note"),
    pytest.param(lambda man, by: ContactAttemptFactory(participant=man, by=by), id="a call"),
    pytest.param(lambda man, by: AppointmentFactory(participant=man, with_whom=by), id="an appointment"),
    pytest.param(lambda man, by: SeatFactory(enrollment__participant=man, opened_by=by), id="a seat"),
    pytest.param(lambda man, by: MarkFactory(enrollment__participant=man, by=by), id="a mark"),
    pytest.param(lambda man, by: leads(SeatFactory(enrollment__participant=man).cohort, by), id="his group"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("worked", WORKED)
@pytest.mark.parametrize("older", [False, True], ids=["the file left aside", "the file that goes on"])
def test_who_worked_in_his_other_file_does_not_type_in_his_sheet(
    worked: Callable[[Participant, User], object], older: bool
) -> None:
    kept, left = ParticipantFactory.create_batch(2)
    left.merged_into = kept
    left.save()
    mine, other = (left, kept) if older else (kept, left)
    made = ticket(EnrollmentFactory(participant=mine), way=Way.PAPER, now=NOW)
    by, nobody = UserFactory.create_batch(2)
    worked(other, by)
    worked(ParticipantFactory(), nobody)

    refuses(answering.NotYourCase, answering.paper, code=token_of(made), by=by, now=NOW)
    assert answering.paper(code=token_of(made), by=nobody, now=NOW) == made


# --- He says no to being asked again


def no_more(enrollment: Enrollment) -> None:
    forgetting.revoke(enrollment=enrollment, purpose=Purpose.FOLLOW_UP, by=UserFactory.create(), now=at("2026-06-02"))


@pytest.mark.django_db
def test_a_link_that_is_out_is_taken_back() -> None:
    enrollment = finished()
    jobs.ask_next(now=at("2026-06-01"))
    token = token_of(Ticket.objects.get(way=Way.LINK))

    no_more(enrollment)

    refuses(UnknownTicket, find, token=token, now=at("2026-06-02"))
    wanted = [kind_of("questions").still_wanted(one, at("2026-06-02")) for one in Message.objects.all()]
    assert (states(enrollment)["after"], wanted) == ("declined", ["asking declined"] * 2)
    jobs.ask_next(now=at("2026-06-05"))
    assert not Ticket.objects.filter(way=Way.LINK).exists()


@pytest.mark.django_db
def test_what_he_has_in_his_hand_he_may_still_hand_in() -> None:
    enrollment = finished()
    browser = begun(enrollment, Moment.AFTER, now=at("2026-06-02"))

    no_more(enrollment)

    browser.save(dict.fromkeys(range(16), 3), now=at("2026-06-02"))
    browser.finish(now=at("2026-06-02"))
    assert states(enrollment)["after"] == "done"


@pytest.mark.django_db
def test_a_no_of_one_leaves_the_others_link() -> None:
    enrollment, other = finished(), finished()
    jobs.ask_next(now=at("2026-06-01"))

    no_more(enrollment)

    assert Ticket.objects.get(way=Way.LINK).asking.enrollment == other
    assert answered(enrolled())
