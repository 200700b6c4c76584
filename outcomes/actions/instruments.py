"""What is asked by: shipped versions, a draft of the next one, and putting it to use."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actors import Task
from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from outcomes import shipped
from outcomes.instruments import Document, NotAnInstrument, read, written
from outcomes.kinds import Kind, Moment
from outcomes.models import Draft, Instrument, Sheet, Subject
from programs.models import Program

BY = Task("outcomes.instruments")
SHIPPED = (
    (shipped.BELIEFS, Kind.MEASURE, shipped.beliefs),
    (shipped.FREQUENCY, Kind.QUESTIONNAIRE, shipped.frequency),
)


class NotReady(Refusal):
    """The draft has faults; the sentence names each."""


class NothingChanged(Refusal):
    pass


class ChangedMeanwhile(Refusal):
    """Somebody else saved it, threw it away or put it to use, after the page of whoever presses now was made."""


class NoDraft(Refusal):
    pass


@transaction.atomic
def ensure_shipped(program: Program, *, now: datetime) -> None:
    """A program that has no instrument of its own begins with ours."""
    if Instrument.objects.filter(program=program).exists():
        return
    Program.objects.select_for_update().get(pk=program.pk)
    for code, kind, document in SHIPPED:
        if not Instrument.objects.filter(program=program, code=code).exists():
            _use(program, code, kind, shipped.NOT_VALIDATED, written(document()), by=BY, now=now)


def asked_at(moment: Moment, *, subject: Subject | None, program: Program) -> list[Instrument]:
    """Those that he is asked by: always in the version in which he was asked first, or nothing could be compared."""
    current = Instrument.objects.current().filter(program=program).order_by("kind", "code")
    kinds = tuple(Kind) if moment is Moment.INTAKE else (Kind.MEASURE,)
    his = Sheet.objects.filter(subject=subject).select_related("instrument") if subject else ()
    first = {sheet.instrument.code: sheet.instrument for sheet in his}
    return [first.get(one.code, one) for one in current if one.kind in kinds]


@transaction.atomic
def save_draft(
    *, instrument: Instrument, after: str = "", content: Mapping[str, Any], by: User, now: datetime
) -> Draft:
    """Whatever is in it: what is wrong is said when it is put to use.

    `after`: by `mark`, the draft that the page showed. Raises ChangedMeanwhile.
    """
    _standing(instrument, after)
    said = {"kind": instrument.kind, "label": instrument.label, "content": content, "changed_at": now, "changed_by": by}
    made, _ = Draft.objects.update_or_create(program=instrument.program, code=instrument.code, defaults=said)
    record(by=by, now=now, verb="instrument.drafted", on=instrument, facts={"code": instrument.code})
    return made


@transaction.atomic
def discard_draft(*, instrument: Instrument, after: str, by: User, now: datetime) -> None:
    """The one that the page showed: `after` as in `save_draft`. Raises ChangedMeanwhile, NoDraft."""
    draft = _standing(instrument, after)
    if draft is None:
        raise NoDraft("There is no draft. What is in use stays as it is.")
    record(by=by, now=now, verb="instrument.draft_discarded", on=draft, facts={"code": draft.code})
    draft.delete()


def mark(draft: Draft | None) -> str:
    """By which a page knows again what it showed; empty: no draft."""
    return draft.changed_at.isoformat() if draft else ""


def _standing(instrument: Instrument, after: str) -> Draft | None:
    """The draft, locked. Raises ChangedMeanwhile where it isn't the one that was shown."""
    Program.objects.select_for_update().get(pk=instrument.program_id)
    if not Instrument.objects.current().filter(pk=instrument.pk).exists():
        raise ChangedMeanwhile(
            "Somebody has put another version to use meanwhile. Look at it in another window; what you wrote stands "
            "here still, and saving again makes it the next draft."
        )
    draft = Draft.objects.filter(program=instrument.program_id, code=instrument.code).first()
    if mark(draft) != after:
        raise ChangedMeanwhile(
            "Somebody has changed this draft meanwhile. Look at it in another window; pressing again puts yours in its "
            "place, or throws it away."
        )
    return draft


@transaction.atomic
def put_to_use(*, draft: Draft, by: User, now: datetime) -> Instrument:
    """From now on whoever begins is asked by it; who began by another goes on with that one.

    Raises NoDraft, ChangedMeanwhile, NotReady, NothingChanged.
    """
    Program.objects.select_for_update().get(pk=draft.program_id)
    standing = Draft.objects.filter(pk=draft.pk).first()
    if standing is None:
        raise NoDraft("Somebody has put this draft to use already, or thrown it away. Look at the instrument again.")
    if standing.changed_at != draft.changed_at:
        raise ChangedMeanwhile("Somebody has changed this draft meanwhile. Look at it in another window.")
    document = _read(standing)
    before = Instrument.objects.current().filter(program=standing.program, code=standing.code).first()
    if before is not None and before.content == written(document):
        raise NothingChanged("It says what the version in use says. Change something, or throw the draft away.")
    made = _use(standing.program, standing.code, Kind(standing.kind), standing.label, written(document), by=by, now=now)
    standing.delete()
    return made


def _read(draft: Draft) -> Document:
    try:
        return read(draft.content)
    except NotAnInstrument as wrong:
        raise NotReady(str(wrong)) from None


def _use(
    program: Program, code: str, kind: Kind, label: str, content: dict[str, Any], *, by: User | Task, now: datetime
) -> Instrument:
    versions = Instrument.objects.filter(program=program, code=code)
    newest = versions.order_by("-version").first()
    versions.current().update(retired_at=now)
    made = Instrument.objects.create(
        program=program,
        code=code,
        version=newest.version + 1 if newest else 1,
        kind=kind,
        label=label,
        content=content,
        used_from=now,
        used_by=by if isinstance(by, User) else None,
    )
    record(by=by, now=now, verb="instrument.put_to_use", on=made, facts={"code": code, "version": made.version})
    return made
