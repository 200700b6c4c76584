"""Whether a new arrest is known: written under his code, and read by nobody by his name."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from outcomes.actions.asking import secret_of
from outcomes.actions.codes import month_of
from outcomes.kinds import Arrest, Moment
from outcomes.models import FollowUp, FollowUpDue, Subject
from outcomes.sealing import CannotOpen, opened


class SaidAlready(Refusal):
    pass


@transaction.atomic
def note_arrest(*, due: FollowUpDue, known: Arrest, by: User, now: datetime) -> None:
    """What is known, without a word on where from. It can't be looked up or corrected later. Raises SaidAlready."""
    related = FollowUpDue.objects.select_related("enrollment__program").select_for_update(of=("self",))
    due = related.get(pk=due.pk)
    if due.is_said or not due.sealed:
        raise SaidAlready("This has been noted already, or nothing leads to his code any more. Nothing is to be done.")
    moment = Moment(due.moment)
    try:
        code = uuid.UUID(opened(bytes(due.sealed), by=secret_of(due.enrollment, moment)))
    except CannotOpen:
        raise SaidAlready("This can't be noted any more: the secret by which it was asked has been changed.") from None
    subject = Subject.objects.filter(pk=code).first()
    if subject:
        FollowUp.objects.create(subject=subject, moment=moment, month=month_of(due.enrollment, now), known=known)
    due.is_said, due.sealed = True, b""
    due.save(update_fields=["is_said", "sealed"])
    record(by=by, now=now, verb="follow_up.noted", on=due.enrollment, facts={"moment": moment})
