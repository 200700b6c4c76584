from functools import partial
from typing import Any

import pytest

from audit.models import Event
from programs.actions import policies
from programs.actions.cohorts import PolicyUnmeetable
from programs.actions.policies import (
    FIELDS,
    Change,
    FewAskForMore,
    NothingChanged,
    Outdated,
    WarnsTooLate,
    differences,
    newest_of,
)
from programs.kinds import NoCredit, RequirementKind
from programs.models import Policy, Program
from tests.at_once import at_once
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.programs import CohortFactory, CurriculumFactory, PolicyFactory, ProgramFactory
from tests.refusals import refuses, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Program:
    """Nine weeks, by the first version of its policy."""
    made: Program = ProgramFactory()
    CurriculumFactory(program=made, weeks=9, name="Nine weeks", version=1)
    PolicyFactory(program=made, version=1, sessions_required=9)
    return made


def said(program: Program, **others: Any) -> dict[str, Any]:
    """What the newest version says, but for `others`."""
    newest = newest_of(program) or Policy(program=program)
    usual = {name: getattr(newest, name) for name in FIELDS}
    return usual | {"program": program, "after": newest.version or 0, "by": UserFactory(), "now": NOW} | others


def test_every_rule_is_part_of_a_version() -> None:
    """But for what makes the row a row; a field added to the model is asked for by the form."""
    fields = {field.name for field in Policy._meta.concrete_fields}

    assert fields - set(FIELDS) == {"id", "program", "version"}


def test_the_next_version_stands_beside_the_first(program: Program) -> None:
    first = program.policies.get()
    cohort = CohortFactory(program=program, policy=first, curriculum=program.curricula.get())
    asked = said(program, unexcused_notice_at=3, requires=[RequirementKind.INTAKE, RequirementKind.FEE])

    made = policies.new_version(**asked)

    stored = Policy.objects.get(version=2)
    assert (stored, stored.unexcused_notice_at, stored.requires) == (made, 3, ["fee", "intake"])
    first.refresh_from_db()
    cohort.refresh_from_db()
    assert (first.unexcused_notice_at, cohort.policy) == (2, first)
    assert told() == [(f"user:{asked['by'].pk}", "policy.written", f"programs.Policy:{made.pk}")]
    assert Event.objects.get().facts == {
        "program": program.pk,
        "version": 2,
        "changed": ["unexcused_notice_at", "requires"],
    }


def test_the_first_version_of_a_program() -> None:
    made = ProgramFactory()
    asked = said(made)

    assert policies.new_version(**asked).version == 1


@pytest.mark.parametrize(
    ("others", "refusal", "sentence"),
    [
        (
            {"sessions_required": 10},
            PolicyUnmeetable,
            "This asks for 10 sessions, and Nine weeks v1 has 9 weeks. "
            "Ask for 9 or fewer, or write a longer curriculum first.",
        ),
        (
            {"unexcused_warn_at": 3},
            WarnsTooLate,
            "He would be reported before he is warned. Warn at the same number, or sooner.",
        ),
        (
            {"least_minutes_for_few": 91},
            FewAskForMore,
            "A session with few present would have to last longer than one with many. Ask for less.",
        ),
        (
            {},
            NothingChanged,
            "This says the same as version 1. Change something, or leave it as it is.",
        ),
        (
            {"after": 0, "late_limit": 5},
            Outdated,
            "Somebody has written a newer version since. Load the page again and look at what it says.",
        ),
    ],
)
def test_what_is_refused(program: Program, others: dict[str, Any], refusal: type[Any], sentence: str) -> None:
    assert str(refuses(refusal, policies.new_version, **said(program, **others))) == sentence


def test_as_many_sessions_as_there_are_weeks_will_do(program: Program) -> None:
    CurriculumFactory(program=program, weeks=10, version=2)

    assert policies.new_version(**said(program, sessions_required=10)).sessions_required == 10


def test_the_order_of_what_it_asks_for_is_no_difference(program: Program) -> None:
    stands = newest_of(program)
    assert stands is not None

    refuses(NothingChanged, policies.new_version, **said(program, requires=list(reversed(stands.requires))))


def test_what_a_version_says_otherwise(program: Program) -> None:
    first = newest_of(program)
    made = policies.new_version(**said(program, late_limit=5, no_credit_counts_as=NoCredit.UNEXCUSED))

    assert differences(first, made) == [
        Change("late_limit", 15, 5),
        Change("no_credit_counts_as", "missed_week", "unexcused"),
    ]
    assert differences(None, made) == []


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_of_two_written_at_once_one_is_told(program: Program) -> None:
    calls = [partial(policies.new_version, **said(program, late_limit=limit)) for limit in (5, 10)]

    answers = at_once(calls)

    assert sorted(type(answer).__name__ for answer in answers) == ["Outdated", "Policy"]
    assert program.policies.count() == 2
