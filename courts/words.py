"""What a reviewer may write into a report, kind by kind: all else comes from the rows. No Django."""

from collections.abc import Mapping
from dataclasses import dataclass

from courts.steps import ReportKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """`choices`: one of these, by its key, and nothing else. `default` stands there until somebody writes."""

    name: str
    label: str
    hint: str = ""
    limit: int = 600
    default: str = ""
    required: bool = False
    choices: Mapping[str, str] | None = None


FACTS = "Facts and days only: “did not attend March 3”, never “refused”. No reason for an absence, no diagnosis."

# Neutral on purpose: why a man can't be taken is nobody's business but his and the program's.
NOT_ACCEPTED_BECAUSE = {
    "criteria": "does not meet the program's criteria for enrollment",
    "no_place": "could not be given a place that would let the program be completed in time",
    "not_reached": "could not be reached at the addresses given to the program",
}
RE_ENTRY = "Re-entry into the program requires a new referral or the written approval of the program."

_WARNINGS = Field(
    name="warnings",
    label="Warnings that were given, beside those listed",
    hint="Which day, by which way. " + FACTS,
)
FIELDS: dict[ReportKind, tuple[Field, ...]] = {
    ReportKind.NOT_ACCEPTED: (
        Field(
            name="reason",
            label="Why he was not accepted",
            default="criteria",
            limit=20,
            required=True,
            choices=NOT_ACCEPTED_BECAUSE,
        ),
    ),
    ReportKind.PROGRESS: (Field(name="remarks", label="Remarks", hint=FACTS),),
    ReportKind.NONCOMPLIANCE: (
        _WARNINGS,
        Field(
            name="chance_to_cure",
            label="The chance to cure",
            hint="What he can still do, and by which day.",
            default="Missed sessions may be made up as far as the program's policy allows.",
        ),
        Field(name="re_entry", label="Re-entry", default=RE_ENTRY),
    ),
    ReportKind.DISCHARGE: (
        Field(
            name="rule",
            label="The rule",
            hint="As it stands in the agreement or the policy. " + FACTS,
            default="The program discharges a participant who does not meet its attendance policy.",
            required=True,
        ),
        _WARNINGS,
        Field(name="chance_to_cure", label="The chance to cure that he had", hint=FACTS),
        Field(name="re_entry", label="Re-entry", default=RE_ENTRY),
    ),
}
WHAT_CHANGED = Field(
    name="what_changed",
    label="What changed",
    hint="Which fact was wrong, and how it stands now. " + FACTS,
    required=True,
)


def fields_of(kind: ReportKind, *, corrects: bool) -> tuple[Field, ...]:
    """In the order in which they are asked."""
    return ((WHAT_CHANGED,) if corrects else ()) + FIELDS.get(kind, ())


def written(kind: ReportKind, words: Mapping[str, str] | None, *, corrects: bool) -> dict[str, str]:
    """By field; the default where nobody has written. Written empty, it stays empty."""
    said = words or {}
    return {field.name: said.get(field.name, field.default) for field in fields_of(kind, corrects=corrects)}


def why_not(kind: ReportKind, words: Mapping[str, str], *, corrects: bool) -> str:
    """The sentence that says what to write otherwise; empty: it can stay as it is."""
    fields = {field.name: field for field in fields_of(kind, corrects=corrects)}
    if words.keys() - fields.keys():
        return "This kind of report has no place for that."
    return next(filter(None, (_why_not(field, words.get(name, field.default)) for name, field in fields.items())), "")


def _why_not(field: Field, text: str) -> str:
    if field.required and not text.strip():
        return f"{field.label}: write what the report is to say."
    if len(text) > field.limit:
        return f"{field.label}: {len(text)} letters are too many. Say it in {field.limit} at most."
    if field.choices is not None and text not in field.choices:
        return f"{field.label}: choose one of the reasons that are listed."
    return ""
