"""Papers that come with a referral: looked through, kept encrypted, read by the office."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from courts import cells, papers
from courts.actions.submissions import locked_draft
from courts.models import CourtPaper, Submission

MOST = 10
LONGEST_NAME = 150


class TooMany(Refusal):
    pass


class NotThere(Refusal):
    pass


def attach(*, submission: Submission, name: str, content: bytes, by: User, now: datetime) -> CourtPaper:
    """The same file twice is one paper. Raises UnfitPaper, TooMany, NotYours, NoDraft."""
    # Before any lock is taken: looking through a PDF may take seconds.
    media_type = papers.media_type(content)
    return _attach(submission, name, media_type, content, by=by, now=now)


@transaction.atomic
def _attach(
    submission: Submission, name: str, media_type: str, content: bytes, *, by: User, now: datetime
) -> CourtPaper:
    draft, digest = locked_draft(submission, by), sha256(content).hexdigest()
    there = draft.papers.filter(removed_at=None)
    same = there.filter(sha256=digest).first()
    if same is not None:
        return same
    if there.count() >= MOST:
        raise TooMany(f"There are {MOST} papers already. Take one away first.")
    made = CourtPaper.objects.create(
        key=draft.key,
        submission=draft,
        name=_shown(name),
        media_type=media_type,
        size=len(content),
        sha256=digest,
        content=content,
        at=now,
        by=by,
    )
    record(by=by, now=now, verb="paper.attached", on=made, facts={"type": media_type, "size": len(content)})
    return made


def _shown(name: str) -> str:
    """Without a path and without hidden letters; it is shown, and never used to find anything."""
    bare, _ = cells.text(name.replace("\\", "/").rpartition("/")[2][-LONGEST_NAME:], LONGEST_NAME)
    return bare or "paper"


@transaction.atomic
def remove(*, paper: CourtPaper, by: User, now: datetime) -> None:
    """From a draft. Of what was in it nothing stays. Raises NotThere, NotYours, NoDraft."""
    if paper.submission is None:
        raise NotThere("This paper belongs to no draft.")
    locked_draft(paper.submission, by)
    paper.content, paper.name, paper.removed_at = b"", "", now
    paper.save(update_fields=["content", "name", "removed_at"])
    record(by=by, now=now, verb="paper.removed", on=paper)


@transaction.atomic
def read(*, paper: CourtPaper, by: User, now: datetime) -> CourtPaper:
    """By the office: a look, and from now on it counts as read."""
    found = CourtPaper.objects.select_for_update(of=("self",)).select_related("key").get(pk=paper.pk)
    if found.read_at is None:
        found.read_at, found.read_by = now, by
        found.save(update_fields=["read_at", "read_by"])
    record(by=by, now=now, verb="paper.read", on=found, facts={"referral": found.referral_id})
    return found
