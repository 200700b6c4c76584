"""A case goes, and the man with the last of his. Who says so, and how often, stands in `records.actions.disposals`."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Model, Q

from accounts.actors import Actor
from audit.actions import record
from audit.models import name_of
from core.refusal import Refusal
from courts.actions.imports import hold_lists
from courts.actions.locks import locked
from courts.models import CourtPaper, Deadline, Hearing, Recipient, Referral
from courts.models.referral import ReferralQuerySet
from courts.moves import OVER
from messaging.models import InboundText, Message, MessageQuerySet, State
from outcomes.actions import forgetting as answers
from participants.locks import lock_another, lock_person
from participants.models import ContactPoint, Participant
from participants.twice import keys_of
from programs.models import Enrollment
from records.forgetting import elsewhere, remains, walk
from records.forgetting.sought import Sought, of_case, of_men, of_names
from records.models import LegalHold, OwnFile
from vault.models import Key, KeyQuerySet

FORGOTTEN = "forgotten"


class NotOver(Refusal):
    """The case is open."""


class StillKept(Refusal):
    """A case of his is kept."""


class HeldBack(Refusal):
    """A legal hold stands."""


class AskedFor(Refusal):
    """He asked for what is kept about him, and it is being prepared."""


class JustNow(Refusal):
    """A message about him is in the hands of the mail server."""


@transaction.atomic
def forget_referral(referral: Referral, *, by: Actor, now: datetime) -> None:
    """The case; and the man, where no other case of his is kept. Again: what came back since goes once more.

    Raises NotOver, HeldBack, AskedFor, JustNow, StillComingIn, participants.locks.Elsewhere,
    vault.ledger.LedgerOutOfReach; nothing is destroyed then.
    """
    hold_lists()
    referral = locked(referral)
    if referral.state not in OVER:
        raise NotOver("This case is still open. Close it first; nothing was destroyed.")
    himself = referral.participant.himself
    _held_back(LegalHold.objects.over(referral))
    check_asked_for(himself)
    _not_going_out(_about(referral))
    if not kept_cases(himself).exclude(pk=referral.pk).exists():
        _lock_other_files(himself)
        _not_going_out(_of(himself))
    forget_case(referral, by=by, now=now)


def forget_case(referral: Referral, *, by: Actor, now: datetime, stop_lists: bool = False) -> None:
    """Whatever its state, and whoever holds it: the caller has looked, or it was forgotten once already.

    `stop_lists`: a list in which he stands ends where it is; else StillComingIn is raised.
    """
    sought, charged = of_case(referral), of_names(referral.name_as_charged)
    _say_nothing_more(_about(referral))
    first = remains.keep(referral)
    _stop(referral, now)
    destroyed = _keys(referral).destroy(now=now)
    counted = walk.forget(Referral, [referral.pk], zone=referral.zone)
    counted += elsewhere.forget(sought, lists=_lists(referral), stop_lists=stop_lists, by=by, now=now)
    if first or destroyed:
        record(by=by, now=now, verb="referral.forgotten", on=referral, facts={"rows": dict(sorted(counted.items()))})
    himself = referral.participant.himself
    if not kept_cases(himself).exists():
        forget_man(himself, sought | charged, by=by, now=now, stop_lists=stop_lists)


@transaction.atomic
def forget_person(participant: Participant, *, by: Actor, now: datetime) -> None:
    """A man without a case that is kept, with whoever turned out to be he.

    Raises StillKept, HeldBack, AskedFor, JustNow, StillComingIn, participants.locks.Elsewhere,
    vault.ledger.LedgerOutOfReach; nothing is destroyed then.
    """
    hold_lists()
    lock_person(participant.pk)
    himself = Participant.objects.select_related("merged_into").get(pk=participant.pk).himself
    if himself.pk != participant.pk:
        lock_another(himself.pk, held=participant.pk)
    _lock_other_files(himself)
    if kept_cases(himself).exists():
        raise StillKept("A case of his is still kept. Dispose of that one first; nothing was destroyed.")
    _held_back(LegalHold.objects.about(himself))
    check_asked_for(himself)
    _not_going_out(_of(himself))
    forget_man(himself, Sought(), by=by, now=now)


def kept_cases(himself: Participant) -> ReferralQuerySet:
    return Referral.objects.filter(participant__in=Participant.objects.selves(himself)).known()


def forget_man(himself: Participant, also: Sought, *, by: Actor, now: datetime, stop_lists: bool = False) -> None:
    """As `forget_case`."""
    men = list(Participant.objects.selves(himself).order_by("pk"))
    pks = [one.pk for one in men]
    sought = also | of_men(men)
    points = ContactPoint.objects.filter(participant__in=pks)
    texts = InboundText.objects.filter(number__in=points.exclude(value="").values("value"))
    texts.filter(contact_point=None).update(number="", body="")
    _say_nothing_more(_of(himself))
    # What is in use stands once, and nothing goes there any more.
    points.filter(ended_at=None).update(ended_at=now)
    _forget_answers(pks, by, now)
    destroyed = keys_of(himself).destroy(now=now)
    counted = walk.forget(Participant, pks, zone=ZoneInfo(himself.time_zone))
    Participant.objects.filter(pk__in=pks).update(to_compare=False)
    counted += elsewhere.forget(sought, lists=(), stop_lists=stop_lists, by=by, now=now)
    if destroyed:
        facts = {"men": pks, "rows": dict(sorted(counted.items()))}
        record(by=by, now=now, verb="participant.forgotten", on=himself, facts=facts)


def _forget_answers(men: list[int], by: Actor, now: datetime) -> None:
    """What he answered under a code, as long as something leads to it."""
    for enrollment in Enrollment.objects.filter(participant__in=men).order_by("pk"):
        answers.forget(enrollment=enrollment, by=by, now=now)


def _lock_other_files(himself: Participant) -> None:
    """Of one who was here twice: they are blanked with his own, by whoever holds that one. Raises Elsewhere."""
    others = Participant.objects.filter(merged_into=himself.pk).order_by("pk")
    for pk in others.values_list("pk", flat=True):
        lock_another(pk, held=himself.pk)


def _held_back(holds: Iterable[LegalHold]) -> None:
    for _ in holds:
        raise HeldBack("A legal hold stands: nothing of this goes until it is lifted. Nothing was destroyed.")


def check_asked_for(himself: Participant) -> None:
    """Raises AskedFor: what he asked to see doesn't go while somebody puts it together for him."""
    if OwnFile.objects.open().about(himself).exists():
        raise AskedFor(
            "He asked for what is kept about him, and it isn’t handed over yet. Hand it over first, or note that he "
            "no longer asks. Nothing was destroyed."
        )


