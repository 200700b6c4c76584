"""What can be done, a module a part of the house. Reading these declares it in `office.doing.TABLE`."""

from office.deeds import groups, people, referrals, reports
from office.doing import TABLE, Deed

__all__ = ["declared", "groups", "people", "referrals", "reports"]


def declared() -> list[Deed]:
    return list(TABLE.values())
