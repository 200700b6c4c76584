"""What can be done about how a program is set up: its letterhead, weeks, signers, checklist, free days."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from accounts.models import User
from office.doing import Deed, Done, declare
from office.forms import settings as forms
from office.subjects import page
from office.words import day
from programs.actions import curricula
from programs.actions import settings as actions
from programs.models import Curriculum, DayOff, EligibilityItem, Program, Signer

VERSIONS = "Cohorts that run keep the version they began with. A new cohort begins with the newest."


def _change(program: Program, *, by: User, now: datetime, **said: Any) -> Done:
    actions.change_program(program=program, by=by, now=now, **said)
    return Done("Changed. What was issued stays as it was printed.", then=page(program))


def _curriculum(
    record: Program | Curriculum, *, name: str, themes: Sequence[str], after: int, by: User, now: datetime
) -> Done:
    program = record.program if isinstance(record, Curriculum) else record
    made = curricula.new_version(program=program, name=name, themes=themes, after=after, by=by, now=now)
    return Done(f"Version {made.version} has {len(themes)} weeks. Cohorts that run keep theirs.", then=page(made))


def _signer(program: Program, *, user: User, title: str, by: User, now: datetime) -> Done:
    actions.name_signer(program=program, user=user, title=title, by=by, now=now)
    return Done(f"{user.name} signs from now on, as {title}.", then=page(program))


def _no_signer(signer: Signer, *, by: User, now: datetime) -> Done:
    actions.end_signer(signer=signer, by=by, now=now)
    return Done(f"{signer.user.name} signs no more.", then=page(signer.program))


def _question(program: Program, *, by: User, now: datetime, **said: Any) -> Done:
    actions.ask_also(program=program, by=by, now=now, **said)
    return Done("Asked from now on, last of the checklist.", then=page(program))


def _reword(item: EligibilityItem, *, by: User, now: datetime, **said: Any) -> Done:
    actions.reword_question(item=item, by=by, now=now, **said)
    return Done("Changed. Answers that were given stay.", then=page(item.program))


def _drop(item: EligibilityItem, *, by: User, now: datetime) -> Done:
    program = item.program
    actions.ask_no_more(item=item, by=by, now=now)
    return Done("Asked no more.", then=page(program))


def _free(program: Program, *, on: date, reason: str, by: User, now: datetime) -> Done:
    actions.keep_free(program=program, on=on, reason=reason, by=by, now=now)
    return Done(f"{day(on)} is kept free. What is planned on it stays: cancel it there.", then=page(program))


def _not_free(off: DayOff, *, by: User, now: datetime) -> Done:
    program = off.program
    actions.free_no_more(day=off, by=by, now=now)
    return Done("A day like any other again.", then=page(program))


declare(
    Deed(
        noun=Program,
        name="change",
        label="Change name, letterhead, numbers",
        form=forms.ChangeProgram,
        do=_change,
        first=True,
    ),
    Deed(
        noun=Program,
        name="curriculum",
        label="New curriculum version",
        form=forms.NewCurriculum,
        do=_curriculum,
        warning=VERSIONS,
    ),
    Deed(
        noun=Curriculum,
        name="version",
        label="New version",
        form=forms.NewCurriculum,
        do=_curriculum,
        warning=VERSIONS,
    ),
    Deed(noun=Program, name="signer", label="Name a signer", form=forms.NameSigner, do=_signer),
    Deed(
        noun=Signer,
        name="end",
        label="Signs no more",
        do=_no_signer,
        offered=lambda one: one.ended_at is None,
        warning="What was signed stays signed. Reports in review need another signer.",
    ),
    Deed(noun=Program, name="question", label="Ask one more question", form=forms.Question, do=_question),
    Deed(noun=EligibilityItem, name="change", label="Change", form=forms.ChangeQuestion, do=_reword),
    Deed(noun=EligibilityItem, name="drop", label="Ask no more", do=_drop),
    Deed(noun=Program, name="day-off", label="Keep a day free", form=forms.KeepFree, do=_free),
    Deed(noun=DayOff, name="back", label="Not free after all", do=_not_free),
)
