"""His own file: he asks, one looks who he is, another lets it out, and it is handed to him. Never by a link."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from courts.models import Referral
from participants.locks import lock_person
from participants.models import Participant
from programs.models import Program
from records.actions.holds import administrator, there
from records.disclosure import collecting, paper
from records.disclosure.bundle import digest, zipped
from records.due import months_of
from records.kinds import HandedBy, Kept, ShownBy
from records.models import OwnFile


class AskedAlready(Refusal):
    pass


class NotYet(Refusal):
    """Something must come before."""


class Over(Refusal):
    """It was handed over, or he asked no more."""


class NeedsAnother(Refusal):
    """Who looked who he is doesn't let it out."""


@transaction.atomic
def note_asking(*, participant: Participant, asked_on: date, by: User, now: datetime) -> OwnFile:
    """Raises Forgotten, AskedAlready, NotYet."""
    participant = there(participant)
    if asked_on > now.astimezone(ZoneInfo(participant.time_zone)).date():
        raise NotYet("This day is still to come. Write the day on which he asked.")
    if OwnFile.objects.open().about(participant).exists():
        raise AskedAlready("He has asked already, and it is still open. Go on with that one.")
    made = OwnFile.objects.create(participant=participant, asked_on=asked_on, asked_at=now, asked_by=by)
    _record(made, "asked", by, now)
    return made


@transaction.atomic
def identify(*, own_file: OwnFile, shown_by: ShownBy, by: User, now: datetime) -> None:
    """Raises Over, Forgotten."""
    own_file = _open(own_file)
    if own_file.identified_at is not None:
        raise Over("Somebody has looked already who he is.")
    own_file.shown_by, own_file.identified_at, own_file.identified_by = shown_by, now, by
    own_file.save(update_fields=["shown_by", "identified_at", "identified_by"])
    _record(own_file, "identified", by, now, shown_by=shown_by)


@transaction.atomic
def let_out(*, own_file: OwnFile, by: User, now: datetime) -> None:
    """Raises NotYours, NotYet, NeedsAnother, Over, Forgotten."""
    administrator(by)
    own_file = _open(own_file)
    if own_file.identified_at is None:
        raise NotYet("First somebody looks who he is, and notes how he showed it.")
    if own_file.identified_by_id == by.pk:
        raise NeedsAnother("You looked who he is. Another administrator lets it out.")
    if own_file.approved_at is not None:
        raise Over("It has been let out already.")
    own_file.approved_at, own_file.approved_by = now, by
    own_file.save(update_fields=["approved_at", "approved_by"])
    _record(own_file, "let_out", by, now)


@transaction.atomic
def make(*, own_file: OwnFile, by: User, now: datetime) -> bytes:
    """PDF, JSON and his issued reports, as one; who let it out takes it. What was made last is what counts.

    Raises NotYet, NeedsAnother, Over, Forgotten.
    """
    own_file = _open(own_file)
    if own_file.approved_at is None:
        raise NotYet("Nobody has let it out yet.")
    if own_file.approved_by_id != by.pk:
        raise NeedsAnother("Who let it out takes it along and hands it over.")
    man = own_file.participant.himself
    zone = ZoneInfo(man.time_zone)
    collected = collecting.collect(man, now=now)
    sheet = paper.render(paper.own_file(collected, kept=how_long(), zone=zone, **_sender(man)))
    data = paper.as_json(collected, zone)
    along = [(f"reports/{one.number.text}.pdf", bytes(one.content)) for one in collecting.documents(man)]
    own_file.pdf_sha256, own_file.json_sha256 = digest(sheet), digest(data)
    own_file.save(update_fields=["pdf_sha256", "json_sha256"])
    _record(own_file, "made", by, now, pdf=own_file.pdf_sha256, json=own_file.json_sha256, reports=len(along))
    return zipped([("your-file.pdf", sheet), ("your-file.json", data), *along])


@transaction.atomic
def hand_over(*, own_file: OwnFile, how: HandedBy, by: User, now: datetime) -> None:
    """Raises NotYet, NeedsAnother, Over, Forgotten."""
    own_file = _open(own_file)
    if not own_file.pdf_sha256:
        raise NotYet("Nothing was made yet that could be handed over. Make it first.")
    if own_file.approved_by_id != by.pk:
        raise NeedsAnother("Who let it out hands it over, and notes it.")
    own_file.handed_at, own_file.handed_by, own_file.handed_how = now, by, how
    own_file.save(update_fields=["handed_at", "handed_by", "handed_how"])
    _record(own_file, "handed", by, now, how=how, pdf=own_file.pdf_sha256, json=own_file.json_sha256)


@transaction.atomic
def withdraw(*, own_file: OwnFile, by: User, now: datetime) -> None:
    """He no longer asks. Raises Over, Forgotten."""
    own_file = _open(own_file)
    own_file.withdrawn_at, own_file.withdrawn_by = now, by
    own_file.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _record(own_file, "withdrawn", by, now)


@transaction.atomic
def close(*, own_file: OwnFile, by: User, now: datetime) -> None:
    """He is gone, as after a restore: nothing is left to be handed to him. Raises NotYours, NotYet, Over."""
    administrator(by)
    lock_person(own_file.participant.himself.pk)
    own_file = _unanswered(own_file)
    if own_file.participant.himself.key.destroyed_at is None:
        raise NotYet("He is still kept here. Hand his file over, or note that he no longer asks.")
    own_file.withdrawn_at, own_file.withdrawn_by = now, by
    own_file.save(update_fields=["withdrawn_at", "withdrawn_by"])
    record(by=by, now=now, verb="own_file.closed", on=own_file)


def how_long() -> str:
    """In a sentence to him."""
    case, person = (_time(months_of(kind)) for kind in (Kept.CASE, Kept.PERSON))
    return (
        f"what belongs to a case, {case} after it is closed; what belongs to nobody’s case, {person} after you came in."
        " An order of the court can end it sooner, and what is held for a court stays longer."
    )


def _time(months: int) -> str:
    years, rest = divmod(months, 12)
    if rest:
        return f"{months} months"
    return "one year" if years == 1 else f"{years} years"


def _sender(man: Participant) -> dict[str, str]:
    """As neutral as on an envelope: it lies on a kitchen table."""
    latest = Referral.objects.filter(participant=man).select_related("program").order_by("-pk").first()
    program = latest.program if latest else Program.objects.order_by("pk").first()
    names = ("neutral_sender", "callback_number")
    sender, number = (str(getattr(program, name)) if program else "" for name in names)
    return {"sender": sender, "callback_number": number}


def _open(own_file: OwnFile) -> OwnFile:
    """As it stands now. Raises Over, Forgotten."""
    there(own_file.participant)
    return _unanswered(own_file)


def _unanswered(own_file: OwnFile) -> OwnFile:
    """As it stands now. Raises Over."""
    found = OwnFile.objects.select_for_update(of=("self",)).select_related("participant__key").get(pk=own_file.pk)
    if found.handed_at is not None:
        raise Over("It was handed over already.")
    if found.withdrawn_at is not None:
        raise Over("He no longer asks for it. If he asks again, note it anew in his file.")
    return found


def _record(own_file: OwnFile, what: str, by: User, now: datetime, **facts: Any) -> None:
    record(by=by, now=now, verb=f"own_file.{what}", on=own_file, key=own_file.participant.himself.key, facts=facts)
