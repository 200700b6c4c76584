from datetime import UTC, date, datetime, timedelta
from typing import Any

import time_machine

from accounts.roles import Role
from programs.kinds import MarkKind
from programs.models import Cohort, Mark, Session
from tests.courts.cases import FIRST, Case, cohort, program, seated
from tests.factories.accounts import UserFactory
from tests.factories.programs import DayOffFactory, EnrollmentFactory, MarkFactory, PolicyFactory
from tests.office.desk import Desk, buttons, refusals, text
from tests.refusals import nothing_written, only_written

NIGHT = FIRST + timedelta(hours=3)


def first_session(case: Case) -> Session:
    return case.cohort.sessions.select_related("cohort__policy", "module", "program").earliest("starts_at")


# --- a cohort


def opening(desk: Desk, **said: Any) -> dict[str, Any]:
    made = program()
    leader = UserFactory(roles=[Role.FACILITATOR])
    usual: dict[str, Any] = {
        "name": "Cohort 14",
        "curriculum": made.curricula.get().pk,
        "policy": made.policies.get().pk,
        "first_on": "2026-03-10",
        "starts_at": "18:30",
        "minutes": 120,
        "language": "es",
        "place": "516 Fourth Avenue",
        "capacity": 12,
        "least": 2,
        "leaders": [leader.pk],
    }
    return {"record": made} | usual | said


def test_a_cohort_is_opened_with_its_evenings(desk: Desk) -> None:
    said = opening(desk)
    answer = desk.press(said.pop("record"), "cohort", **said)

    assert desk.notice(answer) == "Cohort 14 meets 3 times, Tue, Mar 10 to Tue, Mar 24."
    made = Cohort.objects.get()
    assert answer["Location"] == f"/office/programs/cohort/{made.pk}/"
    assert (made.weekday, made.language, made.sessions.earliest("starts_at").starts_at) == (
        1,
        "es",
        datetime(2026, 3, 11, 1, 30, tzinfo=UTC),
    )
    assert [one.led.count() for one in made.sessions.all()] == [1, 1, 1]


def test_a_policy_that_nobody_could_meet_is_refused(desk: Desk) -> None:
    said = opening(desk)
    made = said.pop("record")
    said["policy"] = PolicyFactory(program=made, sessions_required=4).pk
    with nothing_written():
        answer = desk.press(made, "cohort", **said)

    assert refusals(answer) == [
        "The policy asks for 4 sessions, the curriculum has 3. Choose another version of one of them."
    ]


def test_two_cohorts_have_two_names(desk: Desk) -> None:
    said = opening(desk)
    made = said.pop("record")
    cohort(made, name="Cohort 14")
    with nothing_written():
        answer = desk.press(made, "cohort", **said)

    assert "Name: There is a cohort of this name. Give the new one another name." in text(answer)


def test_the_least_number_fits_and_somewhere_it_meets(desk: Desk) -> None:
    said = opening(desk, capacity=4, least=5)
    made = said.pop("record")
    with nothing_written():
        answer = desk.press(made, "cohort", **said)
        nowhere = desk.press(made, "cohort", **{**said, "least": 4, "place": ""})

    assert "Least number: There are fewer seats than that. Give more seats, or a smaller number." in text(answer)
    assert refusals(nowhere) == ["A cohort meets somewhere. Give its place, or the link to its video call."]
    desk.notice(desk.press(made, "cohort", **{**said, "least": 4}))


def test_a_weekday_that_is_always_off_is_refused_with_a_sentence(desk: Desk) -> None:
    said = opening(desk)
    made = said.pop("record")
    for week in range(54):
        DayOffFactory(program=made, on=date(2026, 3, 10) + timedelta(weeks=week))
    with nothing_written():
        answer = desk.press(made, "cohort", **said)

    assert refusals(answer) == [
        "Every Tuesday for a year from March 10, 2026 is a day off. Choose another weekday, or take out some days off."
    ]


