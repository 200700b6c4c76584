"""What was sent to a person, or for a report: when, by which way, and what became of it; on a page and to swear to."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from audit.actions import record
from audit.models import name_of
from core import clock
from core.templatetags import days
from courts.actions.notices import address_of
from courts.models import Delivery, Report
from messaging import sheets
from messaging.models import Message
from messaging.proof import Line, line
from office import words
from office.site import office
from office.subjects import case, home, rows
from participants.models import Participant
from programs.models import Program

NONE_SENT = "Nothing was planned or sent yet."


@dataclass(frozen=True, slots=True)
class Row:
    """A message, or a copy of a report, as both the page and the paper tell of it. `plain`: the hash is of a file."""

    what: str
    channel: str
    to: str
    planned: datetime
    sent: datetime | None
    became: str
    why: str
    wording: str
    hash: str
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    of: Model
    whom: str
    about: str
    program: Program | None
    rows: list[Row]

    @property
    def has_files(self) -> bool:
        return any(row.plain for row in self.rows)


# --- The pages


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _of_person(pk), "office:proof_pdf")


@require_safe
def person_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    return _pdf(request, _of_person(pk))


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _of_report(pk), "office:report_proof_pdf")


@require_safe
def report_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    return _pdf(request, _of_report(pk))


def _page(request: HttpRequest, proof: Proof, paper: str) -> HttpResponse:
    _looked(request, proof, "proof.looked_at")
    about = {"proof": proof, "paper": paper, "back": home(proof.of), "empty": NONE_SENT}
    return render(request, "office/proof.html", office.each_context(request) | about)


def _pdf(request: HttpRequest, proof: Proof) -> HttpResponse:
    made = sheets.affidavit(_facts(proof, clock.now()))
    _looked(request, proof, "proof.printed")
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="affidavit.pdf"'
    return response


def _looked(request: HttpRequest, proof: Proof, verb: str) -> None:
    assert isinstance(request.user, User), "the office lets nobody else in"
    record(by=request.user, now=clock.now(), verb=verb, on=proof.of, facts={"messages": len(proof.rows)})


# --- What it tells


def _of_person(pk: int) -> Proof:
    man: Participant = get_object_or_404(rows(Participant), pk=pk)
    newest = man.enrollments.select_related("program").order_by("-opened_at", "-id").first()
    program = newest.program if newest else Program.objects.order_by("id").first()
    told = _told(Message.objects.filter(participant=man))
    return Proof(man, man.legal_name, "All messages of this office to him", program, told)


def _of_report(pk: int) -> Proof:
    """Its copies, however they went, and the messages that told of them."""
    found: Report = get_object_or_404(rows(Report).select_related("referral__program"), pk=pk)
    copies = list(_copies(found))
    names = [name_of(found), *(name_of(copy) for copy in copies)]
    told = [*(_copy(copy) for copy in copies), *_told(Message.objects.filter(about__in=names))]
    number = f" {copies[0].document.number.text}" if copies else ""
    about = f"{words.plain(found.kind)} report{number}, {case(found.referral)}"
    told.sort(key=lambda row: row.planned)
    return Proof(found, found.referral.participant.legal_name, about, found.referral.program, told)


def _copies(found: Report) -> QuerySet[Delivery]:
    related = ("document__number", "recipient__referral", "acknowledged_by")
    heavy = ("document__content", "document__snapshot")
    copies = Delivery.objects.filter(document__report=found).select_related(*related).defer(*heavy)
    return copies.select_related("document__report__referral__key").order_by("id")


def _copy(one: Delivery) -> Row:
    whom = " ".join(filter(None, [one.recipient.get_role_display(), one.recipient.name]))
    return Row(
        what="Report itself",
        channel=words.plain(one.get_channel_display()),
        to=", ".join(filter(None, [whom, address_of(one.recipient, one.channel)])),
        planned=one.document.issued_at,
        sent=one.sent_at,
        became=_acknowledged(one),
        why=one.reason or (f"envelope {one.envelope}" if one.envelope else ""),
        wording=one.document.number.text,
        hash=one.document.sha256,
        plain=True,
    )


def _acknowledged(one: Delivery) -> str:
    if one.acknowledged_at is None:
        return words.plain(one.get_state_display())
    return f"Acknowledged {words.moment(one.acknowledged_at)}"


def _told(messages: QuerySet[Message]) -> list[Row]:
    known = messages.select_related("contact_point", "user").order_by("due_at", "id")
    return [_message(line(one), one) for one in known]


def _message(said: Line, one: Message) -> Row:
    return Row(
        what=words.plain(said.kind),
        channel=words.plain(said.channel),
        to=said.to or (one.user.name if one.user else ""),
        planned=said.due_at,
        sent=said.sent_at,
        became=said.became,
        why=said.why,
        wording=f"wording {said.wording}" if said.sent_at else "",
        hash=said.hash,
    )


# --- On paper


def _facts(proof: Proof, now: datetime) -> sheets.Affidavit:
    program = proof.program
    head = [text.strip() for text in program.letterhead.splitlines() if text.strip()] if program else []
    return {
        "whom": proof.whom,
        "about": proof.about,
        "office": head or ["The program"],
        "made_on": _at(now),
        "zone": str(timezone.get_current_timezone()),
        "lines": [_line(number, row) for number, row in enumerate(proof.rows, 1)],
    }


def _line(number: int, row: Row) -> sheets.Told:
    return {
        "number": number,
        "what": row.what,
        "channel": row.channel,
        "to": row.to,
        "planned": _at(row.planned),
        "sent": _at(row.sent) if row.sent else "–",
        "became": row.became,
        "why": row.why,
        "wording": row.wording,
        "hash": row.hash,
        "plain": row.plain,
    }


def _at(when: datetime) -> str:
    """With its year: a paper is read later too."""
    there = when.astimezone(timezone.get_current_timezone())
    return f"{there:%b} {there.day}, {there.year}, {days.hour(when)}"
