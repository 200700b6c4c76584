import pytest

from courts.steps import ReportKind
from courts.words import FIELDS, NOT_ACCEPTED_BECAUSE, RE_ENTRY, WHAT_CHANGED, Field, fields_of, why_not, written

ALL = [field for fields in FIELDS.values() for field in fields] + [WHAT_CHANGED]


def names(kind: ReportKind, *, corrects: bool = False) -> list[str]:
    return [field.name for field in fields_of(kind, corrects=corrects)]


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        (ReportKind.NOT_ACCEPTED, ["reason"]),
        (ReportKind.PROGRESS, ["remarks"]),
        (ReportKind.NONCOMPLIANCE, ["warnings", "chance_to_cure", "re_entry"]),
        (ReportKind.DISCHARGE, ["rule", "warnings", "chance_to_cure", "re_entry"]),
        (ReportKind.MORE_TIME, []),
        (ReportKind.WITHOUT_FAULT, []),
        (ReportKind.COMPLETION, []),
    ],
)
def test_each_kind_asks_for_its_own(kind: ReportKind, asked: list[str]) -> None:
    assert names(kind) == asked
    assert names(kind, corrects=True) == ["what_changed", *asked]


@pytest.mark.parametrize("kind", list(ReportKind))
def test_its_defaults_can_stand_but_what_changed_must_be_written(kind: ReportKind) -> None:
    assert why_not(kind, written(kind, None, corrects=False), corrects=False) == ""
    assert why_not(kind, {}, corrects=True) == "What changed: write what the report is to say."
    assert why_not(kind, {"what_changed": "The hours."}, corrects=True) == ""


@pytest.mark.parametrize("field", ALL, ids=lambda field: field.name)
def test_a_default_fits_its_own_field(field: Field) -> None:
    assert len(field.default) <= field.limit
    assert field.choices is None or field.default in field.choices


def test_what_was_written_stands_also_where_it_is_empty() -> None:
    said = written(ReportKind.NONCOMPLIANCE, {"chance_to_cure": "", "warnings": "By letter."}, corrects=False)
    assert said == {"warnings": "By letter.", "chance_to_cure": "", "re_entry": RE_ENTRY}


@pytest.mark.parametrize(
    ("kind", "words", "sentence"),
    [
        (ReportKind.PROGRESS, {"rule": "x"}, "This kind of report has no place for that."),
        (ReportKind.WITHOUT_FAULT, {"remarks": "deported"}, "This kind of report has no place for that."),
        (ReportKind.PROGRESS, {"remarks": "x" * 601}, "Remarks: 601 letters are too many. Say it in 600 at most."),
        (ReportKind.DISCHARGE, {"rule": "  "}, "The rule: write what the report is to say."),
        (
            ReportKind.NOT_ACCEPTED,
            {"reason": "he is ill"},
            "Why he was not accepted: choose one of the reasons that are listed.",
        ),
    ],
    ids=["another kind's", "a cause", "too long", "empty", "no neutral reason"],
)
def test_says_what_to_write_otherwise(kind: ReportKind, words: dict[str, str], sentence: str) -> None:
    assert why_not(kind, words, corrects=False) == sentence


def test_no_reason_tells_of_health_papers_or_other_offenses() -> None:
    said = " ".join(NOT_ACCEPTED_BECAUSE.values()).lower()
    assert [word for word in ("ill", "health", "immigra", "language", "minor", "offense") if word in said] == []
