"""What can be done, a module a part of the house. Reading these declares it in `office.doing.TABLE`."""

from office.deeds import groups, people, referrals, reports, staff
from office.doing import TABLE, Deed

__all__ = ["declared", "groups", "people", "referrals", "reports", "staff"]


def declared() -> list[Deed]:
    return list(TABLE.values())
