"""From the end of his program on: asked by a link, something known noted, and then nothing leads to him any more."""

from datetime import date, datetime, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from pytest_django import Settings

from accounts.models import User
from audit.models import Event
from courts.actions.twice import put_together, take_apart
from messaging.models import Channel, Message, State
from messaging.registry import kind as kind_of
from outcomes.actions import answering, follow_ups, jobs
from outcomes.actions.codes import code_of
from outcomes.actions.tickets import UnknownTicket, find, token_of
from outcomes.kinds import Arrest, Moment, Purpose, Way
from outcomes.models import Agreement, Asking, FollowUp, FollowUpDue, Link, Sheet, Subject, Ticket
from programs.actions import enrollments
from programs.models import Enrollment
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.outcomes import AskingFactory
from tests.factories.participants import ContactPointFactory
from tests.factories.programs import CurriculumFactory, PolicyFactory, ProgramFactory
from tests.outcomes.people import answered, begun, enrolled
from tests.refusals import refuses
from vault.models import Key

pytestmark = pytest.mark.django_db
ENDED = datetime(2026, 5, 31, 12, tzinfo=ZoneInfo("America/Los_Angeles"))


def finished(*, follow_up: bool = True, at: datetime = ENDED) -> Enrollment:
    """He answered at intake, and agreed; he has a safe e-mail."""
    enrollment = enrolled()
    ContactPointFactory(participant=enrollment.participant, kind="email", value="a@example.org", safe=True)
    answered(enrollment)
    if not follow_up:
        Agreement.objects.create(enrollment=enrollment, purpose=Purpose.FOLLOW_UP, given=False, at=NOW)
    Enrollment.objects.filter(pk=enrollment.pk).update(state="finished", closed_at=at)
    enrollment.refresh_from_db()
    return enrollment


def states(enrollment: Enrollment) -> dict[str, str]:
    return dict(Asking.objects.filter(enrollment=enrollment).values_list("moment", "state"))


def at(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), ENDED.timetz())


@pytest.mark.parametrize(
    ("day", "moments"),
    [
        ("2026-05-31", {"after"}),
        ("2026-06-28", {"after"}),
        ("2026-06-29", set()),
        ("2026-11-29", set()),
        ("2026-11-30", {"six_months"}),
        ("2027-05-31", {"twelve_months"}),
        ("2027-07-01", set()),
    ],
)
def test_asked_on_the_day_and_not_too_late_to_answer(day: str, moments: set[str]) -> None:
    enrollment = finished()

    jobs.ask_next(now=at(day))
    jobs.ask_next(now=at(day))

    assert set(states(enrollment)) - {"intake"} == moments


def test_by_a_link_once_and_once_more_after_ten_days() -> None:
    enrollment = finished()
    jobs.ask_next(now=at("2026-06-01"))
    jobs.ask_next(now=at("2026-06-02"))

    found = list(Message.objects.order_by("due_at"))
    zone = enrollment.program.zone
    assert [(m.kind, m.channel, m.due_at.astimezone(zone).isoformat()[:16]) for m in found] == [
        ("questions", Channel.EMAIL, "2026-06-01T11:00"),
        ("questions", Channel.EMAIL, "2026-06-11T11:00"),
    ]
    said = kind_of("questions").render(found[0], at("2026-06-01"))
    token = token_of(Ticket.objects.get(way=Way.LINK))
    assert f"/q/{token}/" in said.body
    assert token not in said.kept
    words = (said.subject + said.body).lower()
    assert [word in words for word in ("program", "court", "sex", enrollment.program.name.lower())] == [False] * 4


def test_a_link_that_is_out_and_what_is_to_be_noted_outlive_a_new_secret_key(settings: Settings) -> None:
    enrollment = finished()
    jobs.ask_next(now=at("2026-06-01"))
    ticket = Ticket.objects.get(way=Way.LINK)

    settings.SECRET_KEY = "another key"

    assert find(token=token_of(ticket), now=at("2026-06-02")) == ticket
    jobs.ask_next(now=at("2026-12-01"))
    follow_ups.note_arrest(due=FollowUpDue.objects.get(), known=Arrest.NO, by=UserFactory(), now=at("2026-12-02"))
    assert FollowUp.objects.get().subject_id == code_of(enrollment)


def test_nothing_more_is_said_once_he_began() -> None:
    finished()
    jobs.ask_next(now=at("2026-06-01"))
    message = Message.objects.order_by("due_at")[0]
    kind = kind_of("questions")
    assert kind.still_wanted(message, at("2026-06-02")) is None

    answering.begin(token=token_of(Ticket.objects.get(way=Way.LINK)), now=at("2026-06-02"))

    assert kind.still_wanted(message, at("2026-06-02")) == "begun"
    jobs.close_missed(now=at("2026-09-01"))
    assert kind.still_wanted(message, at("2026-09-01")) == "asking missed"


