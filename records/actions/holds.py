"""Whoever may need the records as they are has them held: nothing of them goes meanwhile."""

from datetime import datetime

from django.db import transaction

from accounts.actors import has_role
from accounts.models import User
from accounts.roles import Role
from audit.actions import record
from core.refusal import Refusal
from courts.models import Referral
from participants.locks import lock_person
from participants.models import Participant
from records.models import LegalHold


class NotYours(Refusal):
    """Only an administrator decides about records."""


class WhyMissing(Refusal):
    pass


class HeldNoLonger(Refusal):
    pass


class OtherMansCase(Refusal):
    pass


class Forgotten(Refusal):
    """What is to be held has gone already."""


def administrator(by: User) -> None:
    """Raises NotYours."""
    if not has_role(by, Role.ADMINISTRATOR):
        raise NotYours("Only an administrator decides about this. Ask one.")


@transaction.atomic
def place_hold(*, participant: Participant, referral: Referral | None, why: str, by: User, now: datetime) -> LegalHold:
    """`referral`: None holds all that is kept about him. Raises NotYours, WhyMissing, OtherMansCase, Forgotten."""
    administrator(by)
    if not why.strip():
        raise WhyMissing("Say what the records are held for: the suit, the subpoena, the letter.")
    return hold_for(participant=there(participant, referral), referral=referral, why=why.strip(), by=by, now=now)


def there(man: Participant, referral: Referral | None = None) -> Participant:
    """Himself, locked, with what is kept about him, or of his case. Raises OtherMansCase, Forgotten."""
    himself = man.himself
    # The same lock under which something goes: whoever asks comes before it, or too late, and never between.
    lock_person(himself.pk)
    if referral is not None and referral.participant.himself != himself:
        raise OtherMansCase("This case is another man's. Open his file, and do it there.")
    for key in (himself.key, referral.key if referral is not None else himself.key):
        key.refresh_from_db()
        if key.destroyed_at is not None:
            raise Forgotten("This has been disposed of. Nothing more of it is kept.")
    return himself


def hold_for(*, participant: Participant, referral: Referral | None, why: str, by: User, now: datetime) -> LegalHold:
    """On whoever is `there`; the caller has looked who may."""
    hold = LegalHold.objects.create(participant=participant, referral=referral, why=why, placed_at=now, placed_by=by)
    said = {"why": why}
    record(by=by, now=now, verb="hold.placed", on=hold, key=participant.key, personal=said, facts=_facts(hold))
    return hold


@transaction.atomic
def lift_hold(*, hold: LegalHold, by: User, now: datetime) -> None:
    """Raises NotYours, HeldNoLonger."""
    administrator(by)
    if not LegalHold.objects.standing().filter(pk=hold.pk).update(lifted_at=now, lifted_by=by):
        raise HeldNoLonger("Somebody has lifted this hold already.")
    hold.refresh_from_db()
    record(by=by, now=now, verb="hold.lifted", on=hold, facts=_facts(hold))


def _facts(hold: LegalHold) -> dict[str, int | None]:
    return {"participant": hold.participant_id, "referral": hold.referral_id}
