"""What of a man's records can go out on an order, each with what it shows first, and the file that would go."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from audit.models import name_of
from courts.models import CourtPaper, IssuedDocument
from messaging.models import InboundText, Message
from participants.models import ContactAttempt, Note, Participant
from programs.models import Enrollment, FeeEntry, Mark
from records.disclosure import paper
from records.disclosure.paper import said
from records.models import Release

# Of a sheet, before it is chosen.
LINES_SHOWN = 5
CONFIDENCE = "It holds what staff wrote in confidence, and may name others. Let it go only if the order asks for it."
OF_OTHERS = "It came from the court, and may name others. The court can give a copy itself."
HIS_CONTACTS = "It shows where he can be reached."


@dataclass(frozen=True, slots=True)
class Item:
    """`record`: as the trail names it, and after a stroke which sheet of it. `document`: the report's id, where it is
    one that can be opened; `court_paper` likewise. `warning` "": nothing of anybody else is in it."""

    record: str
    title: str
    shows: list[str]
    warning: str = ""
    document: int | None = None
    court_paper: int | None = None


@dataclass(frozen=True, slots=True)
class Content:
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class _Sheet:
    """`rows`: as they stood at a moment, so that what goes is what was approved."""

    title: str
    heads: list[str]
    rows: Callable[[Any, datetime, ZoneInfo], list[list[str]]]
    warning: str = ""


def of(release: Release, *, until: datetime) -> list[Item]:
    """All that could go out on it, in an order of its own."""
    return [item for item, _ in _found(release, until)]


def contents(release: Release, wanted: Mapping[str, datetime]) -> dict[str, Content]:
    """By record its file, as it stood at that moment; one that isn't his, or isn't kept any more, is missing."""
    return {
        item.record: make()
        for until in sorted(set(wanted.values()))
        for item, make in _found(release, until)
        if wanted.get(item.record) == until
    }


_Found = tuple[Item, Callable[[], Content]]


def _found(release: Release, until: datetime) -> Iterator[_Found]:
    man = release.participant.himself
    selves = Participant.objects.selves(man)
    cases = Q(referral=release.referral_id) if release.referral_id else Q(referral__participant__in=selves)
    zone = ZoneInfo(man.time_zone)
    yield from _documents(release, selves, zone)
    yield from _papers(cases, zone)
    enrollments = Enrollment.objects.filter(participant__in=selves).select_related("program", "participant__key")
    if release.referral is not None:
        enrollments = enrollments.filter(referrals=release.referral)
    for one in enrollments.order_by("pk"):
        for name in ("attendance", "ledger"):
            yield _sheet(one, name, one.program.name, until, zone)
    for name in ("contacts", "messages"):
        yield _sheet(man, name, "", until, zone)
    yield from _notes(selves, until, zone)


def _documents(release: Release, selves: QuerySet[Participant], zone: ZoneInfo) -> Iterator[_Found]:
    found = IssuedDocument.objects.filter(report__referral__participant__in=selves)
    found = found.filter(report__referral__key__destroyed_at=None).defer("content", "snapshot")
    if release.referral_id:
        found = found.filter(report__referral=release.referral_id)
    for one in found.select_related("report__referral__key", "number__program").order_by("pk"):
        title = f"{one.report.get_kind_display().replace('_', ' ').capitalize()} report {one.number.text}"
        shows = [f"Issued {said(one.issued_at, zone)}"]
        item = Item(name_of(one), title, shows, document=one.report_id)
        yield item, lambda one=one: Content(f"{one.number.text}.pdf", one.content)  # type: ignore[misc]


_ENDINGS = {
    CourtPaper.MediaType.PDF: "pdf",
    CourtPaper.MediaType.JPEG: "jpg",
    CourtPaper.MediaType.PNG: "png",
}


def _papers(cases: Q, zone: ZoneInfo) -> Iterator[_Found]:
    found = CourtPaper.objects.filter(cases, removed_at=None, key__destroyed_at=None).defer("content")
    for one in found.select_related("key").order_by("pk"):
        shows = [one.name, f"Came {said(one.at, zone)}"]
        item = Item(name_of(one), f"{one.get_kind_display()} from the court", shows, OF_OTHERS, court_paper=one.pk)
        ending = _ENDINGS[CourtPaper.MediaType(one.media_type)]
        yield item, lambda one=one, ending=ending: Content(f"court-paper.{ending}", one.content)  # type: ignore[misc]


def _notes(selves: QuerySet[Participant], until: datetime, zone: ZoneInfo) -> Iterator[_Found]:
    for one in Note.objects.filter(participant__in=selves, at__lte=until).select_related("participant__key"):
        title = f"Note of {said(one.at, zone)}"
        item = Item(name_of(one), title, [one.text], CONFIDENCE)
        yield item, lambda title=title, one=one: Content("note.pdf", _note_paper(title, one, zone))  # type: ignore[misc]


def _note_paper(title: str, note: Note, zone: ZoneInfo) -> bytes:
    on = note.at.astimezone(zone).date().isoformat()
    return paper.render({"title": title, "sender": "", "on": on, "lead": note.text.splitlines(), "sections": []})


# --- Sheets


def _sheet(about: Participant | Enrollment, name: str, of_what: str, until: datetime, zone: ZoneInfo) -> _Found:
    sheet = SHEETS[name]
    rows = sheet.rows(about, until, zone)
    title = f"{sheet.title}, {of_what}" if of_what else sheet.title
    shows = [" · ".join(filter(None, row)) for row in rows[:LINES_SHOWN]]
    left = len(rows) - LINES_SHOWN
    more = [f"and {left} more"] if left > 0 else []
    item = Item(f"{name_of(about)}/{name}", title, [*shows, *more] or ["Nothing stands in it."], sheet.warning)
    return item, lambda: Content(f"{name}.pdf", _sheet_paper(title, sheet, rows, until, zone))


def _sheet_paper(title: str, sheet: _Sheet, rows: list[list[str]], until: datetime, zone: ZoneInfo) -> bytes:
    lead = [f"As it stood on {said(until, zone)}."] + ([] if rows else ["Nothing stands in it."])
    tables: list[paper.Table] = [{"title": "", "heads": sheet.heads, "rows": rows}] if rows else []
    on = until.astimezone(zone).date().isoformat()
    sections: list[paper.Section] = [{"title": sheet.title, "lead": [], "tables": tables}]
    return paper.render({"title": title, "sender": "", "on": on, "lead": lead, "sections": sections})


def _attendance(enrollment: Enrollment, until: datetime, zone: ZoneInfo) -> list[list[str]]:
    """Marks alone: what was said about them, and why one was excused, was told in confidence."""
    stood = Mark.objects.filter(enrollment=enrollment, at__lte=until)
    counted = stood.exclude(superseded_by__at__lte=until).select_related("session__module", "session__taught")
    return [
        [
            said(mark.session.starts_at, zone),
            f"Week {(mark.session.taught or mark.session.module).week}",
            str(mark.get_kind_display()).replace("_", " ").capitalize(),
            f"{mark.minutes} minutes" if mark.minutes else "",
        ]
        for mark in counted.order_by("session__starts_at", "pk")
    ]


def _ledger(enrollment: Enrollment, until: datetime, zone: ZoneInfo) -> list[list[str]]:
    entries = FeeEntry.objects.filter(enrollment=enrollment, at__lte=until).select_related("reverses")
    return [
        [
            said(one.on, zone),
            f"{one.reverses.get_kind_display()}, taken back" if one.reverses else str(one.get_kind_display()),
            said(one.amount, zone),
            str(one.get_paid_by_display()),
        ]
        for one in entries.order_by("pk")
    ]


def _contacts(man: Participant, until: datetime, zone: ZoneInfo) -> list[list[str]]:
    tried = ContactAttempt.objects.filter(participant__in=Participant.objects.selves(man), at__lte=until)
    return [
        [
            said(one.at, zone),
            str(one.get_channel_display()).replace("_", " "),
            str(one.get_result_display()).replace("_", " "),
            one.note or "",
        ]
        for one in tried.select_related("participant__key").order_by("at", "pk")
    ]


def _messages(man: Participant, until: datetime, zone: ZoneInfo) -> list[list[str]]:
    selves = Participant.objects.selves(man)
    sent = Message.objects.filter(participant__in=selves, sent_at__lte=until)
    came = InboundText.objects.filter(contact_point__participant__in=selves, came_at__lte=until)
    rows = [
        *((one.sent_at, "To him", one.address, one.body, one.pk) for one in sent),
        *((one.came_at, "From him", one.number, one.body, one.pk) for one in came),
    ]
    ordered = sorted(rows, key=lambda row: (row[0], row[1], row[4]))
    return [[said(at, zone), which, where, words] for at, which, where, words, _ in ordered]


SHEETS = {
    "attendance": _Sheet("Attendance", ["Session", "Week", "Mark", "Minutes"], _attendance),
    "ledger": _Sheet("Fees and payments", ["Day", "What", "Amount", "Paid by"], _ledger),
    "contacts": _Sheet("Contact log", ["When", "By", "Result", "Note"], _contacts, CONFIDENCE),
    "messages": _Sheet("Messages", ["When", "Which way", "Where", "Words"], _messages, HIS_CONTACTS),
}
