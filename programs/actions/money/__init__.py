"""What is done to a man's ledger, and to the program's books. Nothing in them is ever changed or deleted."""

from programs.actions.money.closing import close_books
from programs.actions.money.ledger import assess, pay, refund, reverse, steps_of
from programs.actions.money.plans import end_plan, plan_payments
from programs.actions.money.receipting import Paper, give_receipt
from programs.actions.money.refusals import (
    AlreadyAsked,
    AlreadyAssessed,
    AlreadyDecided,
    AlreadyTakenBack,
    BooksClosed,
    KeyUsed,
    MoreThanOwed,
    MoreThanPaid,
    NoFees,
    NoReceipt,
    NotAnAmount,
    NothingOwed,
    NotInOrder,
    NotTakenBack,
    NotThatDay,
    NotYetOver,
    NotYoursToDecide,
    PlanDoesNotAddUp,
    SharesDoNotAddUp,
    StepsIncomplete,
    WhyMissing,
)
from programs.actions.money.schedules import new_schedule
from programs.actions.money.settling import due_of, settle, standing_of
from programs.actions.money.waivers import ask_to_waive, decide_waiver

__all__ = [
    "AlreadyAsked",
    "AlreadyAssessed",
    "AlreadyDecided",
    "AlreadyTakenBack",
    "BooksClosed",
    "KeyUsed",
    "MoreThanOwed",
    "MoreThanPaid",
    "NoFees",
    "NoReceipt",
    "NotAnAmount",
    "NotInOrder",
    "NotTakenBack",
    "NotThatDay",
    "NotYetOver",
    "NotYoursToDecide",
    "NothingOwed",
    "Paper",
    "PlanDoesNotAddUp",
    "SharesDoNotAddUp",
    "StepsIncomplete",
    "WhyMissing",
    "ask_to_waive",
    "assess",
    "close_books",
    "decide_waiver",
    "due_of",
    "end_plan",
    "give_receipt",
    "new_schedule",
    "pay",
    "plan_payments",
    "refund",
    "reverse",
    "settle",
    "standing_of",
    "steps_of",
]
