"""How a program is set up, without a developer."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import User
from audit.models import Event
from programs.actions import settings as actions
from programs.models import DayOff, EligibilityItem, Program, Signer
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.programs import EligibilityItemFactory, ProgramFactory, SessionFactory
from tests.refusals import refuses, told

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def by() -> User:
    made: User = UserFactory.create()
    return made


@pytest.fixture
def program() -> Program:
    made: Program = ProgramFactory.create(name="Harbor", letterhead="Harbor\n12 Pier Street")
    return made


def test_what_changes_is_told_before_and_after(program: Program, by: User) -> None:
    actions.change_program(program=program, name="Harbor", callback_number="206-555-0199", by=by, now=LATER)
    program.refresh_from_db()
    event = Event.objects.latest("id")

    assert (program.callback_number, event.verb) == ("206-555-0199", "program.changed")
    assert event.facts == {"changed": {"callback_number": ["+12065550100", "206-555-0199"]}}


def test_what_a_program_refuses(program: Program, by: User) -> None:
    ProgramFactory.create(name="Taken")
    change = {"program": program, "by": by, "now": LATER}

    refuses(actions.NothingChanged, actions.change_program, name="Harbor", **change)
    refuses(actions.NameTaken, actions.change_program, name="Taken", **change)
    told_ = refuses(actions.GivesItAway, actions.change_program, neutral_sender="Court Program", **change)
    assert "“court”" in str(told_)


def test_the_clock_stays_while_sessions_are_planned_by_it(program: Program, by: User) -> None:
    session = SessionFactory(program=program, starts_at=NOW + timedelta(days=3))
    change: Any = {"program": program, "time_zone": "America/Denver", "by": by}
    refuses(actions.PlannedByThisClock, actions.change_program, now=LATER, **change)
    actions.change_program(now=session.starts_at + timedelta(days=1), **change)

    program.refresh_from_db()
    assert program.time_zone == "America/Denver"


def test_a_signer_from_now_on_and_no_more(program: Program, by: User) -> None:
    signer = actions.name_signer(program=program, user=by, title="Coordinator", by=by, now=NOW)
    refuses(actions.SignsAlready, actions.name_signer, program=program, user=by, title="X", by=by, now=NOW)
    actions.end_signer(signer=signer, by=by, now=LATER)
    refuses(actions.NoLongerThere, actions.end_signer, signer=signer, by=by, now=LATER)

    assert list(Signer.objects.values_list("user", "title", "ended_at")) == [(by.pk, "Coordinator", LATER)]
    assert [verb for _, verb, _ in told()] == [
        "signer.named", "program.signer_named", "signer.ended", "program.signer_ended",
    ]  # fmt: skip


def test_who_signed_once_may_be_named_again(program: Program, by: User) -> None:
    signer = actions.name_signer(program=program, user=by, title="Coordinator", by=by, now=NOW)
    actions.end_signer(signer=signer, by=by, now=LATER)
    actions.name_signer(program=program, user=by, title="Director", by=by, now=LATER)

    assert Signer.objects.filter(ended_at=None).get().title == "Director"


def test_one_more_question_comes_last(program: Program, by: User) -> None:
    EligibilityItemFactory(program=program, position=7)
    item = actions.ask_also(program=program, question="Is he 18 or older?", must_be=True, by=by, now=NOW)

    assert (item.code, item.position) == ("is-he-18-or-older", 8)
    said = {"program": program, "question": "Is he 18, or older?", "must_be": True, "by": by, "now": NOW}
    refuses(actions.AskedAlready, actions.ask_also, **said)


def test_a_question_is_worded_otherwise_and_dropped(program: Program, by: User) -> None:
    item = EligibilityItemFactory(program=program, question="Is he an adult?", must_be=True)
    same = {"item": item, "question": "Is he an adult?", "must_be": True, "by": by, "now": NOW}
    refuses(actions.NothingChanged, actions.reword_question, **same)
    actions.reword_question(item=item, question="Is he 18?", must_be=True, by=by, now=NOW)
    changed = Event.objects.get(record=f"programs.Program:{program.pk}").facts["changed"]
    actions.ask_no_more(item=item, by=by, now=NOW)

    assert changed == {"question": ["Is he an adult?", "Is he 18?"]}
    assert EligibilityItem.objects.count() == 0


def test_a_day_is_kept_free_once(program: Program, by: User) -> None:
    day = actions.keep_free(program=program, on=date(2026, 7, 3), reason="Inventory", by=by, now=NOW)
    again = {"program": program, "on": date(2026, 7, 3), "reason": "x", "by": by, "now": NOW}
    refuses(actions.AlreadyFree, actions.keep_free, **again)
    actions.free_no_more(day=day, by=by, now=NOW)

    assert DayOff.objects.count() == 0
    assert [verb for _, verb, _ in told()] == ["day_off.added", "day_off.taken_back"]
