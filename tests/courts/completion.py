"""The facts of an ordinary completion report."""

import re
from datetime import date, timedelta
from typing import Any

from courts.told import CompletionFacts

FIRST = date(2026, 1, 6)
# Each place where something typed by a person is printed.
TYPED = [
    "defendant",
    "plaintiff",
    "case_number",
    "number",
    "referral_kind",
    "program_name",
    "fee_standing",
    "certificate_number",
    "letterhead.lines[0]",
    "letterhead.lines[2]",
    "court.caption",
    "court.clerk_action",
    "sessions[2].theme",
    "sessions[2].note",
    "requirements[0].label",
    "distribution[0].role",
    "distribution[0].name",
    "signer.name",
    "signer.title",
    "statement",
]


def completion_facts() -> CompletionFacts:
    weeks = [(FIRST + timedelta(weeks=week)).isoformat() for week in range(10)]
    return {
        "letterhead": {
            "lines": [
                "Northwest Accountability Program",
                "1200 Fifth Avenue, Suite 800",
                "Seattle, WA 98101",
            ],
            "callback_number": "206-555-0142",
        },
        "number": "K-2026-00017",
        "issued_on": "2026-03-12",
        "court": {
            "caption": "IN THE MUNICIPAL COURT FOR THE CITY OF KENT, KING COUNTY, STATE OF WASHINGTON",
            "number_label": "Cause",
            "stamp_space": False,
            "clerk_action": None,
        },
        "plaintiff": "City of Kent",
        "defendant": "Roberto Álvarez-O’Neil",
        "case_number": "26-0413",
        "incident_number": None,
        "referral_kind": "Pretrial diversion",
        "ordered_on": "2025-12-04",
        "hearing_on": "2026-04-02",
        "complete_by": "2026-03-20",
        "proof_due_by": "2026-03-27",
        "program_name": "Ten-week education program",
        "required": {"sessions": 10},
        "completed": {"sessions": 10, "minutes": 1200, "first_on": weeks[0], "last_on": weeks[-1]},
        "sessions": [
            {"week": week, "on": on, "minutes": 120, "note": "Make-up" if week == 5 else ""}
            for week, on in enumerate(weeks, start=1)
        ],
        "requirements": [
            {"label": "Intake interview", "met_on": "2025-12-15"},
            {"label": "Exit interview", "met_on": "2026-03-11"},
        ],
        "fee_standing": "Paid in full",
        "certificate_number": "C-2026-0009",
        "distribution": [
            {"role": "Clerk", "name": "Kent Municipal Court"},
            {"role": "Prosecutor", "name": "Kent City Attorney"},
        ],
        "signer": {"name": "Denise Kowalski", "title": "Program Coordinator"},
        "statement": "This report is about attendance and requirements only; it is not a risk assessment.",
        "corrected": None,
        "verify": None,
    }


def with_value(path: str, value: Any) -> CompletionFacts:
    """The facts with one value put in at a path like `sessions[3].theme`."""
    facts = completion_facts()
    *way, last = [int(step) if step.isdigit() else step for step in re.findall(r"\w+", path)]
    place: Any = facts
    for step in way:
        place = place[step]
    place[last] = value
    return facts
