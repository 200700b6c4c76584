"""What is taught, a version at a time: a cohort keeps the one that it began with."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from programs.actions.cohorts import PolicyUnmeetable
from programs.models import Curriculum, Module, Program
from programs.progress import Week, unmeetable


class NothingChanged(Refusal):
    pass


class Outdated(Refusal):
    pass


class NoWeeks(Refusal):
    pass


def newest_of(program: Program) -> Curriculum | None:
    return program.curricula.order_by("-version").first()


def themes_of(curriculum: Curriculum | None) -> list[str]:
    return list(curriculum.modules.order_by("week").values_list("theme", flat=True)) if curriculum else []


@transaction.atomic
def new_version(
    *, program: Program, after: int, name: str, themes: Sequence[str], by: User, now: datetime
) -> Curriculum:
    """The next version, a theme a week; no cohort that runs is touched. `after`: the version that its writer had.

    Raises Outdated, NoWeeks, NothingChanged, PolicyUnmeetable; nothing is written then.
    """
    # The program's row is the lock under which versions are counted.
    program = Program.objects.select_for_update().get(pk=program.pk)
    newest = newest_of(program)
    if (newest.version if newest else 0) != after:
        raise Outdated("Somebody has written a newer version since. Load the page again and look at what it says.")
    if not themes:
        raise NoWeeks("A curriculum has a week at least. Write a theme a line.")
    if newest and (newest.name, themes_of(newest)) == (name, list(themes)):
        raise NothingChanged(f"This says the same as version {newest.version}. Change something, or leave it as it is.")
    curriculum = Curriculum.objects.create(program=program, version=after + 1, name=name)
    weeks = Module.objects.bulk_create(
        Module(curriculum=curriculum, week=week, theme=theme) for week, theme in enumerate(themes, start=1)
    )
    _meets_the_policy(program, [Week(module.pk, module.week) for module in weeks])
    facts = {"program": program.pk, "version": curriculum.version, "weeks": len(weeks)}
    record(by=by, now=now, verb="curriculum.written", on=curriculum, facts=facts)
    record(by=by, now=now, verb="program.curriculum_written", on=program, facts={"version": curriculum.version})
    return curriculum


def _meets_the_policy(program: Program, weeks: Sequence[Week]) -> None:
    policy = program.policies.order_by("-version").first()
    if policy and unmeetable(policy.rules, weeks):
        raise PolicyUnmeetable(
            f"The policy asks for {policy.sessions_required} sessions, and this has {len(weeks)} "
            f"{'week' if len(weeks) == 1 else 'weeks'}. Write more weeks, or a policy that asks for fewer first."
        )
