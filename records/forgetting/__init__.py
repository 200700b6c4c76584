"""Forgetting a case, a man, or a draft: rows and numbers stay for the counts, what says whose they are goes."""

from records.forgetting.actions import (
    AskedFor,
    HeldBack,
    JustNow,
    NotOver,
    StillKept,
    check_asked_for,
    forget_person,
    forget_referral,
)
from records.forgetting.drafts import AlreadySent, forget_submission

__all__ = [
    "AlreadySent",
    "AskedFor",
    "HeldBack",
    "JustNow",
    "NotOver",
    "StillKept",
    "check_asked_for",
    "forget_person",
    "forget_referral",
    "forget_submission",
]
