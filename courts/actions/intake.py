"""An intake: what is filled in while he sits there, and all that follows from it when it is finished."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from audit.actions import record
from core import prints
from core.refusal import Refusal
from courts.actions.seating import NotEnrolled, settle_appointment
from courts.models import ReferralMove
from courts.moves import State
from participants import actions as participants
from participants.kinds import AppointmentState, ConsentChannel, ConsentHow, ContactKind
from participants.locks import lock_person
from participants.models import Appointment, ContactPoint, IntakeSheet
from programs.actions import enrollments
from programs.kinds import RequirementKind
from programs.models import Enrollment

Answers = dict[str, Any]
# Before the code of a question of the checklist.
ELIGIBLE = "eligible-"


class Finished(Refusal):
    pass


class NotEligible(Refusal):
    pass


class NotHeld(Refusal):
    pass


class ChangedMeanwhile(Refusal):
    """Somebody else wrote something else into the same fields; `now` is what the sheet says."""

    def __init__(self, sheet: IntakeSheet, now: Answers, seen: prints.Compared) -> None:
        super().__init__("Somebody else wrote something else here meanwhile. Look at both.")
        self.sheet, self.now, self.seen = sheet, now, seen


@dataclass(frozen=True, slots=True)
class Saved:
    """`theirs`: fields that `other` has filled in since, and this one had not touched."""

    sheet: IntakeSheet
    answers: Answers
    theirs: frozenset[str] = frozenset()
    other: User | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What he said of a phone or an address. None: he wasn't asked, and it stays as it is. `agrees`: to texts."""

    kind: ContactKind
    value: str
    point: ContactPoint | None = None
    safe: bool | None = None
    agrees: bool | None = None
    how: ConsentHow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """`answers`: the checklist by code. `agreed_on` None: the agreement isn't signed yet."""

    answers: Mapping[str, bool]
    reach: Sequence[Reach]
    language: str
    needs_interpreter: bool
    agreed_on: date | None
    note: str


def enrollment_of(appointment: Appointment) -> Enrollment | None:
    """The one that this intake is for."""
    open_ones = appointment.participant.enrollments.open().select_related("program", "participant__key")
    return open_ones.order_by("id").first()


def starting(appointment: Appointment) -> Answers:
    """What an untouched sheet says: what is known of him, and how the checklist was answered at acceptance."""
    man = appointment.participant
    accepted = ReferralMove.objects.filter(referral__participant=man, new=State.ACCEPTED).order_by("-id").first()
    answers = accepted.facts.get("answers", {}) if accepted else {}
    known = {f"{ELIGIBLE}{code}": "yes" if yes else "no" for code, yes in answers.items()}
    return known | {"language": man.language, "needs_interpreter": "yes" if man.needs_interpreter else "no"}


def answers_of(appointment: Appointment) -> Answers:
    sheet = _sheet(appointment)
    return starting(appointment) | (sheet.answers if sheet else {})


@transaction.atomic
def save(
    *, appointment: Appointment, answers: Mapping[str, Any], was: Mapping[str, str], by: User, now: datetime
) -> Saved:
    """What is being typed, as far as it is; nothing follows from it yet. `was`: the prints that the page had.

    Raises Finished, and ChangedMeanwhile where two wrote into one field; nothing is written then.
    """
    # The appointment's row is the lock: the first two at a sheet would else both make one.
    Appointment.objects.select_for_update().only("pk").get(pk=appointment.pk)
    sheet = _sheet(appointment)
    other = sheet.changed_by if sheet else None
    if sheet and sheet.finished_at:
        raise Finished("This intake is finished: what followed from it is written. Correct it in his file.")
    stands = starting(appointment) | (sheet.answers if sheet else {})
    seen = prints.compared(was, dict.fromkeys(answers, "") | stands, answers)
    if seen.both and sheet:
        raise ChangedMeanwhile(sheet, stands, seen)
    merged = stands | {name: value for name, value in answers.items() if name not in seen.theirs}
    if sheet is None or merged != stands:
        sheet = _write(appointment, sheet, merged, stands, by, now)
    return Saved(sheet, merged, seen.theirs, other)


def _sheet(appointment: Appointment) -> IntakeSheet | None:
    sheets = IntakeSheet.objects.select_related("appointment__participant__key", "changed_by")
    return sheets.filter(appointment=appointment).first()


def _write(
    appointment: Appointment, sheet: IntakeSheet | None, merged: Answers, stood: Answers, by: User, now: datetime
) -> IntakeSheet:
    sheet = sheet or IntakeSheet(appointment=appointment, version=0)
    sheet.answers, sheet.version = merged, sheet.version + 1
    sheet.changed_at, sheet.changed_by = now, by
    sheet.save()
    touched = sorted(name for name in merged if merged[name] != stood.get(name, ""))
    record(by=by, now=now, verb="intake_sheet.saved", on=sheet, facts={"fields": touched, "version": sheet.version})
    return sheet


