"""A referral that a court began and never sent."""

from datetime import datetime

from django.db import transaction

from accounts.actors import Actor
from audit.actions import record
from core.refusal import Refusal
from courts.models import CourtPaper, Submission
from vault.models import Key


class AlreadySent(Refusal):
    pass


@transaction.atomic
def forget_submission(submission: Submission, *, by: Actor, now: datetime) -> None:
    """With its papers. Again: nothing more happens. Raises AlreadySent; nothing is destroyed then."""
    draft = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    if draft.referral_id is not None:
        raise AlreadySent("This draft was sent, and is a case now. Look at that case instead.")
    forget_draft(draft, by=by, now=now)


def forget_draft(draft: Submission, *, by: Actor, now: datetime) -> None:
    if draft.discarded_at is None:
        draft.discarded_at = now
        draft.save(update_fields=["discarded_at"])
    papers = CourtPaper.objects.filter(submission=draft).values("key")
    keys = Key.objects.filter(pk__in=[draft.key_id, *papers.values_list("key", flat=True)])
    if keys.destroy(now=now):
        record(by=by, now=now, verb="submission.forgotten", on=draft)