def test_a_leader_of_another_group_at_that_time_is_named(desk: Desk) -> None:
    said = opening(desk)
    made = said.pop("record")
    desk.notice(desk.press(made, "cohort", **said))
    with nothing_written():
        answer = desk.press(made, "cohort", **{**said, "name": "Cohort 15"})

    (refusal,) = refusals(answer)
    assert refusal.endswith(
        "leads Cohort 14 on March 10, 2026 at 6:30 pm. Choose another time or leader, or tick “Even so”."
    )
    desk.notice(desk.press(made, "cohort", **{**said, "name": "Cohort 15", "anyway": "on"}))


def test_the_list_of_cohorts_leads_to_a_new_one(desk: Desk) -> None:
    made = program()

    assert f"/office/do/program/{made.pk}/cohort/" in desk.get("/office/programs/cohort/").content.decode()


# --- a session


def test_a_session_is_closed_with_what_was_taught(desk: Desk) -> None:
    case = seated()
    session = first_session(case)
    MarkFactory(session=session, enrollment=case.enrollment)
    with time_machine.travel(NIGHT, tick=False):
        late = Desk()
        notice = late.notice(late.press(session, "close", taught=session.module_id, minutes_held=110))

    assert notice == "Closed. Everyone's standing is worked out anew."
    session.refresh_from_db()
    assert (session.state, session.minutes_held, session.closed_by) == ("held", 110, late.user)


def test_not_before_everyone_has_a_mark(desk: Desk) -> None:
    session = first_session(seated())
    with time_machine.travel(NIGHT, tick=False):
        late = Desk()
        with nothing_written():
            answer = late.press(session, "close", taught=session.module_id, minutes_held=110)

    assert refusals(answer) == ["One person still has no mark. Mark everyone, then close the session."]


def test_not_before_it_has_begun(desk: Desk) -> None:
    session = first_session(seated())
    with nothing_written():
        assert desk.press(session, "close", taught=session.module_id, minutes_held=110).status_code == 409


def test_a_substitute_is_named(desk: Desk) -> None:
    session = first_session(seated())
    user = UserFactory(name="Elena Ríos", roles=[Role.FACILITATOR])

    assert desk.notice(desk.press(session, "substitute", user=user.pk)) == "Elena Ríos stands in."
    assert session.led.get().role == "substitute"
    with nothing_written():
        assert "Select a valid choice" in text(desk.press(session, "substitute", user=user.pk))


def test_a_clerk_does_not_stand_in(desk: Desk) -> None:
    session, clerk = first_session(seated()), UserFactory(roles=[Role.CLERK])
    with nothing_written():
        assert "Select a valid choice" in text(desk.press(session, "substitute", user=clerk.pk))


# --- a mark


def test_an_absence_is_excused_once(desk: Desk) -> None:
    case = seated()
    mark = MarkFactory(session=first_session(case), enrollment=case.enrollment, kind=MarkKind.ABSENT)

    assert desk.notice(desk.press(mark, "excuse", excuse="illness")) == "Excused."
    assert Mark.objects.current().get().excuse == "illness"
    with nothing_written():
        assert desk.press(mark, "excuse", excuse="illness").status_code == 409


def test_whoever_was_there_needs_no_excuse(desk: Desk) -> None:
    mark = MarkFactory()
    with nothing_written():
        assert desk.press(mark, "excuse", excuse="illness").status_code == 409


# --- a break


def test_an_administrator_approves_a_longer_break(desk: Desk) -> None:
    enrollment = EnrollmentFactory(program=program())
    boss = Desk(Role.ADMINISTRATOR)
    page = f"/office/programs/enrollment/{enrollment.pk}/"

    assert ("break" in buttons(boss.get(page)), "break" in buttons(desk.get(page))) == (True, False)
    assert desk.get(desk.button(enrollment, "break")).status_code == 404
    with only_written("request.refused"):
        assert desk.press(enrollment, "break", until="2026-05-01", why="Works abroad.").status_code == 404
    answer = boss.press(enrollment, "break", until="2026-05-01", why="Works abroad.")
    assert boss.notice(answer) == "He may be away until Fri, May 1."
    assert [(one.until, one.why, one.approved_by) for one in enrollment.break_approvals.all()] == [
        (date(2026, 5, 1), "Works abroad.", boss.user)
    ]
