"""The facts of each kind of report as they may come: ordinary, with as little as can be, with as much as can be."""

from datetime import date, timedelta
from typing import Any

from courts import words
from courts.steps import ReportKind
from courts.told import CompletedAmount, DatedFact, ReportFacts
from tests.courts.completion import completion_facts

UNBROKEN = "Ábcdefghij" * 13 + "Ábcdef"
NOT_SHARED = ("required", "completed", "sessions", "requirements", "fee_standing", "certificate_number")
VERIFY = {"url": "https://onus.example.org/verify/#K-2026-00017.7QHFM2KX94TD0000", "code": "7QHF-M2KX-94TD-0000"}
CORRECTED = {
    "number": "K-2026-00011",
    "issued_on": "2026-03-05",
    "what_changed": "Week 4 was attended on January 27, 2026; the report said that it was not.",
}
NO_SESSION: CompletedAmount = {"sessions": 0, "minutes": 0, "first_on": None, "last_on": None}
SOME: CompletedAmount = {"sessions": 4, "minutes": 480, "first_on": "2026-01-06", "last_on": "2026-02-03"}
TEN = {"sessions": 10}
EVENINGS = [
    {"week": week, "on": (date(2026, 1, 6) + timedelta(weeks=week)).isoformat(), "how": how}
    for week, how in enumerate(
        ["Attended", "Attended", "Excused absence", "Made up", "Unexcused absence", "Attended without credit"], start=1
    )
]
DATED: list[DatedFact] = [
    {"on": "2026-01-20", "what": "Did not attend the session; excused"},
    {"on": "2026-02-10", "what": "Did not attend the session; not excused"},
    {"on": "2026-02-17", "what": "Did not attend the session; not excused"},
]
WARNED: list[DatedFact] = [
    {"on": "2026-02-11", "what": "The program warned him of the consequences of another absence"}
]


def shared() -> dict[str, Any]:
    return {name: value for name, value in completion_facts().items() if name not in NOT_SHARED}


def _written(kind: ReportKind) -> dict[str, str]:
    said = words.written(kind, {}, corrects=False)
    return {name: text for name, text in said.items() if name != "rule"}


OWN: dict[ReportKind, dict[str, Any]] = {
    ReportKind.ENROLLMENT: {
        "intake_on": "2025-12-15",
        "starts_on": "2026-01-06",
        "schedule": "Tuesdays, 7:00 to 9:00 p.m.",
        "required": TEN,
        "projected_on": "2026-03-10",
    },
    ReportKind.NOT_ACCEPTED: {"decided_on": "2026-03-11", "reason": words.NOT_ACCEPTED_BECAUSE["criteria"]},
    ReportKind.DID_NOT_BEGIN: {
        "enroll_by": "2026-01-15",
        "start_by": "2026-02-01",
        "dated": [
            {"on": "2026-01-08", "what": "Did not attend the intake appointment"},
            {"on": "2026-01-20", "what": "Did not attend the session"},
        ],
    },
    ReportKind.PROGRESS: {
        "period": {"from_on": "2026-01-01", "to_on": "2026-03-12"},
        "required": TEN,
        "counted": {"credited": 3, "made_up": 1, "excused": 1, "unexcused": 1, "without_credit": 1},
        "sessions": EVENINGS,
        "assignments": "Not all handed in yet",
        "fee_standing": "On a plan",
        "compliance": "At risk",
        "remarks": "",
        "next_report_on": "2026-04-10",
    },
    ReportKind.MORE_TIME: {
        "binding_on": "2026-03-20",
        "required": TEN,
        "completed": SOME,
        "can_finish_on": "2026-04-14",
    },
    ReportKind.NONCOMPLIANCE: {
        "rules": ["After 2 unexcused absences the program notifies the court."],
        "dated": DATED,
        "warnings": WARNED,
        "required": TEN,
        "completed": SOME,
        "words": _written(ReportKind.NONCOMPLIANCE),
    },
    ReportKind.COMPLETION: {name: value for name, value in completion_facts().items() if name in NOT_SHARED},
    ReportKind.WITHOUT_FAULT: {"required": TEN, "completed": SOME},
    ReportKind.DISCHARGE: {
        "rules": [
            words.written(ReportKind.DISCHARGE, {}, corrects=False)["rule"],
            "After 2 unexcused absences the program notifies the court.",
        ],
        "dated": DATED,
        "warnings": WARNED,
        "required": TEN,
        "completed": SOME,
        "words": _written(ReportKind.DISCHARGE),
    },
    ReportKind.DUPLICATE_CERTIFICATE: {
        "original": {"number": "K-2026-00011", "issued_on": "2026-03-05"},
        "required": TEN,
        "completed": completion_facts()["completed"],
        "certificate_number": "K-2026-00017",
    },
}
# What each kind says where there is least to say.
LEAST: dict[ReportKind, dict[str, Any]] = {
    ReportKind.ENROLLMENT: {"intake_on": None, "starts_on": None, "schedule": "", "projected_on": None},
    ReportKind.NOT_ACCEPTED: {"decided_on": None},
    ReportKind.DID_NOT_BEGIN: {"enroll_by": None, "start_by": None, "dated": []},
    ReportKind.PROGRESS: {
        "counted": {"credited": 0, "made_up": 0, "excused": 0, "unexcused": 0, "without_credit": 0},
        "sessions": [],
        "assignments": None,
        "fee_standing": None,
        "next_report_on": None,
    },
    ReportKind.MORE_TIME: {"binding_on": None, "completed": NO_SESSION, "can_finish_on": None},
    ReportKind.NONCOMPLIANCE: {
        "dated": [],
        "warnings": [],
        "completed": NO_SESSION,
        "words": {"warnings": "", "chance_to_cure": "", "re_entry": ""},
    },
    ReportKind.COMPLETION: {"requirements": [], "fee_standing": None},
    ReportKind.WITHOUT_FAULT: {"completed": NO_SESSION},
    ReportKind.DISCHARGE: {
        "rules": ["The program discharges a participant who does not meet its attendance policy."],
        "dated": [],
        "warnings": [],
        "completed": NO_SESSION,
        "words": {"warnings": "", "chance_to_cure": "", "re_entry": ""},
    },
    ReportKind.DUPLICATE_CERTIFICATE: {},
}


