import uuid
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from programs.actions import marks
from programs.actions.cohorts import close_session
from programs.actions.marks import (
    MarkChanged,
    MinutesWrong,
    NothingToExcuse,
    NotOnTheRoster,
    NotYet,
    NotYourSession,
    ReasonMissing,
    RuleMissing,
    SessionCanceled,
)
from programs.kinds import MarkKind, Standing
from programs.models import Enrollment, Mark, Session, SessionLeader, StandingChange
from tests.at_once import at_once
from tests.factories.accounts import UserFactory
from tests.factories.programs import BookingFactory, SessionLeaderFactory
from tests.programs.scene import Scene, at, scene
from tests.refusals import nothing_written, refuses, told

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def running() -> Scene:
    return scene()


@pytest.fixture
def him(running: Scene) -> Enrollment:
    return running.seated()


@pytest.fixture
def session(running: Scene) -> Session:
    return running.session(1)


@pytest.fixture
def tap(running: Scene, him: Enrollment, session: Session) -> Callable[..., dict[str, Any]]:
    """What a facilitator's tap hands in: another key each time."""
    keys = count(1)

    def made(kind: MarkKind, **fields: object) -> dict[str, Any]:
        whole = {
            "enrollment": him,
            "session": session,
            "kind": kind,
            "idempotency_key": uuid.UUID(int=next(keys)),
            "by": running.leader,
            "now": at(session, 5),
        }
        return {**whole, **fields}

    return made


Tap = Callable[..., dict[str, Any]]

# --- recording


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (MarkKind.PRESENT, {"took_part": True, "homework": False}),
        (MarkKind.LATE, {"minutes": 10}),
        (MarkKind.LEFT_EARLY, {"minutes": 120}),
        (MarkKind.SENT_HOME, {"rule": "No phones"}),
        (MarkKind.ABSENT, {"gave_reason": True}),
        (MarkKind.NOT_PROVIDED, {}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_records_what_was_seen(
    running: Scene, tap: Tap, him: Enrollment, session: Session, kind: MarkKind, fields: dict[str, object]
) -> None:
    before = Event.objects.count()

    made = marks.record_mark(**tap(kind, **fields))

    stored = Mark.objects.get()
    assert (stored, stored.enrollment, stored.session, stored.kind) == (made, him, session, kind)
    assert {name: getattr(stored, name) for name in fields} == fields
    assert (stored.by, stored.at, stored.supersedes) == (running.leader, at(session, 5), None)
    assert told(after=before)[0] == (f"user:{running.leader.pk}", "mark.recorded", f"programs.Mark:{made.pk}")
    facts = Event.objects.get(verb="mark.recorded").facts
    assert facts == {"kind": kind, "session": session.pk, "supersedes": None}


def test_a_comment_stands_encrypted_and_no_event_tells_it(tap: Tap) -> None:
    marks.record_mark(**tap(MarkKind.PRESENT, comment="He wept."))

    assert Mark.objects.get().comment == "He wept."
    with connection.cursor() as cursor:
        cursor.execute("SELECT comment FROM programs_mark")
        assert b"wept" not in bytes(cursor.fetchone()[0])
    assert "wept" not in str(list(Event.objects.values_list("facts", "personal")))


@pytest.mark.parametrize("kind", [MarkKind.ABSENT, MarkKind.NOT_PROVIDED])
def test_of_one_who_was_not_there_nobody_says_that_he_took_part(tap: Tap, kind: MarkKind) -> None:
    made = marks.record_mark(**tap(kind, took_part=False, homework=True))

    assert (made.took_part, made.homework) == (None, None)


def test_his_standing_changes_in_the_same_transaction(tap: Tap, him: Enrollment) -> None:
    assert him.standing == Standing.ON_TRACK

    marks.record_mark(**tap(MarkKind.ABSENT))

    him.refresh_from_db()
    change = StandingChange.objects.unread().last()
    assert change is not None
    assert (change.enrollment, change.new) == (him, him.standing)
    assert change.facts["unexcused"] == ["2026-03-10"]


# --- who, when, whom


def test_a_substitute_marks_too(tap: Tap, session: Session) -> None:
    substitute = SessionLeaderFactory(session=session, role=SessionLeader.Role.SUBSTITUTE).user

    assert marks.record_mark(**tap(MarkKind.PRESENT, by=substitute)).by == substitute


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_a_coordinator_marks_everywhere(tap: Tap, role: Role) -> None:
    user = UserFactory(roles=[role])

    assert marks.record_mark(**tap(MarkKind.PRESENT, by=user)).by == user


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.CLERK])
def test_whoever_does_not_lead_it_does_not_mark(running: Scene, tap: Tap, role: Role) -> None:
    elsewhere = UserFactory(roles=[role])
    SessionLeaderFactory(session=running.session(2), user=elsewhere)

    refuses(NotYourSession, marks.record_mark, **tap(MarkKind.PRESENT, by=elsewhere))


