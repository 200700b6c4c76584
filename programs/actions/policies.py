"""The program's rules, a version at a time: a cohort keeps the one that it began with."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from programs.actions.cohorts import PolicyUnmeetable
from programs.kinds import RequirementKind
from programs.models import Policy, Program
from programs.progress import Week, unmeetable

# What makes a version the one it is, beside what it says.
_ITS_OWN = frozenset({"id", "program", "version"})
FIELDS = tuple(field.name for field in Policy._meta.concrete_fields if field.name not in _ITS_OWN)


class NothingChanged(Refusal):
    pass


class WarnsTooLate(Refusal):
    pass


class FewAskForMore(Refusal):
    pass


class Outdated(Refusal):
    pass


@dataclass(frozen=True, slots=True)
class Change:
    field: str
    old: Any
    new: Any


def newest_of(program: Program) -> Policy | None:
    return program.policies.order_by("-version").first()


def differences(old: Policy | None, new: Policy) -> list[Change]:
    """What a version says that the one before it didn't, in the order of the fields."""
    if old is None:
        return []
    told = [Change(name, getattr(old, name), getattr(new, name)) for name in FIELDS]
    return [one for one in told if _same_order(one.old) != _same_order(one.new)]


def _same_order(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value


@transaction.atomic
def new_version(
    *, program: Program, after: int, requires: Collection[RequirementKind], by: User, now: datetime, **said: Any
) -> Policy:
    """The next version; no cohort that runs is touched. `after`: the version that whoever wrote it had before him.

    Raises Outdated, PolicyUnmeetable, WarnsTooLate, FewAskForMore, NothingChanged; nothing is written then.
    """
    # The program's row is the lock under which versions are counted.
    program = Program.objects.select_for_update().get(pk=program.pk)
    newest = newest_of(program)
    if (newest.version if newest else 0) != after:
        raise Outdated("Somebody has written a newer version since. Load the page again and look at what it says.")
    policy = Policy(program=program, version=after + 1, requires=sorted(requires), **said)
    _can_be_met(policy)
    if newest is not None and not differences(newest, policy):
        raise NothingChanged(f"This says the same as version {newest.version}. Change something, or leave it as it is.")
    policy.save(force_insert=True)
    changed = [one.field for one in differences(newest, policy)]
    facts = {"program": program.pk, "version": policy.version, "changed": changed}
    record(by=by, now=now, verb="policy.written", on=policy, facts=facts)
    return policy


def _can_be_met(policy: Policy) -> None:
    curriculum = policy.program.curricula.order_by("-version").first()
    modules = curriculum.modules.all() if curriculum else ()
    weeks = [Week(module.pk, module.week) for module in modules]
    if curriculum and unmeetable(policy.rules, weeks):
        raise PolicyUnmeetable(
            f"This asks for {policy.sessions_required} sessions, and {curriculum} has {len(weeks)} weeks. "
            f"Ask for {len(weeks)} or fewer, or write a longer curriculum first."
        )
    if policy.unexcused_warn_at > policy.unexcused_notice_at:
        raise WarnsTooLate("He would be reported before he is warned. Warn at the same number, or sooner.")
    if policy.least_minutes_for_few > policy.least_minutes:
        raise FewAskForMore("A session with few present would have to last longer than one with many. Ask for less.")
