"""How a program shows itself, who signs for it, what it asks before it accepts a man, and which days it keeps free."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.text import slugify

from accounts.models import User
from audit.actions import record
from audit.changes import write_into
from core.refusal import Refusal
from messaging.discretion import given_away
from programs.models import DayOff, EligibilityItem, Program, Session, Signer

CODE_LENGTH = 40


class NothingChanged(Refusal):
    pass


class NameTaken(Refusal):
    pass


class PrefixTaken(Refusal):
    pass


class GivesItAway(Refusal):
    pass


class PlannedByThisClock(Refusal):
    pass


class SignsAlready(Refusal):
    pass


class NoLongerThere(Refusal):
    pass


class AlreadyFree(Refusal):
    pass


class AskedAlready(Refusal):
    pass


@transaction.atomic
def add_program(*, by: User, now: datetime, **said: Any) -> Program:
    """Its weeks, its policy and its signers follow. Raises NameTaken, PrefixTaken, GivesItAway."""
    program = Program(**said)
    _tells_apart(program)
    program.save(force_insert=True)
    record(by=by, now=now, verb="program.added", on=program, facts={"name": program.name, "state": program.state})
    return program


@transaction.atomic
def change_program(*, program: Program, by: User, now: datetime, **said: Any) -> Program:
    """Name, letterhead, neutral sender, call-back number, state, time zone, what its numbers begin with.

    Raises NothingChanged, NameTaken, PrefixTaken, GivesItAway, PlannedByThisClock; nothing is written then.
    """
    program = Program.objects.select_for_update().get(pk=program.pk)
    changes = write_into(program, said)
    if not changes:
        raise NothingChanged("This says what it said before. Change something, or leave it as it is.")
    _tells_apart(program)
    if "time_zone" in changes.fields and Session.objects.from_now(now).filter(program=program).exists():
        raise PlannedByThisClock(
            "Sessions are planned by the clock of this time zone. Hold or cancel them before you choose another."
        )
    program.save(update_fields=changes.fields)
    record(by=by, now=now, verb="program.changed", on=program, facts={"changed": changes.facts})
    return program


def _tells_apart(program: Program) -> None:
    others = Program.objects.exclude(pk=program.pk)
    if others.filter(name=program.name).exists():
        raise NameTaken("Another program has this name. Choose one that tells them apart.")
    if others.filter(number_prefix=program.number_prefix).exists():
        raise PrefixTaken("Another program's numbers begin like this. Choose what tells them apart.")
    names = [program.name, *program.letterhead.splitlines()[:1]]
    if words := given_away(program.neutral_sender, names=names):
        raise GivesItAway(
            f"Whoever sees his phone would read “{words[0]}”. Choose a sender that says nothing, such as Appointments."
        )


@transaction.atomic
def name_signer(*, program: Program, user: User, title: str, by: User, now: datetime) -> Signer:
    """Raises SignsAlready."""
    Program.objects.select_for_update().get(pk=program.pk)
    if Signer.objects.filter(program=program, user=user, ended_at=None).exists():
        raise SignsAlready(f"{user.name} signs for this program already. To change the title, end that first.")
    signer = Signer.objects.create(program=program, user=user, title=title)
    facts = {"program": program.pk, "user": user.pk, "title": title}
    record(by=by, now=now, verb="signer.named", on=signer, facts=facts)
    record(by=by, now=now, verb="program.signer_named", on=program, facts={"user": user.pk, "title": title})
    return signer


@transaction.atomic
def end_signer(*, signer: Signer, by: User, now: datetime) -> None:
    """What he signed stays signed. Raises NoLongerThere."""
    if not Signer.objects.filter(pk=signer.pk, ended_at=None).update(ended_at=now):
        raise NoLongerThere("This has ended already. There is nothing more to do.")
    record(by=by, now=now, verb="signer.ended", on=signer)
    record(by=by, now=now, verb="program.signer_ended", on=signer.program, facts={"user": signer.user_id})


@transaction.atomic
def ask_also(*, program: Program, question: str, must_be: bool, by: User, now: datetime) -> EligibilityItem:
    """One more question, at the end of the checklist. Raises AskedAlready."""
    Program.objects.select_for_update().get(pk=program.pk)
    code = slugify(question)[:CODE_LENGTH].strip("-")
    if program.eligibility.filter(code=code).exists():
        raise AskedAlready("The checklist asks this already. Change that question, or word this one otherwise.")
    last = program.eligibility.aggregate(last=Max("position"))["last"] or 0
    item = EligibilityItem.objects.create(
        program=program, code=code, question=question, must_be=must_be, position=last + 1
    )
    facts = {"code": code, "question": question, "must_be": must_be}
    record(by=by, now=now, verb="checklist.question_added", on=program, facts=facts)
    return item


@transaction.atomic
def reword_question(*, item: EligibilityItem, question: str, must_be: bool, by: User, now: datetime) -> None:
    """Answers that were given stay as they were given. Raises NothingChanged."""
    changes = write_into(item, {"question": question, "must_be": must_be})
    if not changes:
        raise NothingChanged("This asks what it asked before. Change something, or leave it as it is.")
    item.save(update_fields=changes.fields)
    record(by=by, now=now, verb="checklist.question_changed", on=item, facts={"changed": changes.facts})
    facts = {"code": item.code, "changed": changes.facts}
    record(by=by, now=now, verb="checklist.question_changed", on=item.program, facts=facts)


@transaction.atomic
def ask_no_more(*, item: EligibilityItem, by: User, now: datetime) -> None:
    facts = {"code": item.code, "question": item.question}
    record(by=by, now=now, verb="checklist.question_dropped", on=item.program, facts=facts)
    item.delete()


@transaction.atomic
def keep_free(*, program: Program, on: date, reason: str, by: User, now: datetime) -> DayOff:
    """Cohorts that are opened from now on skip it; what is planned stays. Raises AlreadyFree."""
    try:
        with transaction.atomic():
            day = DayOff.objects.create(program=program, on=on, reason=reason)
    except IntegrityError:
        raise AlreadyFree("This day is kept free already.") from None
    record(by=by, now=now, verb="day_off.added", on=program, facts={"on": on, "reason": reason})
    return day


@transaction.atomic
def free_no_more(*, day: DayOff, by: User, now: datetime) -> None:
    record(by=by, now=now, verb="day_off.taken_back", on=day.program, facts={"on": day.on})
    day.delete()
