"""What can be done when nobody came, where nothing may go any more, and where we had him wrong."""

from datetime import datetime
from typing import Any

from accounts.models import User
from messaging.guarding import refuse_telling
from office.doing import Deed, Done, declare
from office.forms import intakes as forms
from office.words import moment
from participants import actions
from participants.kinds import AppointmentKind, AppointmentState
from participants.models import Appointment, ContactPoint, Participant


def _again(appointment: Appointment, *, starts_at: datetime, by: User, now: datetime) -> Done:
    refuse_telling(appointment.place)
    made = actions.plan_appointment(
        participant=appointment.participant,
        kind=AppointmentKind(appointment.kind),
        starts_at=starts_at,
        with_whom=appointment.with_whom,
        place=appointment.place,
        minutes=appointment.minutes,
        by=by,
        now=now,
    )
    return Done(f"A new appointment is planned for {moment(made.starts_at)}.")


def _unsafe(point: ContactPoint, *, by: User, now: datetime) -> Done:
    actions.mark_unsafe(contact_point=point, by=by, now=now)
    return Done(f"No longer safe: {point.value}. Nothing goes there.")


def _correct(man: Participant, *, by: User, now: datetime, **said: Any) -> Done:
    actions.correct_participant(participant=man, by=by, now=now, **said)
    return Done("Corrected. What courts call him stands on their referrals, and stays.")


declare(
    Deed(
        noun=Appointment,
        name="again",
        label="Plan a new one",
        form=forms.PlanAgain,
        do=_again,
        offered=lambda one: one.state in (AppointmentState.MISSED, AppointmentState.CANCELED),
        first=True,
    ),
    Deed(
        noun=ContactPoint,
        name="unsafe",
        label="No longer safe",
        do=_unsafe,
        offered=lambda point: point.ended_at is None and point.safe_at is not None,
        aside=True,
    ),
    Deed(noun=Participant, name="correct", label="Correct what we know of him", form=forms.CorrectHim, do=_correct),
)
