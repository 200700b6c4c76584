"""Of every kind: no private field reaches a paper, a page, an e-mail, a log or the audit that it has no business in."""

import logging
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache

from accounts.roles import Role
from audit.models import Event
from courts.actions import deliveries
from courts.actions.deliveries import deliver_queued
from courts.models import IssuedDocument
from courts.steps import ReportKind
from messaging.models import Message
from office.actions import tick
from tests.access.people import signed_in
from tests.courts.cases import AFTER
from tests.courts.each_kind import READY, report_of
from tests.courts.marked import PRIVATE, SOON, marked, marker, markers, named, staff_but, unmarked
from tests.courts.pdf import opened, text_of
from tests.factories.accounts import UserFactory
from tests.factories.courts import ClerkshipFactory, RecipientFactory

pytestmark = pytest.mark.django_db

CASE = named("courts.Referral.name_as_charged", "courts.Referral.plaintiff", "courts.Referral.case_number")
# Everybody who gets it is named in it: no party is told in secret.
ON_PAPER = CASE | named("courts.Recipient.name")
each_kind = pytest.mark.parametrize("kind", list(ReportKind))


class Issued:
    """Issued, laid on the court's pages, told to its clerk by e-mail, looked at and acknowledged."""

    def __init__(self, kind: ReportKind) -> None:
        self.case = marked(kind)
        referral = self.case.referral
        if not referral.recipients.filter(role="clerk").exists():
            RecipientFactory(referral=referral)
        self.clerk = UserFactory.create(name="Ingrid Halloran", email="clerk@court.example", roles=[Role.CLERK])
        ClerkshipFactory(court=referral.court, user=self.clerk)
        staff_but(self.clerk, self.case.signer.user)
        self.before = Event.objects.count()
        self.report = report_of(self.case, kind)
        self.document: IssuedDocument = self.case.issue(self.report)
        deliver_queued(now=AFTER)
        for copy in self.document.deliveries.exclude(channel="portal"):
            deliveries.deliver(delivery=copy, by=self.case.by, now=AFTER)
        tick(now=AFTER + SOON)

    @property
    def pdf(self) -> bytes:
        return bytes(self.document.content)

    def pages(self) -> str:
        """What its clerk sees, in full."""
        client = signed_in(self.clerk)
        read = [f"/court/reports/{self.report.pk}/", "/court/"]
        shown = [client.get(path) for path in read]
        shown.append(client.post(f"/court/reports/{self.report.pk}/acknowledge", follow=True))
        file = client.get(f"/court/reports/{self.report.pk}/file")
        assert [one.status_code for one in [*shown, file]] == [200] * 4
        return "".join(one.content.decode() for one in shown) + str(file.headers)


@pytest.fixture(autouse=True)
def no_limits_from_before() -> None:
    cache.clear()


@each_kind
def test_is_found_only_where_it_may_be(
    kind: ReportKind, tmp_path: Path, caplog: pytest.LogCaptureFixture, mailoutbox: list[Any]
) -> None:
    caplog.set_level(logging.INFO)  # what production keeps
    issued = Issued(kind)

    with opened(issued.pdf) as file:
        about = str(file.docinfo) + file.Root.Metadata.read_bytes().decode()
    assert markers(text_of(issued.pdf) + raw(issued.pdf, tmp_path)) == ON_PAPER
    assert (markers(about), markers(str(issued.document.snapshot))) == (set(), ON_PAPER)
    assert markers(issued.pages()) <= CASE
    letters = [f"{one.subject} {one.body} {one.from_email} {one.extra_headers} {one.attachments}" for one in mailoutbox]
    assert markers(" ".join(letters)) == set()
    assert "clerk@court.example" in [to for sent in mailoutbox for to in sent.to]
    assert markers(" ".join(record.getMessage() for record in caplog.records)) == set()
    # `personal` as it lies there: under the man's own key.
    said = Event.objects.values_list("verb", "record", "actor", "origin", "facts", "personal")
    assert said.count() > issued.before
    assert markers(str([[bytes(one) if isinstance(one, memoryview) else one for one in row] for row in said])) == set()


@each_kind
def test_nobody_is_told_his_birthday_or_that_another_court_knows_him(kind: ReportKind, tmp_path: Path) -> None:
    said = raw(Issued(kind).pdf, tmp_path)
    assert [word for word in ("1961", "July 19", "Zq97qZ", "Zq98qZ", "Zq99qZ", "competency") if word in said] == []


def raw(pdf: bytes, folder: Path) -> str:
    path = folder / "report.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


def test_every_private_text_of_the_registry_has_its_marker() -> None:
    """A field that comes new to the registry must get one, or this fails."""
    case = marked(ReportKind.COMPLETION)
    staff_but()
    assert list(unmarked(case)) == [
        ("courts.Referral", "normalized_case_number"),  # made of the number itself
        ("courts.Referral", "normalized_incident_number"),
        ("participants.Participant", "suffix"),  # too short for one
    ]


def test_markers_are_told_apart() -> None:
    one, other = marker(*PRIVATE[0]), marker(*PRIVATE[1])
    assert markers(f"{one}{other.upper()} {one[:3]} {one[3:]}") == {one, other}


def test_each_kind_is_looked_at() -> None:
    assert set(READY) == set(ReportKind)
    assert Message.objects.count() == len(mail.outbox) == 0