def test_who_said_no_to_being_asked_again_is_not_asked_and_what_is_known_is_noted() -> None:
    enrollment = finished(follow_up=False)

    for day in ("2026-06-01", "2026-12-01", "2027-06-01"):
        jobs.ask_next(now=at(day))

    assert (states(enrollment), Message.objects.count()) == ({"intake": "done"}, 0)
    assert [due.moment for due in FollowUpDue.objects.order_by("due_on")] == ["six_months", "twelve_months"]


def test_who_did_not_complete_is_not_asked() -> None:
    enrollment = enrolled()
    answered(enrollment)
    Enrollment.objects.filter(pk=enrollment.pk).update(state="ended", ended_why="discharged", closed_at=ENDED)

    jobs.ask_next(now=at("2026-06-01"))
    jobs.destroy_links(now=at("2026-08-01"))

    assert (states(enrollment), code_of(enrollment)) == ({"intake": "done"}, None)
    assert Sheet.objects.filter(is_done=True).count() == 2


def test_what_was_not_answered_in_time_is_missed() -> None:
    enrollment = finished()
    jobs.ask_next(now=at("2026-06-01"))
    token = token_of(Ticket.objects.get(way=Way.LINK))

    assert jobs.close_missed(now=at("2026-06-28")) == 0
    assert find(token=token, now=at("2026-06-28"))
    assert jobs.close_missed(now=at("2026-06-30")) == 1
    assert states(enrollment)["after"] == "missed"


# --- New arrest known


def test_a_new_arrest_is_noted_under_his_code_once_and_not_by_his_name() -> None:
    enrollment = finished()
    subject = Subject.objects.get()
    jobs.ask_next(now=at("2026-12-01"))
    due = FollowUpDue.objects.get()
    assert str(subject.pk).encode() not in bytes(due.sealed)
    by, now = UserFactory.create(), at("2026-12-03")

    follow_ups.note_arrest(due=due, known=Arrest.YES, by=by, now=now)

    noted = FollowUp.objects.get()
    assert (noted.subject, noted.moment, noted.known, noted.month) == (subject, "six_months", "yes", date(2026, 12, 1))
    due.refresh_from_db()
    assert (due.is_said, bytes(due.sealed)) == (True, b"")
    event = Event.objects.get(verb="follow_up.noted")
    assert (event.facts, event.personal) == ({"moment": "six_months"}, None)
    refuses(follow_ups.SaidAlready, follow_ups.note_arrest, due=due, known=Arrest.NO, by=by, now=now)
    assert enrollment.pk == due.enrollment_id


# --- The link goes


def test_after_the_last_measure_nothing_leads_to_his_answers_and_they_stay() -> None:
    enrollment = finished()
    for day in ("2026-06-01", "2026-12-01", "2027-06-01"):
        jobs.ask_next(now=at(day))
        jobs.close_missed(now=at(day) + timedelta(days=40))
    assert jobs.destroy_links(now=at("2027-06-01")) == 0, "somebody may still say what is known"
    due = FollowUpDue.objects.get(moment=Moment.TWELVE)
    follow_ups.note_arrest(due=due, known=Arrest.NOT_KNOWN, by=UserFactory.create(), now=at("2027-06-02"))
    link = Link.objects.get()

    assert jobs.destroy_links(now=at("2027-06-02")) == 1

    assert (code_of(enrollment), Link.objects.count(), Ticket.objects.count()) == (None, 0, 0)
    assert [bytes(one.sealed) for one in FollowUpDue.objects.all()] == [b"", b""]
    assert Key.objects.get(pk=link.key_id).destroyed_at == at("2027-06-02")
    assert (Sheet.objects.count(), FollowUp.objects.count()) == (2, 1)


@pytest.mark.parametrize(("day", "moments"), [("2027-02-27", set()), ("2027-02-28", {"six_months"})])
def test_six_months_after_the_end_of_august(day: str, moments: set[str]) -> None:
    enrollment = finished(at=at("2026-08-31"))

    jobs.ask_next(now=at(day))

    assert set(states(enrollment)) - {"intake"} == moments


@pytest.mark.parametrize(("day", "gone"), [("2027-06-29", 0), ("2027-06-30", 1)])
def test_thirteen_months_after_his_program_at_the_latest(day: str, gone: int) -> None:
    enrollment = finished(follow_up=False)
    jobs.ask_next(now=at("2027-06-01"))

    assert jobs.destroy_links(now=at(day)) == gone
    assert (code_of(enrollment) is None) == bool(gone)


