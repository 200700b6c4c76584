"""/sessions/: whose, in which order, by which clock."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from programs.actions.cohorts import close_session
from programs.actions.schedules import cancel_session
from programs.models import Session, SessionLeader
from tests.access.people import signed_in
from tests.factories.accounts import UserFactory
from tests.factories.programs import CohortFactory, SessionFactory, SessionLeaderFactory
from tests.programs.evening import asked, at, clock_at, evening, text_of
from tests.programs.scene import Scene, scene

pytestmark = pytest.mark.django_db
# Ten in the evening in Seattle, and already Wednesday in UTC.
TONIGHT = datetime(2026, 3, 11, 5, 0, tzinfo=UTC)


@pytest.fixture
def leader() -> User:
    return UserFactory(roles=[Role.FACILITATOR])


def session_of(leader: User, when: datetime, **fields: Any) -> Session:
    made = SessionFactory(starts_at=when, **fields)
    SessionLeaderFactory(session=made, user=leader)
    return made


def held(running: Scene, week: int) -> Session:
    session = running.session(week)
    close_session(session=session, taught=session.module, minutes_held=120, by=running.leader, now=at(session, 120))
    return running.session(week)


def seen(user: User, when: datetime, query: str = "") -> Any:
    with clock_at(when):
        response = signed_in(user).get(f"/sessions/{query}")
    assert response.status_code == 200
    return response


def groups(user: User, when: datetime, query: str = "") -> dict[str, list[int]]:
    context = seen(user, when, query).context
    months = [session.pk for month in context["months"] for session in month["sessions"]]
    return {
        **{name: [session.pk for session in context[name]] for name in ("today", "not_logged", "next")},
        "past": months,
    }


# --- whose


def test_a_facilitator_sees_those_that_he_leads_or_substitutes(leader: User) -> None:
    own = session_of(leader, TONIGHT)
    helped = SessionFactory(starts_at=TONIGHT + timedelta(hours=1))
    SessionLeaderFactory(session=helped, user=leader, role=SessionLeader.Role.SUBSTITUTE)
    another = session_of(UserFactory(roles=[Role.FACILITATOR]), TONIGHT, cohort__name="Somebody else's")

    response = seen(leader, TONIGHT)

    assert [session.pk for session in response.context["today"]] == [own.pk, helped.pk]
    assert another.cohort
    assert another.cohort.name not in text_of(response)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_the_office_sees_all(leader: User, role: Role) -> None:
    session = session_of(leader, TONIGHT)

    assert groups(UserFactory(roles=[role]), TONIGHT)["today"] == [session.pk]


def test_a_session_with_several_leaders_is_listed_once(leader: User) -> None:
    session = session_of(leader, TONIGHT)
    SessionLeaderFactory(session=session, user=UserFactory(roles=[Role.FACILITATOR]))

    assert groups(leader, TONIGHT)["today"] == [session.pk]


def test_a_clerk_does_not_come_in(leader: User) -> None:
    clerk = UserFactory(roles=[Role.CLERK])
    session = session_of(clerk, TONIGHT)

    response = signed_in(clerk, shown="code").get("/sessions/")

    assert response.status_code == 403
    assert session.cohort
    assert session.cohort.name not in text_of(response)


def test_a_leader_who_is_no_facilitator_any_more_does_not_come_in() -> None:
    leader = UserFactory()
    session_of(leader, TONIGHT)

    assert signed_in(leader).get("/sessions/").status_code == 403


def test_whoever_is_not_signed_in_is_asked_to() -> None:
    response = Client().get("/sessions/")

    assert (response.status_code, response.headers["Location"].partition("?")[2]) == (302, "next=/sessions/")


def test_nobody_posts_to_the_list(leader: User) -> None:
    assert signed_in(leader).post("/sessions/").status_code == 405


# --- in which order


def test_an_evening_stands_in_its_place(leader: User) -> None:
    made = {days: session_of(leader, TONIGHT + timedelta(days=days)).pk for days in (-100, -8, -1, 0, 1, 7, 8, 60)}

    assert groups(leader, TONIGHT) == {
        "today": [made[0]],
        "not_logged": [made[-100], made[-8], made[-1]],
        "next": [made[1], made[7]],
        "past": [],
    }


def test_what_is_held_or_canceled_is_past(now: datetime) -> None:
    running = scene()
    first = held(running, 1)
    second = running.session(2)
    cancel_session(session=second, why=Session.Canceled.WEATHER, by=running.coordinator, now=at(first))

    found = groups(running.leader, at(running.session(3)))

    assert found["past"] == [second.pk, first.pk]
    assert found["today"] == [running.session(3).pk]
    assert found["not_logged"] == []


def test_today_is_by_the_clock_of_the_program(leader: User) -> None:
    session = session_of(leader, TONIGHT)

    assert groups(leader, TONIGHT + timedelta(hours=1))["today"] == [session.pk]
    assert groups(leader, TONIGHT + timedelta(hours=3))["not_logged"] == [session.pk]


def test_each_says_its_hour_by_the_clock_of_its_own_program(leader: User) -> None:
    session_of(leader, TONIGHT, cohort__name="West")
    east = CohortFactory(program__time_zone="America/New_York", name="East")
    session_of(leader, TONIGHT, cohort=east)

    said = text_of(seen(leader, TONIGHT))

    assert "Tue, Mar 10 10:00 pm West" in said
    assert "Wed, Mar 11 1:00 am East" in said


def test_the_year_is_said_when_it_is_another(leader: User) -> None:
    session_of(leader, datetime(2025, 12, 30, 3, tzinfo=UTC))

    assert "Mon, Dec 29, 2025 7:00 pm" in text_of(seen(leader, TONIGHT))


def test_what_is_not_yet_logged_is_said_in_words(leader: User) -> None:
    session_of(leader, TONIGHT - timedelta(days=7), cohort__name="Cohort 14", module__theme="Consent")

    said = text_of(seen(leader, TONIGHT))

    assert "No session today." in said
    assert "! 1 session not yet logged Tue, Mar 3 9:00 pm Cohort 14" in said.replace("10:00", "9:00")


def test_a_session_that_has_not_begun_is_not_late(leader: User) -> None:
    session_of(leader, TONIGHT)

    assert "Not yet logged" not in text_of(seen(leader, TONIGHT - timedelta(minutes=1)))
    assert "Not yet logged" in text_of(seen(leader, TONIGHT))


def test_canceled_and_closed_say_so(now: datetime) -> None:
    running = scene()
    held(running, 1)
    cancel_session(session=running.session(2), why=Session.Canceled.PLACE, by=running.coordinator, now=now)

    said = text_of(seen(running.leader, at(running.session(3))))

    assert [said.count(word) for word in ("Canceled", "Closed", "Not yet logged")] == [1, 1, 1]


# --- further back


def test_older_months_are_a_page_further(now: datetime) -> None:
    running = scene()
    first = held(running, 1)
    later = at(first) + timedelta(days=150)
    leader = running.leader

    response = seen(leader, later)

    assert first.pk not in groups(leader, later)["past"]
    assert response.context["earlier"] == date(2026, 5, 1)
    assert groups(leader, later, "?before=2026-05") == {
        "today": [],
        "not_logged": [running.session(2).pk, running.session(3).pk, running.session(4).pk],
        "next": [],
        "past": [first.pk],
    }
    assert "March 2026" in text_of(seen(leader, later, "?before=2026-05"))


@pytest.mark.parametrize("asked_for", ["x", "2026", "2026-13", "2026-00", "9999999-01", "2026-03-01", "0001-01"])
def test_a_month_that_is_none_is_not_an_error(leader: User, asked_for: str) -> None:
    session_of(leader, TONIGHT)

    assert seen(leader, TONIGHT, f"?before={asked_for}").status_code == 200


# --- nothing, one, many


def test_where_there_is_nothing_it_says_what_will_fill_it(leader: User) -> None:
    assert "Sessions appear here once the coordinator names you" in text_of(seen(leader, TONIGHT))


@pytest.mark.parametrize("sessions", [1, 3])
def test_one_and_three_sessions_ask_for_as_much(leader: User, sessions: int) -> None:
    for days in range(sessions):
        session_of(leader, TONIGHT + timedelta(days=days))
    client = signed_in(leader)

    with clock_at(TONIGHT), asked() as queries:
        client.get("/sessions/")

    assert len(queries) == 4


def test_a_list_shows_nobody(now: datetime) -> None:
    tonight = evening(2)

    said = text_of(seen(tonight.scene.leader, at(tonight.session)))

    for him in tonight.men:
        assert him.participant.first_name not in said
        assert him.participant.last_name not in said
