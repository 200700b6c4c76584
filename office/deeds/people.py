"""What can be done about a man: reaching him, seeing him, writing down."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from core import clock
from courts.actions import seating
from messaging.guarding import refuse_telling
from office.doing import Deed, Done, declare
from office.forms import people as forms
from office.words import moment
from participants import actions
from participants.kinds import AppointmentState, ContactKind
from participants.models import Appointment, ContactPoint, NonAssociation, Participant, Restriction


def _plan(man: Participant, *, by: User, now: datetime, **said: Any) -> Done:
    refuse_telling(said.get("place", ""))
    made = actions.plan_appointment(participant=man, by=by, now=now, **said)
    return Done(f"Appointment planned for {moment(made.starts_at)}.")


def _log(man: Participant, *, by: User, now: datetime, **said: Any) -> Done:
    actions.log_contact_attempt(participant=man, by=by, now=now, **said)
    return Done("Written in the contact log.")


def _note(man: Participant, *, text: str, by: User, now: datetime) -> Done:
    actions.write_note(participant=man, text=text, by=by, now=now)
    return Done("Note kept.")


def _add_contact(man: Participant, *, by: User, now: datetime, **said: Any) -> Done:
    actions.add_contact_point(participant=man, by=by, now=now, **said)
    return Done("Added. Nothing goes there until somebody marks it safe.")


def _apart(man: Participant, *, other: Participant, reason: str, by: User, now: datetime) -> Done:
    actions.keep_apart(one=man, other=other, reason=reason, by=by, now=now)
    return Done(f"{man.legal_name} and {other.legal_name} are never seated together.")


def _together(pair: NonAssociation, *, why: str, by: User, now: datetime) -> Done:
    actions.end_keeping_apart(pair=pair, why=why, by=by, now=now)
    return Done(f"{pair.one.legal_name} and {pair.other.legal_name} may share a group from now on.")


def _safe(point: ContactPoint, *, by: User, now: datetime) -> Done:
    actions.mark_safe(contact_point=point, by=by, now=now)
    return Done(f"Marked safe: {point.value}. Messages that give nothing away may go there.")


def _consent(point: ContactPoint, *, by: User, now: datetime, **said: Any) -> Done:
    consent = actions.record_consent(contact_point=point, by=by, now=now, **said)
    return Done("Recorded: he agrees." if consent.given else "Recorded: he no longer agrees.")


def _settle(appointment: Appointment, *, kept: bool, by: User, now: datetime) -> Done:
    enrollment = appointment.participant.enrollments.open().select_related("program").first()
    if enrollment is None:
        actions.settle_appointment(appointment=appointment, kept=kept, by=by, now=now)
    else:
        seating.settle_appointment(appointment=appointment, enrollment=enrollment, kept=kept, by=by, now=now)
    return Done("Noted: he came." if kept else "Noted: he did not come.")


def _move(appointment: Appointment, *, starts_at: datetime, by: User, now: datetime) -> Done:
    moved = actions.move_appointment(appointment=appointment, starts_at=starts_at, by=by, now=now)
    return Done(f"Moved to {moment(moved.starts_at)}.")


def _cancel(appointment: Appointment, *, by: User, now: datetime) -> Done:
    actions.cancel_appointment(appointment=appointment, by=by, now=now)
    return Done("Appointment canceled.")


def _restrict(man: Participant, *, why: str, names: list[User], by: User, now: datetime) -> Done:
    actions.restrict(participant=man, why=why, names=names, by=by, now=now)
    # Whoever didn't name himself could not even see the file that he comes back to.
    then = "" if by in names else reverse("office:index")
    return Done("Restricted. His file opens to those you named, and to nobody else in the office.", then=then)


def _rename(restriction: Restriction, *, names: list[User], by: User, now: datetime) -> Done:
    actions.change_names(restriction=restriction, names=names, by=by, now=now)
    return Done("Changed who may open this file.", then="" if by in names else reverse("office:index"))


def _open_to_all(restriction: Restriction, *, by: User, now: datetime) -> Done:
    actions.end_restriction(restriction=restriction, by=by, now=now)
    return Done("Open to the whole office again.")


def _shut(restriction: Restriction) -> bool:
    return restriction.ended_at is None


def _planned(appointment: Appointment) -> bool:
    return appointment.state == AppointmentState.PLANNED


def _due(appointment: Appointment) -> bool:
    return _planned(appointment) and appointment.starts_at <= clock.now()


declare(
    Deed(noun=Participant, name="contact", label="Log a contact", form=forms.LogContact, do=_log),
    Deed(noun=Participant, name="appointment", label="Plan an appointment", form=forms.PlanAppointment, do=_plan),
    Deed(noun=Participant, name="note", label="Write a note", form=forms.WriteNote, do=_note),
    Deed(noun=Participant, name="reach", label="Add a phone or address", form=forms.AddContactPoint, do=_add_contact),
    Deed(noun=Participant, name="apart", label="Keep apart from", form=forms.KeepApart, do=_apart),
    Deed(
        noun=NonAssociation,
        name="end",
        label="No longer keep apart",
        form=forms.EndKeepingApart,
        do=_together,
        offered=lambda pair: pair.ended_at is None,
        warning="They may be seated together from then on. Make sure that no order keeps them apart.",
    ),
    Deed(
        noun=Participant,
        name="restrict",
        label="Restrict the file",
        form=forms.RestrictFile,
        do=_restrict,
        roles=frozenset({Role.ADMINISTRATOR}),
    ),
    Deed(
        noun=Restriction,
        name="names",
        label="Change who may open it",
        form=forms.NameStaff,
        do=_rename,
        offered=_shut,
        roles=frozenset({Role.ADMINISTRATOR}),
    ),
    Deed(
        noun=Restriction,
        name="end",
        label="Open it to the office",
        do=_open_to_all,
        offered=_shut,
        roles=frozenset({Role.ADMINISTRATOR}),
        warning="Everybody in the office can find this man again, and reads what stands in his file.",
    ),
    Deed(
        noun=ContactPoint,
        name="safe",
        label="Mark safe",
        do=_safe,
        offered=lambda point: point.ended_at is None and (point.safe_at is None or point.unreachable_at is not None),
        warning="Mark it safe only when he said himself that nobody else reads or hears what comes there.",
    ),
    Deed(
        noun=ContactPoint,
        name="consent",
        label="Record consent",
        form=forms.RecordConsent,
        do=_consent,
        offered=lambda point: point.ended_at is None and point.kind != ContactKind.POSTAL,
    ),
    Deed(
        noun=Appointment,
        name="settle",
        label="Came or not",
        form=forms.SettleAppointment,
        do=_settle,
        offered=_due,
        first=True,
    ),
    Deed(noun=Appointment, name="move", label="Move it", form=forms.MoveAppointment, do=_move, offered=_planned),
    Deed(noun=Appointment, name="cancel", label="Cancel the appointment", do=_cancel, offered=_planned),
)
