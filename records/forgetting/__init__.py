"""Forgetting a case, a man, or a draft: rows and numbers stay for the counts, what says whose they are goes."""

from records.forgetting.actions import HeldBack, JustNow, NotOver, StillKept, forget_person, forget_referral
from records.forgetting.drafts import AlreadySent, forget_submission

__all__ = [
    "AlreadySent",
    "HeldBack",
    "JustNow",
    "NotOver",
    "StillKept",
    "forget_person",
    "forget_referral",
    "forget_submission",
]
