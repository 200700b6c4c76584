"""Every noun of every app, a module a floor. Reading these registers them."""

from office.admin import (
    audit,
    cohorts,
    courts,
    desks,
    disclosures,
    enrollments,
    lists,
    messages,
    money,
    people,
    programs,
    records,
    reports,
    staff,
    wordings,
)
from office.site import office

__all__ = [
    "audit", "cohorts", "courts", "desks", "disclosures", "enrollments", "lists", "messages", "money", "office",
    "people", "programs", "records", "reports", "staff", "wordings",
]  # fmt: skip
