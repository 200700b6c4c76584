"""One man is forgotten: the numbers stay, and no mark of him is found anywhere, however it is looked for."""

import base64
import binascii
import gzip
import html
import io
import json
import os
import re
import subprocess
import zlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography.fernet import InvalidToken
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection

from audit.models import Event
from courts.actions.deliveries import deliver_queued
from courts.models import ListImport, ListUpload, NumberLedger, Referral
from courts.moves import Closing
from courts.steps import ReportKind
from office.actions import tick
from office.board import board
from office.figures.counting import tables
from office.figures.kinds import Dimension
from office.money import months_of_year
from programs import books as of_books
from programs.actions.standing import assessment_of
from programs.models import Enrollment, Program
from records.forgetting import forget_referral
from tests.courts.cases import AFTER, Case
from tests.courts.each_kind import report_of
from tests.courts.marked import SOON, marked, marker
from tests.factories.accounts import UserFactory
from tests.factories.courts import HearingFactory, ListImportFactory, SubmissionFactory
from tests.factories.lists import ListUploadFactory
from tests.factories.messaging import InboundTextFactory, MessageFactory
from tests.factories.office import SavedFilterFactory, SnoozeFactory
from tests.factories.participants import ContactPointFactory
from tests.factories.records import LegalHoldFactory, ReleaseFactory, ReleaseItemFactory
from tests.house import our_models
from vault.fields import EncryptedField
from vault.models import master

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_columns]

MARK = re.compile(r"Zq\d{2,3}x?qZ", re.IGNORECASE)
# Of somebody else: who works here, a speaker, the other court itself.
OTHERS = {
    marker("accounts.Device", "address"), marker("accounts.Device", "agent"), marker("accounts.Device", "token_hash"),
    marker("accounts.Invitation", "email"), marker("accounts.Invitation", "token_hash"),
    marker("programs.CalendarFeed", "token_hash"), marker("programs.Visitor", "alias"), "Zq98qZ", "Zq99qZ",
    # Of nobody who is known: a draft, a text from a number that is nobody's, what names another man.
    marker("courts.Submission", "answers"), marker("messaging.InboundText", "body"),
    marker("messaging.InboundText", "number"), marker("office.SavedFilter", "query"), marker("office.Snooze", "why"),
    marker("office.SavedFilter", "name"),
    # What nobody reads back: hashes of chance.
    marker("courts.DeliveryLink", "token_hash"), marker("courts.DeliveryLink", "code_hash"),
}  # fmt: skip
LAST = marker("participants.Participant", "last_name")
NUMBER = marker("courts.Referral", "case_number")


