"""What can be done, a module a part of the house. Reading these declares it in `office.doing.TABLE`."""

from office.deeds import deliveries, groups, people, placing, policies, referrals, reports, schedules, staff
from office.doing import TABLE, Deed

__all__ = [
    "declared",
    "deliveries",
    "groups",
    "people",
    "placing",
    "policies",
    "referrals",
    "reports",
    "schedules",
    "staff",
]


def declared() -> list[Deed]:
    return list(TABLE.values())
