from programs.models.cohort import Cohort, Session, SessionLeader
from programs.models.enrollment import Booking, Enrollment, Requirement, Seat, StandingChange
from programs.models.mark import Mark
from programs.models.program import Curriculum, DayOff, EligibilityItem, Module, Policy, Program, Signer

__all__ = [
    "Booking",
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
    "Signer",
    "StandingChange",
]