class World:
    """He was referred by two courts, went through the program, and a certificate was issued and mailed about it."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.case: Case = marked(ReportKind.COMPLETION)
        self.by = UserFactory.create()
        report = report_of(self.case, ReportKind.COMPLETION)
        self.document = self.case.issue(report)
        deliver_queued(now=AFTER)
        for copy in self.document.deliveries.exclude(state="sent"):
            copy.state, copy.sent_at = "sent", AFTER
            copy.save()
        tick(now=AFTER + SOON)
        self.man = self.case.referral.participant
        self._closed()
        self._written_elsewhere()

    def _closed(self) -> None:
        Referral.objects.filter(pk=self.case.referral.pk).update(
            state="closed", closing=Closing.DISMISSED, closed_at=AFTER
        )

    def _written_elsewhere(self) -> None:
        SnoozeFactory(line="hold:courts.Hold:1", why=f"Ask about {LAST}")
        SavedFilterFactory(query=f"q={LAST}&state=open")
        phone = ContactPointFactory(participant=self.man, kind="phone", value="+12065550163")
        InboundTextFactory(contact_point=phone, number=phone.value, body=f"This is {LAST}")
        InboundTextFactory(contact_point=None, number=phone.value, body=f"{LAST} again")
        about = f"courts.Referral:{self.case.referral.pk}"
        for participant in (self.man, None):
            MessageFactory(
                participant=participant, user=None, about=about, state="sent", sent_at=AFTER, subject=f"About {LAST}",
                address=f"{LAST}@example.org", body=f"Case {NUMBER}",
            )  # fmt: skip
        self._lists()
        self._holds()
        self._sessions()
        HearingFactory(referral=self.case.referral)
        sent = {"key": self.case.referral.key, "referral": self.case.referral, "sent_at": AFTER}
        SubmissionFactory(answers={"name": LAST}, **sent)

    def _lists(self) -> None:
        brought: ListImport = ListImportFactory(court=self.case.referral.court)
        Referral.objects.filter(pk=self.case.referral.pk).update(list_import=brought)
        row = f"last_name,number\n{LAST},{NUMBER}\n".encode()
        for state, found in (("done", brought), ("previewed", None)):
            ListUploadFactory(
                state=state, list_import=found, name=f"{LAST}.csv", content=row, refused_rows=row,
                preview={"new": [LAST]}, sheet=LAST,
            )  # fmt: skip

    def _holds(self) -> None:
        referral = self.case.referral
        LegalHoldFactory(participant=self.man, referral=referral, why=LAST, lifted_at=AFTER, lifted_by=self.by)
        release = ReleaseFactory(participant=self.man, referral=referral, key=referral.key, who=LAST, asked_for=NUMBER)
        ReleaseItemFactory(release=release, said={"title": LAST})

    def _sessions(self) -> None:
        sealed = master().encrypt(json.dumps({"name": LAST}).encode()).decode()
        for said in ({"_messages": json.dumps([["x", LAST]])}, {"court:asked": [["word", sealed]]}, {"desk": "3"}):
            one = SessionStore()
            one.update(said)
            one.save()
        for folder in ("mail", "story"):
            (self.var / folder).mkdir()
        words = base64.b64encode(f"Dear {LAST}".encode()).decode()
        (self.var / "mail" / "1.log").write_text(f"Content-Transfer-Encoding: base64\n\n{words}\n")
        (self.var / "mail" / "2.log").write_text("Subject: Something else\n\nOf nobody\n")
        (self.var / "story" / "list.csv").write_text(f"{NUMBER}\n")

    def forget(self) -> None:
        for referral in self.man.referrals.order_by("pk"):
            forget_referral(referral, by=self.by, now=AFTER + SOON)


@pytest.fixture
def world(transactional_db: None, tmp_path: Path, settings: Any, now: Any) -> World:
    settings.VAR = tmp_path
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return World(tmp_path)


# --- Looking for marks, however they are written


def said(content: bytes, depth: int = 0) -> set[str]:
    """Every mark in it: plain, packed, escaped, in a PDF, or under a key that lives."""
    text = html.unescape(content.decode("utf-8", "ignore"))
    found = {one.capitalize().replace("qz", "qZ") for one in MARK.findall(text)}
    if depth < 4:
        for inner in inside(content):
            found |= said(inner, depth + 1)
    return found


def inside(content: bytes) -> Iterator[bytes]:
    for unpack in (gzip.decompress, zlib.decompress):
        try:
            yield unpack(content)
        except (OSError, EOFError, zlib.error):
            continue
    if content.startswith(b"%PDF"):
        yield from streams(content)
    for run in re.findall(rb"[A-Za-z0-9+/_-]{16,}={0,2}", content[:2_000_000]):
        yield from unwrapped(run)


def unwrapped(run: bytes) -> Iterator[bytes]:
    if run.startswith(b"gAAAA"):
        try:
            yield master().decrypt(run)
        except InvalidToken:
            return
    for decode in (base64.b64decode, base64.urlsafe_b64decode):
        try:
            yield decode(run + b"=" * (-len(run) % 4))
        except (binascii.Error, ValueError):
            continue


def streams(content: bytes) -> Iterator[bytes]:
    try:
        pdf = pikepdf.open(io.BytesIO(content))
    except pikepdf.PdfError:
        return  # it only begins like one
    with pdf:
        yield str(pdf.docinfo).encode()
        yield from (bytes(one.read_bytes()) for one in pdf.objects if isinstance(one, pikepdf.Stream))


def under_living_keys() -> set[str]:
    """Each encrypted column, as its page would read it; and the trail."""
    found: set[str] = set()
    for model in our_models():
        names = [one.name for one in model._meta.local_fields if isinstance(one, EncryptedField)]
        for row in model._default_manager.all() if names else ():
            for name in names:
                value = getattr(row, name)
                found |= said(value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode())
    for event in Event.objects.all():
        found |= said(json.dumps(event.reveal(), ensure_ascii=False).encode())
    return found


def in_sessions() -> set[str]:
    return {mark for one in Session.objects.all() for mark in said(json.dumps(one.get_decoded()).encode())}


def whole_database(folder: Path) -> set[str]:
    """Its bytes as they lie on the disk, or as they are dumped."""
    if connection.vendor == "postgresql":
        return said(dumped())
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file = Path(str(connection.settings_dict["NAME"]))
    return set().union(*(said(one.read_bytes()) for one in (file, file.with_name(f"{file.name}-wal")) if one.exists()))


def dumped() -> bytes:
    said = connection.settings_dict
    asked = ["pg_dump", "-h", said["HOST"], "-p", str(said["PORT"]), "-U", said["USER"], said["NAME"]]
    own = os.environ | {"PGPASSWORD": said["PASSWORD"]}
    return subprocess.run(asked, check=True, capture_output=True, env=own, timeout=120).stdout


def on_disk(folder: Path) -> set[str]:
    return {mark for path in folder.rglob("*") if path.is_file() for mark in said(path.read_bytes())}


def everywhere(var: Path) -> set[str]:
    return whole_database(var) | under_living_keys() | in_sessions() | on_disk(var)


# --- The tests


YEAR = date(2026, 1, 1), date(2026, 12, 31)
TODAY = date(2026, 12, 1)


def numbers(program: Program) -> dict[str, Any]:
    """Whatever counts.

    Why none may move: these dates shrink to the first of their month, and all that is asked of them are whole months
    or what `records.Remains` has kept of them: a case's own (ordered, received, the four that bind, the next report),
    its deadlines', hearings', holds', releases' and extensions', and the day by which his enrollment was to finish.
    What is counted to the day stays to the day, and is on no page: marks, seats, fee entries, moves, deliveries,
    contacts, appointments, and when something was closed.
    """
    return figures(program) | books(program) | groups()


def figures(program: Program) -> dict[str, Any]:
    """Every figure, in total and by everything, in months and quarters."""
    return {by: tables(program, *YEAR, by, today=TODAY) for by in Dimension}


def books(program: Program) -> dict[str, Any]:
    """Each month with its sums and funds, line by line; who owes how much since when; which months may be closed."""
    by_month = {month: one.as_texts for month, one in of_books.by_month(program, *YEAR).items()}
    entries = [(one.entry.pk, one.amount, dict(one.by_fund)) for one in of_books.lines(program, *YEAR)]
    owing = [(one.standing, one.aging, one.oldest_due_on, one.next_due) for one in of_books.aging_rows(program, TODAY)]
    return {
        "months": by_month,
        "year": of_books.totals(program, *YEAR).as_texts,
        "lines": entries,
        "owing": owing,
        "to close": [(one.month, one.state) for one in months_of_year(program, TODAY.year, TODAY)],
    }


def groups() -> dict[str, Any]:
    """Seats and attendance on the board, what each man's marks come to, and where he stands."""
    shown = board(now=AFTER + SOON, today=TODAY)
    marks = {one.pk: assessment_of(one, today=TODAY) for one in Enrollment.objects.all()}
    counted = {pk: (len(one.credited), len(one.excused), len(one.unexcused)) for pk, one in marks.items()}
    return {
        "cohorts": [(one.cohort.pk, one.cohort.taken, one.free, one.held, one.attendance) for one in shown.rows],
        "waiting": [one.enrollment.pk for one in shown.waits],
        "marks": counted,
        "standings": dict(Enrollment.objects.values_list("pk", "standing")),
        "reports": list(NumberLedger.objects.order_by("pk").values_list("year", "n", "settled")),
        "reasons": list(Referral.objects.order_by("pk").values_list("state", "closing")),
    }


def test_nothing_of_him_is_found_and_every_number_stays(world: World) -> None:
    program = world.case.referral.program
    before, there = numbers(program), everywhere(world.var)
    assert len(there - OTHERS) > 50, "the marks are found while he is here"
    empty = {name for name, said in before.items() if not said}
    assert empty <= {"waiting"}, "there is something that could move"

    world.forget()

    assert everywhere(world.var) - OTHERS == set()
    # Their keys are gone, and the bytes besides.
    assert not ListUpload.objects.exclude(content=None, preview=None, refused_rows=None).exists()
    assert numbers(program) == before
    assert sorted(path.name for path in world.var.rglob("*.log")) == ["2.log"]