def test_marks_from_half_an_hour_before(tap: Tap, session: Session) -> None:
    refuses(NotYet, marks.record_mark, **tap(MarkKind.PRESENT, now=at(session, -30) - timedelta(seconds=1)))

    marks.record_mark(**tap(MarkKind.PRESENT, now=at(session, -30)))

    assert Mark.objects.count() == 1


def test_nobody_is_marked_where_nothing_took_place(tap: Tap, session: Session) -> None:
    session.state, session.canceled_why = "canceled", "weather"
    session.save()

    refuses(SessionCanceled, marks.record_mark, **tap(MarkKind.ABSENT))


def test_nobody_is_marked_who_is_not_expected(running: Scene, tap: Tap) -> None:
    elsewhere = running.seated(running.another_cohort())

    refuses(NotOnTheRoster, marks.record_mark, **tap(MarkKind.PRESENT, enrollment=elsewhere))


def test_one_booked_for_a_makeup_is_expected(running: Scene, tap: Tap, session: Session) -> None:
    elsewhere = running.seated(running.another_cohort())
    BookingFactory(enrollment=elsewhere, session=session)

    assert marks.record_mark(**tap(MarkKind.PRESENT, enrollment=elsewhere)).enrollment == elsewhere


# --- what makes sense


@pytest.mark.parametrize(
    ("kind", "minutes"),
    [
        (MarkKind.LATE, None),
        (MarkKind.LATE, 0),
        (MarkKind.LATE, -5),
        (MarkKind.LEFT_EARLY, 121),
        (MarkKind.PRESENT, 10),
        (MarkKind.ABSENT, 0),
    ],
)
def test_minutes_that_make_no_sense(tap: Tap, kind: MarkKind, minutes: int | None) -> None:
    refuses(MinutesWrong, marks.record_mark, **tap(kind, minutes=minutes))


@pytest.mark.parametrize(("kind", "rule"), [(MarkKind.SENT_HOME, ""), (MarkKind.PRESENT, "No phones")])
def test_a_rule_belongs_to_one_sent_home(tap: Tap, kind: MarkKind, rule: str) -> None:
    refuses(RuleMissing, marks.record_mark, **tap(kind, rule=rule))


# --- again, and corrected


def test_the_same_tap_twice_is_one_mark(tap: Tap) -> None:
    said = tap(MarkKind.ABSENT)
    first = marks.record_mark(**said)

    with nothing_written():
        second = marks.record_mark(**said | {"now": said["now"] + MINUTE})

    assert second == first


def test_the_same_tap_comes_again_even_after_a_correction(tap: Tap) -> None:
    said = tap(MarkKind.ABSENT)
    first = marks.record_mark(**said)
    marks.record_mark(**tap(MarkKind.LATE, minutes=40, seen=first))

    with nothing_written():
        assert marks.record_mark(**said) == first


def test_a_correction_names_what_it_corrects(tap: Tap) -> None:
    first = marks.record_mark(**tap(MarkKind.ABSENT))

    second = marks.record_mark(**tap(MarkKind.LATE, minutes=10, seen=first))

    assert (second.supersedes, list(Mark.objects.current())) == (first, [second])
    assert Mark.objects.get(pk=first.pk).kind == "absent"


@pytest.mark.parametrize("seen", ["nothing", "an older one"])
def test_a_stale_tap_is_refused_with_the_mark_that_stands(tap: Tap, seen: str) -> None:
    first = marks.record_mark(**tap(MarkKind.ABSENT))
    second = marks.record_mark(**tap(MarkKind.LATE, minutes=10, seen=first))

    refused = refuses(
        MarkChanged, marks.record_mark, **tap(MarkKind.PRESENT, seen=None if seen == "nothing" else first)
    )

    assert isinstance(refused, MarkChanged)
    assert refused.current == second


def test_a_mark_in_a_closed_session_is_corrected_with_a_reason_only(running: Scene, tap: Tap, session: Session) -> None:
    first = marks.record_mark(**tap(MarkKind.ABSENT))
    close_session(session=session, taught=session.module, minutes_held=120, by=running.leader, now=at(session, 120))
    closed = running.session(1)

    refuses(ReasonMissing, marks.record_mark, **tap(MarkKind.PRESENT, session=closed, seen=first))
    made = marks.record_mark(**tap(MarkKind.PRESENT, session=closed, seen=first, correction="I mixed up two men."))

    assert Mark.objects.get(pk=made.pk).correction == "I mixed up two men."


