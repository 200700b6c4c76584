"""Legal holds, orders to vacate, seal or expunge, what is disposed of, and how long what is kept: administrators'."""

from datetime import date, datetime

from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from courts.models import Court, Referral
from office.doing import Deed, Done, declare
from office.forms import keeping as forms
from office.forms.keeping import length
from office.subjects import page
from participants.models import Participant
from programs.models import Program
from records.actions import disposals, holds, retention
from records.kinds import KEPT_LABELS, Basis, Kept
from records.models import Disposal, LegalHold

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


def _hold_man(man: Participant, *, why: str, by: User, now: datetime) -> Done:
    holds.place_hold(participant=man, referral=None, why=why, by=by, now=now)
    return Done("Held. Nothing that is kept about him is disposed of until the hold is lifted.")


def _hold_case(referral: Referral, *, why: str, by: User, now: datetime) -> Done:
    holds.place_hold(participant=referral.participant, referral=referral, why=why, by=by, now=now)
    return Done("Held. Nothing of this case is disposed of until the hold is lifted.")


def _lift(hold: LegalHold, *, by: User, now: datetime) -> Done:
    holds.lift_hold(hold=hold, by=by, now=now)
    return Done("The hold is lifted.")


def _note_order(referral: Referral, *, basis: Basis, ordered_on: date, court: Court, by: User, now: datetime) -> Done:
    made = disposals.note_order(referral=referral, basis=basis, ordered_on=ordered_on, court=court, by=by, now=now)
    return Done("Noted. It is carried out once it has been approved twice; begin now.", then=page(made))


def _approve(one: Disposal, *, by: User, now: datetime) -> Done:
    gone = disposals.approve(disposal=one, by=by, now=now)
    said = "Disposed of. It can't be brought back." if gone else "Approved once. A second approval carries it out."
    return Done(said, then=page(one))


def _refuse(one: Disposal, *, why: str, by: User, now: datetime) -> Done:
    disposals.refuse(disposal=one, why=why, by=by, now=now)
    return Done("It stays.", then=page(one))


def _keep(program: Program, *, kind: Kept, months: int, source: str, by: User, now: datetime) -> Done:
    retention.keep_for(kind=kind, months=months, source=source, by=by, now=now)
    return Done(f"{KEPT_LABELS[kind]}: {length(months)} from now on.", then=reverse("office:keeping"))


declare(
    Deed(
        noun=Participant,
        name="legal-hold",
        label="Place a legal hold",
        form=forms.PlaceHold,
        do=_hold_man,
        roles=ADMINISTRATOR,
        aside=True,
    ),
    Deed(
        noun=Referral,
        name="legal-hold",
        label="Place a legal hold",
        form=forms.PlaceHold,
        do=_hold_case,
        roles=ADMINISTRATOR,
        aside=True,
    ),
    Deed(
        noun=Referral,
        name="court-order",
        label="Note an order to vacate, seal or expunge",
        form=forms.NoteOrder,
        do=_note_order,
        roles=ADMINISTRATOR,
        aside=True,
        warning="Read the order first: its court, its date, and the number of the case. A dismissal alone is none.",
    ),
    Deed(
        noun=LegalHold,
        name="lift",
        label="Lift the hold",
        do=_lift,
        offered=lambda one: one.lifted_at is None,
        roles=ADMINISTRATOR,
        warning="What waits to be disposed of may go then.",
    ),
    Deed(
        noun=Disposal,
        name="approve",
        label="Approve",
        form=forms.Approve,
        do=_approve,
        offered=lambda one: one.is_open,
        roles=ADMINISTRATOR,
        again=True,
        first=True,
        warning="What is disposed of can't be brought back, and copies that were delivered can't be recalled.",
    ),
    Deed(
        noun=Disposal,
        name="refuse",
        label="It stays",
        form=forms.Stays,
        do=_refuse,
        offered=lambda one: one.is_open,
        roles=ADMINISTRATOR,
        warning="What waits because of its age is proposed again in a year. An order of a court still binds.",
    ),
    Deed(
        noun=Program,
        name="keep",
        label="Change how long it is kept",
        form=forms.KeepFor,
        do=_keep,
        roles=ADMINISTRATOR,
        within=True,
    ),
)
