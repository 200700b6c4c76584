"""Whoever writes a name or a number lays what a search finds it by, in the same transaction."""

import ast
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from accounts.models import User
from courts.actions.filing import file
from courts.kinds import ReferralKind
from courts.models import NumberToken, Referral
from courts.numbers import tokens as runs_of
from participants.actions import add_participant, correct_participant
from participants.models import NameToken, OtherName, Participant
from participants.names import tokens as words_of
from programs.models import Program
from tests.courts import referring
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory
from tests.factories.programs import ProgramFactory

ROOT = Path(__file__).parents[2]
FLOORS = ("accounts", "audit", "config", "core", "courts", "demo", "messaging", "office", "participants", "programs")
WRITTEN = {
    "first_name", "middle_name", "last_name", "suffix", "preferred_name", "case_number", "incident_number",
}  # fmt: skip
MADE = {"Participant", "OtherName", "Referral"}
# Each ends with `make_findable` or `finding.lay`, itself or by its only caller, and runs in a test below or beside.
WRITERS = {
    "participants/actions.py": {"add_participant", "correct_participant"},
    "courts/actions/drafts.py": {"_participant", "_referral", "_other_names"},
    "courts/actions/changes.py": {"_write_participant"},
    "courts/actions/filing.py": {"file"},
    "courts/actions/twice/moving.py": {"_names"},
}


@pytest.fixture
def program() -> Program:
    return ProgramFactory.create()


def nothing_is_lost() -> None:
    """Each man by all of his names, each case by both of its numbers, and by nothing that is no longer his."""
    for man in Participant.objects.all():
        names = [*man.names, *OtherName.objects.filter(participant=man).values_list("name", flat=True)]
        assert set(man.name_tokens.values_list("token", flat=True)) == words_of(*names)
    for referral in Referral.objects.all():
        assert set(referral.number_tokens.values_list("token", flat=True)) == runs_of(*referral.numbers)


def added(by: User) -> None:
    add_participant(
        first_name="Bernard", last_name="O’Neil-Muñoz", preferred_name="Bo", time_zone="UTC", by=by, now=NOW
    )


def corrected(by: User) -> None:
    man = add_participant(first_name="Bernard", last_name="Halloway", time_zone="UTC", by=by, now=NOW)
    correct_participant(participant=man, keep_former=True, last_name="Brzezik", by=by, now=NOW)


def born_on_another_day(by: User) -> None:
    man = add_participant(first_name="Bernard", last_name="Halloway", time_zone="UTC", by=by, now=NOW)
    correct_participant(participant=man, date_of_birth=date(1980, 1, 1), by=by, now=NOW)


def referred(by: User) -> None:
    referring.sent(*referring.clerk())


def referred_under_another_name(by: User) -> None:
    """Known already by his name and birth date: what is new about him is his other name."""
    clerk, desk = referring.clerk()
    referring.sent(clerk, desk)
    referring.sent(clerk, desk, case_number="26-CR-0999", aliases="Barney Halloway")


def filed(by: User) -> None:
    partner, desk = referring.partner()
    referral = referring.sent(partner, desk, **referring.UNFILED)
    court = CourtFactory.create()
    file(referral=referral, court=court, kind=ReferralKind.SENTENCE, case_number="26-CR-0414", by=by, now=NOW)


@pytest.mark.django_db
@pytest.mark.usefixtures("program")
@pytest.mark.parametrize(
    "write", [added, corrected, born_on_another_day, referred, referred_under_another_name, filed],
    ids=lambda write: write.__name__,
)  # fmt: skip
def test_who_was_written_is_found(write: Callable[[User], None]) -> None:
    write(UserFactory.create(roles=["coordinator"]))

    assert NameToken.objects.exists()
    nothing_is_lost()


@pytest.mark.django_db
@pytest.mark.usefixtures("program")
def test_a_number_given_later_is_found_and_the_old_one_stays() -> None:
    filed(UserFactory.create(roles=["coordinator"]))

    found = set(NumberToken.objects.values_list("token", flat=True))
    assert found == runs_of("26-CR-0414", referring.UNFILED["incident_number"])


def test_nobody_else_writes_one() -> None:
    found: dict[str, set[str]] = {}
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            if names := set(_writers(ast.parse(path.read_text()))):
                found[str(path.relative_to(ROOT))] = names
    assert found == WRITERS


def _writers(tree: ast.Module) -> Iterator[str]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and any(map(_writes, ast.walk(function))):
            yield function.name


def _writes(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign):
        return any(isinstance(to, ast.Attribute) and to.attr in WRITTEN for to in node.targets)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in {"update", "create", "get_or_create", "update_or_create"} and (
            _of(node.func) in MADE or any(said.arg in WRITTEN for said in node.keywords)
        )
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MADE


def _of(called: ast.Attribute) -> str:
    """`Participant` of `Participant.objects.create`."""
    manager = called.value
    return manager.value.id if isinstance(manager, ast.Attribute) and isinstance(manager.value, ast.Name) else ""
