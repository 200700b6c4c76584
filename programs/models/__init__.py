from programs.models.cohort import Cohort, Session, SessionLeader
from programs.models.enrollment import Booking, BreakApproval, Enrollment, Requirement, Seat, StandingChange
from programs.models.evening import CalendarFeed, SessionNote, Visitor
from programs.models.mark import Mark
from programs.models.money import (
    BooksClosing,
    FeeEntry,
    FeeSchedule,
    FeeStep,
    FundShare,
    Installment,
    PaymentPlan,
    WaiverRequest,
)
from programs.models.program import Curriculum, DayOff, EligibilityItem, Module, Policy, Program, Signer

__all__ = [
    "Booking",
    "BooksClosing",
    "BreakApproval",
    "CalendarFeed",
    "Cohort",
    "Curriculum",
    "DayOff",
    "EligibilityItem",
    "Enrollment",
    "FeeEntry",
    "FeeSchedule",
    "FeeStep",
    "FundShare",
    "Installment",
    "Mark",
    "Module",
    "PaymentPlan",
    "Policy",
    "Program",
    "Requirement",
    "Seat",
    "Session",
    "SessionLeader",
    "SessionNote",
    "Signer",
    "StandingChange",
    "Visitor",
    "WaiverRequest",
]
