"""Papers about a man's records: his own file, and what goes out on an order. They don't say what the program is."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NotRequired, TypedDict, cast
from zoneinfo import ZoneInfo

import typst

from core import typeset
from core.templatetags.phones import phone
from records.disclosure.collecting import Chapter, Kind, WholeFile

TEMPLATE = Path(__file__).parents[1] / "typst" / "paper.typ"
STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]
# More would be too narrow to read as a table.
WIDEST = 5


class Table(TypedDict):
    """`rows` under `heads`; or `blocks`, each a record of its own: labels with what they say."""

    title: str
    heads: NotRequired[list[str]]
    rows: NotRequired[list[list[str]]]
    blocks: NotRequired[list[list[list[str]]]]


class Section(TypedDict):
    title: str
    lead: list[str]
    tables: list[Table]


class Paper(TypedDict):
    """`on`: YYYY-MM-DD, as on every run of the same paper; every other value is printed as it stands."""

    title: str
    sender: str
    on: str
    lead: list[str]
    sections: list[Section]


def render(paper: Paper) -> bytes:
    """As PDF/A, tagged, on US Letter; the same bytes each time."""
    facts = typeset.printable(paper, keeps="\n\t")
    # Bytes, for no output path is given, and a PDF is never a list of pages.
    return cast(bytes, typeset.compiler(TEMPLATE, facts).compile(format="pdf", pdf_standards=STANDARDS))


def as_json(file: WholeFile, zone: ZoneInfo) -> bytes:
    """For a machine: times with their zone, and what is empty stays."""
    return json.dumps(_data(file, zone), ensure_ascii=False, indent=1).encode()


def own_file(file: WholeFile, *, sender: str, callback_number: str, kept: str, zone: ZoneInfo) -> Paper:
    """`kept`: how long, in a sentence."""
    chapters = [_section(one, zone) for one in file["chapters"]]
    worked: Table = {
        "title": "",
        "heads": ["When", "What", "Who"],
        "rows": [[said(one["at"], zone), one["what"].capitalize(), one["who"]] for one in file["worked"]],
    }
    call = f" Call {phone(callback_number)}." if callback_number else ""
    return {
        "title": f"Your file: {file['name']}",
        "sender": sender,
        "on": file["made_at"].astimezone(zone).date().isoformat(),
        "lead": [
            f"You asked what is kept about you. This is all of it, as it stood on {said(file['made_at'], zone)},"
            " but for what the last page names.",
            f"How long it is kept: {kept}",
            f"If something in it is wrong, say so, and it is looked at.{call}",
        ],
        "sections": [
            *chapters,
            {
                "title": "Who worked in your file",
                "lead": ["Each person has a number here. You may ask who a number is."],
                "tables": [worked] if worked["rows"] else [],
            },
            {
                "title": "What is left out, and why",
                "lead": file["left_out"],
                "tables": [],
            },
        ],
    }


def _section(chapter: Chapter, zone: ZoneInfo) -> Section:
    tables = list(_tables(chapter["kinds"], zone))
    why, source = chapter["why"], chapter["source"]
    lead = [f"Why it is kept: {why[0].lower()}{why[1:]}", source]
    return {"title": chapter["title"], "lead": lead if tables else ["Nothing is kept here."], "tables": tables}


def _tables(kinds: Iterable[Kind], zone: ZoneInfo) -> Iterable[Table]:
    for kind in kinds:
        if not kind["rows"]:
            continue
        heads = [name for name in kind["heads"] if any(said(row[name], zone) for row in kind["rows"])]
        if len(heads) <= WIDEST:
            rows = [[said(row[name], zone) for name in heads] for row in kind["rows"]]
            yield {"title": kind["title"], "heads": list(map(label, heads)), "rows": rows}
        else:
            yield {"title": kind["title"], "blocks": [_block(row, zone) for row in kind["rows"]]}


def _block(row: dict[str, Any], zone: ZoneInfo) -> list[list[str]]:
    """Without what is empty."""
    return [[label(name), told] for name, value in row.items() if (told := said(value, zone))]


# --- Words

LABELS = {
    "agency": "Agency", "amount": "Amount", "at": "When", "basis": "By", "blanked_at": "Words removed",
    "closing": "How it was closed", "date_of_birth": "Born", "enroll_by": "Sign up by", "gave_reason": "Gave a reason",
    "given": "Agreed", "kind": "What", "kinds": "Told of", "last_step": "Where it stands", "made_at": "Noted",
    "minutes": "Minutes", "n": "Number", "name_as_charged": "Name as charged", "on": "Day",
    "one_a_day_waived_why": "Two on one day, because", "outcome_at": "Known since", "until": "Until",
    "safe_at": "Marked safe", "sha256": "Fingerprint of the file (SHA-256)", "starts_at": "When", "text": "What",
    "value": "Where", "why": "Why", "unreachable_why": "Why not reached", "unreachable_at": "Not reached since",
}  # fmt: skip


def label(name: str) -> str:
    return LABELS.get(name) or name.removesuffix("_at").removesuffix("_on").replace("_", " ").capitalize()


def said(value: Any, zone: ZoneInfo) -> str:
    """As one reads it; "" where there is nothing."""
    match value:
        case None:
            return ""
        case bool():
            return "Yes" if value else "No"
        case datetime():
            local = value.astimezone(zone)
            return f"{said(local.date(), zone)}, {local.hour % 12 or 12}:{local:%M} {'AM' if local.hour < 12 else 'PM'}"
        case date():
            return f"{value:%B} {value.day}, {value.year}"
        case Decimal():
            return f"${value:,.2f}"
        case dict():
            return "; ".join(f"{label(str(name))}: {said(one, zone)}" for name, one in value.items())
        case list() | tuple():
            return ", ".join(said(one, zone) for one in value)
    return str(value)


def _data(value: Any, zone: ZoneInfo) -> Any:
    match value:
        case dict():
            return {str(name): _data(one, zone) for name, one in value.items()}
        case list() | tuple():
            return [_data(one, zone) for one in value]
        case datetime():
            return value.astimezone(zone).isoformat()
        case None | bool() | int() | float():
            return value
    return str(value)