def ordinary(kind: ReportKind) -> ReportFacts:
    return shared() | OWN[kind]  # type: ignore[return-value]  # a mapping put together is no TypedDict to mypy


def emptiest(kind: ReportKind) -> ReportFacts:
    """Unfiled, without a date of the court's, and nobody copied but one."""
    bare: dict[str, Any] = {
        "ordered_on": None,
        "hearing_on": None,
        "complete_by": None,
        "proof_due_by": None,
        "plaintiff": "",
    }
    bare |= {"case_number": None, "incident_number": "24-118821", "distribution": shared()["distribution"][1:]}
    bare |= {"court": {"caption": None, "number_label": "Case", "stamp_space": False, "clerk_action": None}}
    return ordinary(kind) | bare | LEAST[kind]  # type: ignore[return-value]


def longest(kind: ReportKind) -> ReportFacts:
    """Each text as long as its field is, long names, a stamp space, a correction and a place to verify it."""
    facts: Any = _lengthened(ordinary(kind))
    facts["court"] |= {"stamp_space": True, "clerk_action": "CLERK'S ACTION REQUIRED: File this report."}
    facts |= {"defendant": UNBROKEN, "plaintiff": UNBROKEN, "corrected": CORRECTED | _long("what_changed")}
    facts["distribution"] = [{"role": f"Party {n}", "name": UNBROKEN} for n in range(1, 7)]
    facts["verify"] = VERIFY | {
        "url": "https://" + "onus-of-a-long-name." * 6 + "example.org/verify/#K-2026-00017.7QHFM2KX94TD0000"
    }
    for name in ("sessions", "dated", "warnings"):
        if name in facts:
            facts[name] = facts[name] * 6
    return facts


def _long(name: str) -> dict[str, str]:
    sentence = "Did not attend on the day named here; attended again in the week after it. "
    return {name: (sentence * 20)[:600].strip()}


def _lengthened(facts: Any) -> Any:
    for name in ("remarks", "rules", "words"):
        match facts.get(name):
            case str():
                facts |= _long(name)
            case list():
                facts[name] = [_long(name)[name]] * 3
            case dict():
                facts[name] = {key: _long(key)[key] for key in facts[name]}
    return facts
