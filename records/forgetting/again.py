"""An older state of the database came back: what had been forgotten goes again, whatever it says of itself now."""

from collections.abc import Sequence
from datetime import datetime

from accounts.actors import Task
from courts.actions.imports import hold_lists
from courts.models import Referral, Submission
from outcomes.actions.forgetting import forget_answers_again
from participants.models import Participant
from records.forgetting.actions import forget_case, forget_man
from records.forgetting.drafts import forget_draft
from records.forgetting.sought import Sought
from vault.models import Key

BY = Task("records.forget_again")


def forget_again(keys: Sequence[Key], now: datetime) -> None:
    """Of each of these keys, what isn't written under it: names, numbers, dates. In the caller's transaction.

    No hold, no state and no list that comes in stops it: it was decided, and done, before.
    """
    back = [key.pk for key in keys]
    hold_lists()
    for referral in Referral.objects.select_related("key", "participant__key", "court").filter(key__in=back):
        forget_case(referral, by=BY, now=now, stop_lists=True)
    for draft in Submission.objects.filter(key__in=back, referral=None):
        forget_draft(draft, by=BY, now=now)
    for man in Participant.objects.filter(key__in=back).select_related("merged_into"):
        # The two may have been taken apart since, and he alone forgotten: the other one is left as he is.
        himself = man.himself if man.himself.key_id in back else man
        forget_man(himself, Sought(), by=BY, now=now, stop_lists=True)
    forget_answers_again(back, now=now)
