"""What can be done, a module a part of the house. Reading these declares it in `office.doing.TABLE`."""

from office.deeds import (
    courts,
    deliveries,
    desks,
    disclosures,
    fees,
    figures,
    flags,
    groups,
    intakes,
    keeping,
    lists,
    messages,
    money,
    people,
    placing,
    policies,
    programs,
    questions,
    referrals,
    reports,
    schedules,
    staff,
    twice,
)
from office.doing import TABLE, Deed

__all__ = [
    "courts",
    "declared",
    "deliveries",
    "desks",
    "disclosures",
    "fees",
    "figures",
    "flags",
    "groups",
    "intakes",
    "keeping",
    "lists",
    "messages",
    "money",
    "people",
    "placing",
    "policies",
    "programs",
    "questions",
    "referrals",
    "reports",
    "schedules",
    "staff",
    "twice",
]


def declared() -> list[Deed]:
    return list(TABLE.values())