def _keys(referral: Referral) -> KeyQuerySet:
    papers = CourtPaper.objects.filter(referral=referral).values("key")
    return Key.objects.filter(Q(pk=referral.key_id) | Q(pk__in=papers))


def _lists(referral: Referral) -> list[int]:
    return [referral.list_import_id] if referral.list_import_id else []


# --- What would go on by itself


def _stop(referral: Referral, now: datetime) -> None:
    """Nothing more is sent about it, and no date of it calls anybody."""
    Recipient.objects.filter(referral=referral, ended_at=None).update(ended_at=now)
    dates = Deadline.objects.filter(referral=referral)
    dates.exclude(next_alert_on=None).update(next_alert_on=None)
    # Of what is still to come only the month would be left: it would count as late from the month's first day on.
    to_come = dates.open().filter(due_on__gte=now.astimezone(referral.program.zone).date())
    to_come.update(state=Deadline.State.WAIVED, settled_at=now)
    # Of a hearing only the month stays.
    Hearing.objects.filter(referral=referral).update(time_known=False)


def _about(referral: Referral) -> MessageQuerySet:
    return Message.objects.filter(about__in=_named(Referral, [referral.pk]))


def _of(himself: Participant) -> MessageQuerySet:
    return Message.objects.filter(participant__in=Participant.objects.selves(himself))


def _not_going_out(messages: MessageQuerySet) -> None:
    """Raises JustNow."""
    if messages.filter(state=State.SENDING).exists():
        raise JustNow("A message about this is going out at this moment. Try again in a few minutes.")


def _say_nothing_more(messages: MessageQuerySet) -> None:
    messages.filter(state=State.QUEUED).update(state=State.SKIPPED, reason=FORGOTTEN)
    messages.update(address="", subject="", body="")


def _named(target: type[Model], ids: list[int]) -> list[str]:
    """As messages name them: the case itself, and each record of it."""
    return [name_of(one) for found in walk.records_of(target, ids) for one in found.only("pk")]