@transaction.atomic
def finish(
    *,
    appointment: Appointment,
    intake: Intake,
    answers: Mapping[str, Any],
    was: Mapping[str, str],
    by: User,
    now: datetime,
) -> list[str]:
    """All that the sheet leads to, or nothing; returns what was done, a sentence each.

    Raises Finished, ChangedMeanwhile, NotEnrolled, NotEligible, NotHeld, and what the actions raise that it calls.
    """
    lock_person(appointment.participant_id)
    saved = save(appointment=appointment, answers=answers, was=was, by=by, now=now)
    enrollment = enrollment_of(appointment)
    if enrollment is None:
        raise NotEnrolled("No referral of his is accepted yet. Accept one, then finish the intake.")
    _eligible(enrollment, intake.answers)
    done = [*_held(appointment, enrollment, by, now), *_him(appointment, intake, by, now)]
    done += [said for one in intake.reach for said in _reached(appointment, one, by, now)]
    done += _agreed(enrollment, intake.agreed_on, by, now)
    if intake.note:
        participants.write_note(participant=appointment.participant, text=intake.note, by=by, now=now)
        done.append("Your note is kept.")
    saved.sheet.finished_at, saved.sheet.finished_by = now, by
    saved.sheet.save(update_fields=["finished_at", "finished_by"])
    facts = {"answers": dict(intake.answers), "version": saved.sheet.version}
    record(by=by, now=now, verb="intake_sheet.finished", on=saved.sheet, facts=facts)
    return done


def _eligible(enrollment: Enrollment, answers: Mapping[str, bool]) -> None:
    items = list(enrollment.program.eligibility.all())
    if unanswered := [item.question for item in items if item.code not in answers]:
        raise NotEligible(f"Still to be asked: {'; '.join(unanswered)}.")
    if failed := [item.question for item in items if answers[item.code] is not item.must_be]:
        raise NotEligible(
            f"By these answers the program may not take him: {'; '.join(failed)} Correct the answer; or note that he "
            "came, and close his referral as not accepted."
        )


def _held(appointment: Appointment, enrollment: Enrollment, by: User, now: datetime) -> Iterator[str]:
    appointment.refresh_from_db(fields=["state"])
    if appointment.state == AppointmentState.PLANNED:
        settle_appointment(appointment=appointment, enrollment=enrollment, kept=True, by=by, now=now)
    elif appointment.state != AppointmentState.KEPT:
        raise NotHeld("This appointment was missed, moved or canceled. Open the one that took place.")
    yield "He came; his intake is done, and he waits for a seat."


def _him(appointment: Appointment, intake: Intake, by: User, now: datetime) -> Iterator[str]:
    man = appointment.participant
    said: dict[str, Any] = {"language": intake.language, "needs_interpreter": intake.needs_interpreter}
    if any(getattr(man, name) != value for name, value in said.items()):
        participants.correct_participant(participant=man, by=by, now=now, **said)
        yield "His language is noted."


def _reached(appointment: Appointment, said: Reach, by: User, now: datetime) -> Iterator[str]:
    point = said.point
    if point is None:
        point = participants.add_contact_point(
            participant=appointment.participant,
            kind=said.kind,
            value=said.value,
            source="himself, at intake",
            by=by,
            now=now,
        )
        yield f"Added: {point.value}."
    if said.safe is True and point.safe_at is None:
        participants.mark_safe(contact_point=point, by=by, now=now)
        yield f"Marked safe: {point.value}."
    if said.safe is False and point.safe_at is not None:
        participants.mark_unsafe(contact_point=point, by=by, now=now)
        yield f"No longer safe: {point.value}. Nothing goes there."
    if said.agrees is not None and said.how and said.agrees is not _agrees(point):
        participants.record_consent(contact_point=point, given=said.agrees, how=said.how, by=by, now=now)
        yield f"{'He agrees' if said.agrees else 'He does not agree'} to texts to {point.value}."


def _agrees(point: ContactPoint) -> bool | None:
    texts = point.consents.filter(channel=ConsentChannel.TEXT)
    return texts.newest_first().values_list("given", flat=True).first()


def _agreed(enrollment: Enrollment, on: date | None, by: User, now: datetime) -> Iterator[str]:
    kind = RequirementKind.AGREEMENT
    if on and not enrollment.requirements.filter(kind=kind).exists():
        enrollments.meet_requirement(enrollment=enrollment, kind=kind, on=on, by=by, now=now)
        yield "His signed agreement is noted."
