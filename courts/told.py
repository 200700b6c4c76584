"""What stands in each kind of report, ready for JSON. No Django.

Every `_on` and `_by` is a `YYYY-MM-DD` of the court's time zone. Unless it says otherwise, None means that the line
isn't printed.
"""

from typing import NotRequired, TypedDict


class Letterhead(TypedDict):
    lines: list[str]
    callback_number: str


class CourtFacts(TypedDict):
    """`caption` is None where nothing is filed; `stamp_space` keeps the top right of page one blank."""

    caption: str | None
    number_label: str
    stamp_space: bool
    clerk_action: str | None


class CopyTo(TypedDict):
    role: str
    name: str


class Signer(TypedDict):
    name: str
    title: str


class VerifyFacts(TypedDict):
    """Where anybody can ask whether the report is genuine; `url` is also what the square code leads to."""

    url: str
    code: str


class CorrectedFacts(TypedDict):
    """The report that this one supersedes."""

    number: str
    issued_on: str
    what_changed: str


class ReportFacts(TypedDict):
    """What every report to a court says. `number` is empty until it is reserved."""

    letterhead: Letterhead
    number: str
    issued_on: str
    court: CourtFacts
    plaintiff: str
    defendant: str
    case_number: str | None
    incident_number: str | None
    referral_kind: str
    ordered_on: str | None
    hearing_on: str | None
    complete_by: str | None
    proof_due_by: str | None
    program_name: str
    distribution: list[CopyTo]
    signer: Signer
    statement: str
    corrected: CorrectedFacts | None
    verify: VerifyFacts | None


class RequiredAmount(TypedDict):
    sessions: int


class CompletedAmount(TypedDict):
    """`minutes`: those he was there, as in each of the sessions. Without any session: no days."""

    sessions: int
    minutes: int
    first_on: str | None
    last_on: str | None


class CreditedSession(TypedDict):
    week: int
    on: str
    theme: NotRequired[str | None]
    minutes: int
    note: str


class AttendedSession(TypedDict):
    """`how`: attended, made up, excused and the like, never why."""

    week: int
    on: str
    how: str


class RequirementFact(TypedDict):
    """`met` without a day: it was met before this court's own order, of which it isn't told more."""

    label: str
    met_on: str | None
    met: NotRequired[bool]


class DatedFact(TypedDict):
    on: str
    what: str


class EnrollmentFacts(ReportFacts):
    """`intake_on` None: before this court's order, or not yet held."""

    intake_on: str | None
    starts_on: str | None
    schedule: str
    required: RequiredAmount
    projected_on: str | None


class NotAcceptedFacts(ReportFacts):
    decided_on: str | None
    reason: str


class DidNotBeginFacts(ReportFacts):
    enroll_by: str | None
    start_by: str | None
    dated: list[DatedFact]


class PeriodFacts(TypedDict):
    from_on: str
    to_on: str


class CountedFacts(TypedDict):
    """Sessions in which he was credited, made up, was excused or not, or was there without credit."""

    credited: int
    made_up: int
    excused: int
    unexcused: int
    without_credit: int


class ProgressFacts(ReportFacts):
    period: PeriodFacts
    required: RequiredAmount
    counted: CountedFacts
    sessions: list[AttendedSession]
    assignments: str | None
    fee_standing: str | None
    compliance: str
    remarks: str
    next_report_on: str | None


class MoreTimeFacts(ReportFacts):
    """`can_finish_on` None: the sessions that are planned don't lead there."""

    binding_on: str | None
    required: RequiredAmount
    completed: CompletedAmount
    can_finish_on: str | None


class CompletionFacts(ReportFacts):
    required: RequiredAmount
    completed: CompletedAmount
    sessions: list[CreditedSession]
    requirements: list[RequirementFact]
    fee_standing: str | None
    certificate_number: str | None


class ComplianceFacts(ReportFacts):
    """Of a noncompliance notice, and of a discharge. `words`: what the reviewer wrote, by field; "" isn't printed."""

    rules: list[str]
    dated: list[DatedFact]
    warnings: list[DatedFact]
    required: RequiredAmount
    completed: CompletedAmount
    words: dict[str, str]


class WithoutFaultFacts(ReportFacts):
    required: RequiredAmount
    completed: CompletedAmount


class OriginalFacts(TypedDict):
    number: str
    issued_on: str


class DuplicateFacts(ReportFacts):
    """Repeats what the original certified, word for word."""

    original: OriginalFacts
    required: RequiredAmount
    completed: CompletedAmount
    certificate_number: str | None
