"""Today's own page: whose lines, giving one to somebody, letting one sleep; the week and the jobs beside it."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from core.models import Heartbeat
from courts.models import Referral
from office.actions import ChangedMeanwhile, hand, snooze
from office.handed import Seen, seen_now
from office.models import Assignment, Snooze
from office.today import Line, sleeps_at_most
from programs.models import Session
from tests.courts.at_once import at_once
from tests.courts.cases import program, received, seated
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import DeadlineFactory
from tests.factories.office import AssignmentFactory, SnoozeFactory
from tests.factories.participants import AppointmentFactory
from tests.factories.programs import SessionFactory
from tests.office.desk import Desk, text

TODAY = date(2026, 3, 3)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def key(referral: Referral) -> str:
    return f"to_decide:courts.Referral:{referral.pk}"


def shown(answer: Any) -> list[str]:
    return [one.line.what for one in answer.context["lines"]]


def send(desk: Desk, referral: Referral, do: str, **said: Any) -> Any:
    """From a page that was opened just now, unless `seen` says that it is an older one."""
    said = {"seen": str(seen_now(key(referral)))} | said
    return desk.client.post("/office/line/", {"key": key(referral), "do": do, **said})


def seen_on(answer: Any) -> str:
    """What the page knows of the line, as each of its forms sends it."""
    (found,) = set(re.findall(r'name="seen" value="([^"]*)"', answer.content.decode()))
    return str(found)


def stands(referral: Referral) -> tuple[list[str], list[str]]:
    """Whose it is, and why it sleeps."""
    open_ones = {"line": key(referral), "ended_at": None}
    to, why = (
        Assignment.objects.filter(**open_ones).values_list("to__name", flat=True),
        Snooze.objects.filter(**open_ones).values_list("why", flat=True),
    )
    return list(to), list(why)


@pytest.fixture
def referral() -> Referral:
    return received(program=program())


# --- whose


def test_mine_is_what_was_given_to_me_and_my_own_appointments(referral: Referral, desk: Desk) -> None:
    received(program=referral.program)
    AssignmentFactory(line=key(referral), to=desk.user)
    AppointmentFactory(starts_at=NOW + timedelta(hours=2), with_whom=desk.user)
    AppointmentFactory(starts_at=NOW + timedelta(hours=3))

    assert shown(desk.get("/office/?whose=mine")) == ["Intake 6:00 am", "Referral to decide"]
    everyones = desk.get("/office/")
    assert sorted(shown(everyones)) == sorted(["Intake 6:00 am", "Intake 7:00 am"] + ["Referral to decide"] * 2)
    assert (everyones.context["mine"], everyones.context["everyones"]) == (2, 4)


def test_nothing_of_mine_says_where_the_rest_is(referral: Referral, desk: Desk) -> None:
    assert "Nothing here is yours" in text(desk.get("/office/?whose=mine"))


def test_a_line_is_given_and_the_giving_is_undone(referral: Referral, desk: Desk) -> None:
    other = UserFactory(name="Ines Calder", roles=desk.user.roles)
    answer = send(desk, referral, "hand", to=other.pk)

    page = desk.get(answer["Location"])
    assert "Given to Ines Calder. Undo" in text(page)
    assert [one.taken_by for one in page.context["lines"]] == ["Ines Calder"]
    assert Event.objects.get(verb="line.given").facts == {"line": "to_decide", "to": other.pk}
    send(desk, referral, "hand", to="")
    assert Assignment.objects.filter(ended_at=None).count() == 0
    assert "Given to" not in text(desk.get(answer["Location"]))


def test_given_anew_it_is_the_newest_ones_alone(referral: Referral, desk: Desk) -> None:
    first, second = (UserFactory(roles=desk.user.roles) for _ in range(2))
    send(desk, referral, "hand", to=first.pk)
    send(desk, referral, "hand", to=second.pk)

    assert list(Assignment.objects.filter(ended_at=None).values_list("to", flat=True)) == [second.pk]


def test_to_somebody_outside_the_office_it_isnt_given(referral: Referral, desk: Desk) -> None:
    answer = send(desk, referral, "hand", to=UserFactory(roles=["clerk"]).pk)

    assert (answer.status_code, Assignment.objects.count()) == (200, 0)


# --- sleeping


def test_a_line_sleeps_with_its_reason_and_comes_back_by_itself(referral: Referral, desk: Desk) -> None:
    answer = send(desk, referral, "snooze", until="2026-03-09", why="The court answers by Monday.")

    page = desk.get(answer["Location"])
    assert (shown(page), [one.line.what for one in page.context["asleep"]]) == ([], ["Referral to decide"])
    assert "Asleep until Mon, Mar 9. Undo" in text(page)
    Snooze.objects.update(until=TODAY)
    assert shown(desk.get("/office/")) == ["Referral to decide"]


def test_it_is_woken(referral: Referral, desk: Desk) -> None:
    send(desk, referral, "snooze", until="2026-03-09", why="Later.")
    send(desk, referral, "wake")

    assert shown(desk.get("/office/")) == ["Referral to decide"]
    assert "This is awake already." in text(desk.get(send(desk, referral, "wake")["Location"]))


@pytest.mark.parametrize("until", ["2026-03-03", "2026-03-02", "2026-05-03"], ids=["today", "past", "too long"])
def test_not_until_a_day_that_makes_no_sense(referral: Referral, desk: Desk, until: str) -> None:
    answer = send(desk, referral, "snooze", until=until, why="Later.")

    assert "Choose a day after today, and no later than Sat, May 2." in text(answer)
    assert Snooze.objects.count() == 0


@pytest.mark.parametrize("said", [{"until": "2026-03-09", "why": ""}, {"until": "soon", "why": "Later."}])
def test_without_reason_or_day_it_stays_awake(referral: Referral, desk: Desk, said: dict[str, str]) -> None:
    answer = send(desk, referral, "snooze", **said)

    assert "Look at these again" in text(answer)
    assert Snooze.objects.count() == 0


@pytest.mark.parametrize(
    ("due", "last"),
    [(None, TODAY + timedelta(days=60)), (5, TODAY + timedelta(days=5)), (0, None), (-3, None)],
)
def test_never_past_the_day_by_which_it_is_due(due: int | None, last: date | None) -> None:
    due_on = None if due is None else TODAY + timedelta(days=due)

    assert sleeps_at_most(Line(what="x", button="Open", url="/", due_on=due_on), TODAY) == last


def test_a_date_that_has_come_wakes_what_slept(desk: Desk) -> None:
    deadline = DeadlineFactory(referral__enrolled=True, due_on=TODAY + timedelta(days=5))
    SnoozeFactory(line=f"due:courts.Deadline:{deadline.pk}", until=TODAY + timedelta(days=5))
    assert "Complete by" not in shown(desk.get("/office/"))
    type(deadline).objects.update(due_on=TODAY + timedelta(days=2))

    assert "Complete by" in shown(desk.get("/office/"))


@pytest.mark.parametrize("asked", ["", "to_decide:courts.Referral:0", "nothing"])
def test_what_waits_for_nobody_is_no_line(desk: Desk, asked: str) -> None:
    assert desk.get(f"/office/line/?key={asked}").status_code == 404


# --- two at one line

LATER = {"until": "2026-03-09", "why": "The court answers by Monday."}


@pytest.mark.parametrize(
    ("first", "says"),
    [
        (("hand", {"to": "Ines Calder"}), "it is Ines Calder’s, and awake."),
        (("snooze", LATER), "it is anybody’s, and asleep until Mon, Mar 9 (The court answers by Monday.)."),
    ],
    ids=["given", "asleep"],
)
@pytest.mark.parametrize("second", ["hand", "snooze"])
def test_each_sees_what_the_other_did_and_what_was_typed_stays(
    referral: Referral, desk: Desk, first: tuple[str, dict[str, str]], says: str, second: str
) -> None:
    ines, jo = (UserFactory(name=name, roles=desk.user.roles) for name in ("Ines Calder", "Jo Park"))
    other = Desk()
    page = seen_on(desk.get(f"/office/line/?key={key(referral)}"))
    did, said = first
    send(other, referral, did, **said | ({"to": ines.pk} if did == "hand" else {}))
    before = stands(referral)
    typed: dict[str, Any] = {"to": jo.pk} if second == "hand" else {"until": "2026-03-20", "why": "His lawyer is away."}
    answer = send(desk, referral, second, seen=page, **typed)

    assert (answer.status_code, stands(referral)) == (409, before)
    assert f"Somebody else was at this line meanwhile {other.user.name}, Tue, Mar 3, 4:00 am: {says}" in text(answer)
    kept = f'<option value="{jo.pk}" selected>' if second == "hand" else 'value="His lawyer is away."'
    assert kept in answer.content.decode()
    assert send(desk, referral, second, seen=seen_on(answer), **typed).status_code == 302
    to, why = stands(referral)
    assert ("Jo Park" in to) if second == "hand" else (why == ["His lawyer is away."])


@pytest.mark.parametrize("do", ["hand", "snooze"])
def test_sent_twice_is_done_once(referral: Referral, desk: Desk, do: str) -> None:
    page = seen_on(desk.get(f"/office/line/?key={key(referral)}"))
    said: dict[str, Any] = {"to": desk.user.pk} if do == "hand" else LATER
    answers = [send(desk, referral, do, seen=page, **said).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert Event.objects.filter(verb__startswith="line.").count() == 1


def test_an_undo_takes_back_nothing_of_anybody_else(referral: Referral, desk: Desk) -> None:
    undo = seen_on(desk.get(send(desk, referral, "snooze", **LATER)["Location"]))
    other = Desk()
    send(other, referral, "wake")
    send(other, referral, "snooze", until="2026-03-12", why="He asked for it.")

    assert send(desk, referral, "wake", seen=undo).status_code == 409
    assert stands(referral) == ([], ["He asked for it."])


@pytest.mark.parametrize("sent", ["", "x", "1.x", "-1.²", "1.2.3"])
def test_what_no_page_of_ours_says_is_read_as_nothing(sent: str) -> None:
    read = Seen.read(sent)

    assert (read.to in (None, 1), read.sleep) == (True, None)


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("do", ["hand", "snooze"])
def test_of_two_at_the_same_moment_one_is_told(do: str) -> None:
    by: User = UserFactory.create(roles=[Role.COORDINATOR])
    users = [UserFactory.create(roles=[Role.COORDINATOR]) for _ in range(2)]
    line = Line(key="to_decide:courts.Referral:1", what="x", button="Open", url="/")

    def one(number: int) -> bool:
        try:
            if do == "hand":
                hand(line=line, to=users[number], seen=Seen(), by=by, now=NOW)
            else:
                until = TODAY + timedelta(days=number + 1)
                snooze(line=line, until=until, why="Later.", today=TODAY, seen=Seen(), by=by, now=NOW)
        except ChangedMeanwhile:
            return False
        return True

    assert sorted(at_once(one, 2)) == [False, True]
    assert Event.objects.filter(verb__startswith="line.").count() == 1


# --- beside it


def test_the_week_with_who_came_and_whose_seats_are_free(desk: Desk) -> None:
    case = seated(program=program())
    case.attend(1)
    Session.objects.filter(pk=case.cohort.sessions.earliest("starts_at").pk).update(starts_at=NOW, state="held")
    SessionFactory(starts_at=NOW + timedelta(days=1), state="canceled", canceled_why="weather", cohort=None)
    SessionFactory(starts_at=NOW + timedelta(days=6))
    evenings = desk.get("/office/").context["evenings"]

    assert [(one.mark, one.word, one.free) for one in evenings] == [
        ("●", "1/1 came", f"{case.cohort.capacity - 1} seats free"),
        ("✕", "canceled", ""),
    ]


def test_jobs_that_are_behind_are_named(desk: Desk, settings: Any) -> None:
    settings.CELERY_BEAT_SCHEDULE = {"audit.seal": {"task": "audit.seal"}, "courts.plan": {"task": "courts.plan"}}
    Heartbeat.objects.create(job="audit.seal", began_at=NOW, came_through_at=NOW)
    page = desk.get("/office/")

    assert [job.name for job in page.context["behind"]] == ["courts.plan"]
    assert "Behind: Alerts about dates. Tell an administrator." in text(page)
    Heartbeat.objects.create(job="courts.plan", began_at=NOW, came_through_at=NOW)
    assert "All came through within three minutes." in text(desk.get("/office/"))
