"""Every noun of every app, a module a floor. Reading these registers them."""

from office.admin import audit, cohorts, courts, enrollments, messages, people, programs, reports, staff
from office.site import office

__all__ = [
    "audit", "cohorts", "courts", "enrollments", "messages", "office", "people", "programs", "reports", "staff"
]  # fmt: skip
