"""What can be done, a module a part of the house. Reading these declares it in `office.doing.TABLE`."""

from office.deeds import (
    courts,
    deliveries,
    desks,
    flags,
    groups,
    intakes,
    messages,
    people,
    placing,
    policies,
    programs,
    referrals,
    reports,
    schedules,
    staff,
)
from office.doing import TABLE, Deed

__all__ = [
    "courts",
    "declared",
    "deliveries",
    "desks",
    "flags",
    "groups",
    "intakes",
    "messages",
    "people",
    "placing",
    "policies",
    "programs",
    "referrals",
    "reports",
    "schedules",
    "staff",
]


def declared() -> list[Deed]:
    return list(TABLE.values())
