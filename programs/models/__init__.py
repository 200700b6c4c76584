from programs.models.cohort import Cohort, Session, SessionLeader
from programs.models.enrollment import Booking, BreakApproval, Enrollment, Requirement, Seat, StandingChange
from programs.models.evening import CalendarFeed, SessionNote, Visitor
from programs.models.mark import Mark
from programs.models.program import Curriculum, DayOff, EligibilityItem, Module, Policy, Program, Signer

__all__ = [
    "Booking",
    "BreakApproval",
    "CalendarFeed",
    "Cohort",
    "Curriculum",
    "DayOff",
    "EligibilityItem",
    "Enrollment",
    "Mark",
    "Module",
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
]