def test_a_session_that_was_closed_since_it_was_read_is_closed(running: Scene, tap: Tap, session: Session) -> None:
    first = marks.record_mark(**tap(MarkKind.ABSENT))
    close_session(
        session=running.session(1), taught=session.module, minutes_held=120, by=running.leader, now=at(session, 120)
    )
    assert session.closed_at is None, "as it was read"

    refuses(ReasonMissing, marks.record_mark, **tap(MarkKind.PRESENT, seen=first))


@pytest.mark.django_db(transaction=True)
def test_many_taps_at_once_end_in_one_mark_that_stands(tap: Tap) -> None:
    kinds = [MarkKind.PRESENT, MarkKind.ABSENT, MarkKind.PRESENT, MarkKind.NOT_PROVIDED]

    answers = at_once([partial(marks.record_mark, **tap(kind)) for kind in kinds])

    assert sorted(type(answer).__name__ for answer in answers) == ["Mark"] + ["MarkChanged"] * 3
    assert Mark.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_tap_sent_many_times_at_once_is_one_mark(tap: Tap) -> None:
    said = tap(MarkKind.PRESENT)

    answers = at_once([partial(marks.record_mark, **said)] * 4)

    assert answers == [Mark.objects.get()] * 4


@pytest.mark.django_db(transaction=True)
def test_corrections_at_once_end_in_one_mark_that_stands(tap: Tap) -> None:
    first = marks.record_mark(**tap(MarkKind.ABSENT))

    answers = at_once([partial(marks.record_mark, **tap(MarkKind.LATE, minutes=n, seen=first)) for n in (5, 10, 15)])

    assert sorted(type(answer).__name__ for answer in answers) == ["Mark", "MarkChanged", "MarkChanged"]
    assert Mark.objects.current().get().supersedes == first


# --- excuses


@pytest.fixture
def absence(tap: Tap) -> Mark:
    return marks.record_mark(**tap(MarkKind.ABSENT, gave_reason=True, comment="He called before."))


def excuse(mark: Mark, by: User, key: int = 99) -> dict[str, Any]:
    return {
        "mark": mark,
        "excuse": Mark.Excuse.ILLNESS,
        "idempotency_key": uuid.UUID(int=key),
        "by": by,
        "now": at(mark.session, 600),
    }


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_a_coordinator_excuses_an_absence(absence: Mark, him: Enrollment, role: Role) -> None:
    by = UserFactory(roles=[role])

    made = marks.excuse(**excuse(absence, by))

    stored = Mark.objects.current().get()
    assert (stored, stored.supersedes, stored.by) == (made, absence, by)
    assert (stored.kind, stored.excuse, stored.gave_reason) == ("absent", "illness", True)
    assert (stored.comment, stored.correction) == ("He called before.", "")
    newest = him.standing_changes.latest("id")
    assert (newest.facts["excused"], newest.facts["unexcused"]) == ([str(date(2026, 3, 10))], [])


def test_an_excuse_after_closing_says_so(running: Scene, absence: Mark, session: Session) -> None:
    close_session(session=session, taught=session.module, minutes_held=120, by=running.leader, now=at(session, 120))
    mark = Mark.objects.get()

    assert marks.excuse(**excuse(mark, running.coordinator)).correction == "excused"


def test_a_facilitator_does_not_excuse(running: Scene, absence: Mark) -> None:
    refuses(NotYourSession, marks.excuse, **excuse(absence, running.leader))


def test_only_an_absence_is_excused(running: Scene, tap: Tap) -> None:
    present = marks.record_mark(**tap(MarkKind.PRESENT))

    refuses(NothingToExcuse, marks.excuse, **excuse(present, running.coordinator))


def test_an_absence_corrected_meanwhile_is_not_excused(running: Scene, tap: Tap, absence: Mark) -> None:
    late = marks.record_mark(**tap(MarkKind.LATE, minutes=10, seen=absence))

    refused = refuses(MarkChanged, marks.excuse, **excuse(absence, running.coordinator))

    assert isinstance(refused, MarkChanged)
    assert refused.current == late


def test_excused_twice_by_one_tap_is_excused_once(running: Scene, absence: Mark) -> None:
    made = marks.excuse(**excuse(absence, running.coordinator))

    with nothing_written():
        assert marks.excuse(**excuse(absence, running.coordinator)) == made