def test_a_link_that_is_out_opens_nothing_any_more() -> None:
    finished()
    jobs.ask_next(now=at("2027-05-31"))
    token = token_of(Ticket.objects.get(asking__moment=Moment.TWELVE))

    jobs.destroy_links(now=at("2027-07-01"))

    refuses(UnknownTicket, find, token=token, now=at("2027-07-01"))


def test_while_his_program_goes_on_the_link_stays() -> None:
    enrollment = enrolled()
    begun(enrollment)

    assert jobs.destroy_links(now=at("2030-01-01")) == 0
    assert code_of(enrollment)


def ended() -> Enrollment:
    enrollment = enrolled()
    PolicyFactory(program=enrollment.program)
    CurriculumFactory(program=enrollment.program)
    answered(enrollment)
    enrollments.end(enrollment=enrollment, why=Enrollment.Ended.DISCHARGED, by=UserFactory.create(), now=ENDED)
    return enrollment


@pytest.mark.parametrize(("day", "gone"), [("2026-05-31", 0), ("2026-07-29", 0), ("2026-07-30", 1)])
def test_who_ended_keeps_it_for_sixty_days(day: str, gone: int) -> None:
    enrollment = ended()

    assert jobs.destroy_links(now=at(day)) == gone
    assert (code_of(enrollment) is None) == bool(gone)


def test_what_is_out_when_he_ended_is_waited_for() -> None:
    ended()
    AskingFactory(enrollment=Enrollment.objects.get(), moment=Moment.AFTER, state="handed")
    assert jobs.destroy_links(now=at("2026-08-10")) == 0

    Asking.objects.filter(moment=Moment.AFTER).update(state="missed")
    assert jobs.destroy_links(now=at("2026-08-10")) == 1


def test_ended_by_mistake_and_taken_up_again_he_is_asked_by_what_he_answered() -> None:
    enrollment = ended()
    code = code_of(enrollment)
    jobs.destroy_links(now=ENDED + timedelta(minutes=1))
    enrollments.reopen(enrollment=enrollment, by=UserFactory.create(), now=at("2026-06-03"))

    assert jobs.destroy_links(now=at("2027-12-01")) == 0
    assert code is not None
    assert code_of(enrollment) == code


def test_taken_up_again_while_the_job_waits_for_it() -> None:
    """What was found a moment ago is judged as it stands under the lock."""
    enrollment = ended()
    found = Enrollment.objects.select_related("program").get()
    enrollments.reopen(enrollment=enrollment, by=UserFactory.create(), now=at("2026-08-01"))

    with mock.patch.object(jobs, "_maybe_over", return_value=[found]):
        assert jobs.destroy_links(now=at("2026-08-01")) == 0
    assert code_of(enrollment)


def test_an_unsent_message_is_skipped_when_he_says_no() -> None:
    enrollment = finished()
    jobs.ask_next(now=at("2026-06-01"))
    Asking.objects.filter(enrollment=enrollment, moment="after").update(state="declined")

    message = Message.objects.filter(state=State.QUEUED)[0]
    assert kind_of("questions").still_wanted(message, at("2026-06-01")) == "asking declined"


# --- Two files that had been put together


def test_taken_apart_both_lead_to_what_they_answered() -> None:
    by, program = UserFactory.create(), ProgramFactory.create()
    theirs, his = enrolled(program=program), enrolled(program=program)
    codes = [answered(one).pk for one in (theirs, his)]
    merge = put_together(kept=theirs.participant, left=his.participant, born_looked_at=True, by=by, now=ENDED)
    assert set(Enrollment.objects.values_list("state", flat=True)) == {"intake", "ended"}
    jobs.destroy_links(now=at("2026-06-20"))

    take_apart(merge=merge, by=by, now=at("2026-07-01"))

    assert set(Enrollment.objects.values_list("state", flat=True)) == {"intake"}
    assert [code_of(one) for one in (theirs, his)] == codes


def test_taken_apart_what_was_asked_meanwhile_goes_to_him() -> None:
    """Else it would be skipped as another man's, and he'd never be asked."""
    by: User = UserFactory.create()
    theirs, his = finished(), finished()
    kept, left = theirs.participant, his.participant
    merge = put_together(kept=kept, left=left, born_looked_at=True, by=by, now=at("2026-05-31"))
    assert jobs.ask_next(now=at("2026-06-01")) == 2
    assert set(Message.objects.values_list("participant", flat=True)) == {kept.pk}

    take_apart(merge=merge, by=by, now=at("2026-06-01"))

    whose = {Asking.objects.get(pk=int(m.about.split(":")[1])).enrollment: m.participant for m in Message.objects.all()}
    assert whose == {theirs: kept, his: left}
    assert [kind_of("questions").still_wanted(one, at("2026-06-01")) for one in Message.objects.all()] == [None] * 4
