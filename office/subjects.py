"""Whom a record is about, what to call it, and where it is seen."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.text import capfirst

from accounts.models import RoleGrant
from audit.models import Event
from core.models import Heartbeat
from courts.models import (
    Charge,
    Clerkship,
    Closure,
    CourtPaper,
    Deadline,
    Delivery,
    DeliveryLink,
    Extension,
    Flag,
    Hearing,
    Hold,
    Imposed,
    IssuedDocument,
    ListImport,
    ListUpload,
    Membership,
    NumberLedger,
    Proposal,
    Recipient,
    Referral,
    ReferralMove,
    Report,
    ReportStep,
    Review,
    Submission,
)
from messaging.models import InboundText, Message
from office import restrictions, words
from office.related import BYTES, RELATED
from participants.models import (
    Appointment,
    Consent,
    ContactAttempt,
    ContactPoint,
    Likeness,
    Merge,
    NonAssociation,
    Note,
    OtherName,
    Participant,
    Restriction,
)
from programs.models import (
    Booking,
    BooksClosing,
    BreakApproval,
    DayOff,
    EligibilityItem,
    Enrollment,
    FeeEntry,
    Installment,
    Mark,
    PaymentPlan,
    Requirement,
    Seat,
    Session,
    SessionLeader,
    SessionNote,
    Signer,
    StandingChange,
    WaiverRequest,
)
from records.kinds import ASKING_LABELS, BASIS_LABELS, KEPT_LABELS, Asking, Basis, Kept
from records.models import Disposal, LegalHold, OwnFile, Release, ReleaseItem, RetentionRule
from vault.models import Key

# From a record to the man it is about.
MAN: dict[type[models.Model], str] = {
    OtherName: "participant",
    ContactPoint: "participant",
    Consent: "contact_point__participant",
    NonAssociation: "one",
    Appointment: "participant",
    ContactAttempt: "participant",
    Note: "participant",
    Restriction: "participant",
    InboundText: "contact_point__participant",
    Message: "participant",
    Enrollment: "participant",
    Seat: "enrollment__participant",
    Booking: "enrollment__participant",
    BreakApproval: "enrollment__participant",
    Requirement: "enrollment__participant",
    Mark: "enrollment__participant",
    StandingChange: "enrollment__participant",
    SessionNote: "enrollment__participant",
    Likeness: "one",
    Merge: "kept",
    FeeEntry: "enrollment__participant",
    WaiverRequest: "enrollment__participant",
    PaymentPlan: "enrollment__participant",
    Installment: "plan__enrollment__participant",
    Imposed: "referral__participant",
    Referral: "participant",
    ReferralMove: "referral__participant",
    Charge: "referral__participant",
    Hearing: "referral__participant",
    Flag: "referral__participant",
    Hold: "referral__participant",
    Recipient: "referral__participant",
    Deadline: "referral__participant",
    Extension: "old__referral__participant",
    Proposal: "referral__participant",
    Report: "referral__participant",
    ReportStep: "report__referral__participant",
    Review: "report__referral__participant",
    NumberLedger: "report__referral__participant",
    IssuedDocument: "report__referral__participant",
    Delivery: "document__report__referral__participant",
    CourtPaper: "referral__participant",
    Disposal: "referral__participant",
    LegalHold: "participant",
    OwnFile: "participant",
    Release: "participant",
    ReleaseItem: "release__participant",
}

# From a record to the case it is about.
CASE: dict[type[models.Model], str] = {Referral: "pk"} | {
    model: way.removesuffix("__participant") for model, way in MAN.items() if way.endswith("referral__participant")
}
# The ways to the second man, where a record is about two; or to the one, where it is about no case.
ALSO: dict[type[models.Model], tuple[str, ...]] = {
    NonAssociation: ("other",),
    Likeness: ("other",),
    Merge: ("left",),
    Disposal: ("participant",),
}

# No nouns of the office, but events and messages name them.
UNSEEN: dict[type[models.Model], tuple[str, ...]] = {
    DeliveryLink: ("delivery__document__report__referral__participant",),
    Submission: ("referral__participant",),
}

# By which an administrator sees that something was here that had to be forgotten: of all else nothing is shown.
SAY_THAT_IT_WENT = frozenset({Participant, Referral, Disposal, LegalHold, OwnFile, Release, ReleaseItem})


@dataclass(frozen=True, slots=True)
class Subject:
    """What a page repeats before it does anything: whom, which record, and where one comes back to."""

    whom: str
    what: str
    url: str


def man(record: models.Model) -> Participant | None:
    """None: the record is about nobody in particular."""
    if isinstance(record, Participant):
        return record
    for path in _people(type(record)):
        found = _along(record, path)
        if isinstance(found, Participant):
            return found.himself
    return None


def _along(record: models.Model, path: str) -> Any:
    return reduce(lambda one, name: one and getattr(one, name), path.split("__"), record)


def is_forgotten(record: models.Model) -> bool:
    """Whether the man or the case that it is about had to be forgotten."""
    way = CASE.get(type(record))
    of_it: Any = record if way == "pk" else _along(record, way) if way else None
    return any(one is not None and one.key.destroyed_at is not None for one in (man(record), of_it))


def takes_no_more(record: models.Model) -> bool:
    """Nothing is done any more to what is gone; what holds it, and what made it go, can still be settled."""
    return is_forgotten(record) and not isinstance(record, Disposal | LegalHold)


def key(record: models.Model) -> Key | None:
    """Under which personal words about this record are encrypted."""
    found = man(record)
    return found.key if found else None


def page(record: models.Model) -> str:
    """The record's own page; a man's is his case file."""
    if isinstance(record, Participant):
        return reverse("office:person", args=[record.pk])
    if isinstance(record, ListUpload):
        return reverse("office:list_one", args=[record.pk])
    options = record._meta
    return reverse(f"office:{options.app_label}_{options.model_name}_change", args=[record.pk])


def home(record: models.Model) -> str:
    """Where one works on it: a man's in his case file, a report's and a session's on their own page."""
    if isinstance(record, Delivery):
        return page(record.document.report)
    if isinstance(record, Participant | Report | Referral | Disposal | OwnFile | Release):
        return page(record)
    found = man(record)
    return reverse("office:person", args=[found.pk]) if found else page(record)


def subject(record: models.Model) -> Subject:
    found = man(record)
    what = TITLES.get(type(record), _by_its_name)(record)
    return Subject(whom=found.legal_name if found else "", what=what, url=home(record))


def _by_its_name(record: Any) -> str:
    return str(capfirst(str(record)))


def case(referral: Referral) -> str:
    """Where it is filed and under which number."""
    return " · ".join(filter(None, [referral.court.name if referral.court else "Not filed", referral.number]))


def disposal(one: Disposal) -> str:
    """Why it goes, and what it is."""
    why = f"{BASIS_LABELS[Basis(one.basis)]}{f' of {words.day(one.ordered_on)}' if one.ordered_on else ''}"
    if one.referral is not None:
        return f"{why} · {case(one.referral)}"
    return f"{why} · {'The whole file' if one.participant_id else 'A referral that was begun and never sent'}"


def hold(one: LegalHold) -> str:
    on = case(one.referral) if one.referral else "all that is kept about him"
    return f"Legal hold since {words.moment(one.placed_at)} · {on}"


def recipient(one: Recipient) -> str:
    return " ".join(filter(None, [one.get_role_display(), one.name]))


def session(one: Session) -> str:
    group = one.cohort.name if one.cohort else "Make-up session"
    return f"{group}, week {one.module.week}: {words.moment(one.starts_at)}"


TITLES: dict[type[models.Model], Callable[[Any], str]] = {
    Referral: case,
    Deadline: lambda one: f"{one.get_kind_display().capitalize()} {words.day(one.due_on)} · {case(one.referral)}",
    FeeEntry: lambda one: f"{one.get_kind_display()} {words.money(one.amount)}, {words.day(one.on)}",
    WaiverRequest: lambda one: f"Waive {words.money(one.amount)}: {one.why or ''}",
    PaymentPlan: lambda one: f"Payment plan of {words.day(words.local_day(one.made_at))}",
    Imposed: lambda one: f"{one.get_kind_display()}, {words.money(one.amount)} · {case(one.referral)}",
    Extension: lambda one: f"Extended to {words.day(one.new.due_on)} · {case(one.old.referral)}",
    Recipient: lambda one: " ".join(filter(None, [recipient(one), one.address])) + f" · {case(one.referral)}",
    Flag: lambda one: " ".join(
        filter(None, [f"{words.plain(one.field)}:", one.raw and f"“{one.raw}”.", one.reason, case(one.referral)])
    ),
    Proposal: lambda one: f"{words.plain(one.kind)} · {case(one.referral)}",
    Report: lambda one: f"{words.plain(one.kind)} report · {case(one.referral)}",
    Delivery: lambda one: f"{recipient(one.recipient)}, {one.get_channel_display()}",
    Participant: lambda one: f"Born {words.born(one.date_of_birth)}" if one.date_of_birth else "",
    Merge: lambda one: f"Put together with file {one.left_id}, {words.moment(one.at)}",
    ContactPoint: lambda one: words.contact(one.kind, one.value),
    Appointment: lambda one: f"{words.plain(one.kind)}: {words.moment(one.starts_at)}",
    Enrollment: lambda one: f"{one.program.name} · {one.get_state_display().lower()}",
    Booking: lambda one: session(one.session),
    Mark: lambda one: f"{one.get_kind_display()} · {session(one.session)}",
    Session: session,
    Seat: lambda one: f"{one.cohort.name}, from {words.day(one.from_on)}",
    ContactAttempt: lambda one: f"{words.plain(one.channel)}: {words.plain(one.result).lower()}",
    Message: lambda one: f"{words.plain(one.kind)}, by {words.plain(one.channel).lower()}",
    ReferralMove: lambda one: f"{words.plain(one.old or 'new')} → {words.plain(one.new)} · {case(one.referral)}",
    SessionLeader: lambda one: f"{one.user.name} leads {session(one.session)}",
    Requirement: lambda one: f"{one.get_kind_display()}, met {words.day(one.met_on)}",
    StandingChange: lambda one: f"{one.get_old_display()} → {one.get_new_display()}",
    ReportStep: lambda one: f"{words.plain(one.step)} · {case(one.report.referral)}",
    BooksClosing: lambda one: f"Books of {one.month:%B %Y}",
    Signer: lambda one: f"{one.user.name}, {one.title}",
    EligibilityItem: lambda one: one.question,
    DayOff: lambda one: words.day(one.on),
    Closure: lambda one: f"{one.name}, {words.day(one.on)}",
    ListImport: lambda one: f"List of {one.court.name if one.court else 'several courts'}, {words.moment(one.at)}",
    ListUpload: lambda one: (
        f"List of {one.court.name if one.court else 'several courts'}, sent {words.moment(one.uploaded_at)}"
    ),
    Clerkship: lambda one: f"{one.user.name}, who reads at {one.court.name}",
    Membership: lambda one: f"{one.user.name}, who reads at {one.agency.name}",
    RoleGrant: lambda one: f"{one.user.name}, {one.role}",
    InboundText: lambda one: f"Text that came {words.moment(one.came_at)}",
    Charge: lambda one: f"Charge · {case(one.referral)}",
    Hearing: lambda one: f"Hearing · {case(one.referral)}",
    Hold: lambda one: f"On hold since {words.moment(one.began_at)} · {case(one.referral)}",
    CourtPaper: lambda one: f"{words.plain(one.kind)} · {case(one.referral)}",
    IssuedDocument: lambda one: f"Report {one.number.text} · {case(one.report.referral)}",
    Event: lambda one: f"{words.plain(one.verb)} · {one.record}",
    Heartbeat: lambda one: words.job(one.job),
    Disposal: disposal,
    LegalHold: hold,
    OwnFile: lambda one: f"His own file, asked for on {words.day(one.asked_on)}",
    Release: lambda one: f"{ASKING_LABELS[Asking(one.grounds)]}, received {words.day(one.received_on)}",
    ReleaseItem: lambda one: f"Record that was asked for: {one.record}",
    RetentionRule: lambda one: f"{KEPT_LABELS[Kept(one.kind)]}: {one.months} months",
}


def rows(model: type[models.Model]) -> models.QuerySet[Any]:
    """All of a noun that exist for whoever looks, with what its title needs."""
    found: models.QuerySet[Any] = model._default_manager.select_related(*RELATED.get(model, ()))
    # Who turned out to be another one stands in no list; his address leads there.
    if model is Participant:
        found = found.filter(merged_into=None)
    found = found.with_state() if model is Report else found  # type: ignore[attr-defined]
    found = found.defer(*BYTES.get(model, ()))
    return open_rows(found)


def open_rows(found: restrictions.Rows) -> restrictions.Rows:
    """Of rows found otherwise, those that exist for whoever looks."""
    model = found.model
    if model is Event:
        # The trail is whole for administrators: who did what, also to what is gone.
        return restrictions.not_naming(restrictions.under_open_keys(found), "record", _named(), says_so=True)
    says_so = model in SAY_THAT_IT_WENT
    opened = restrictions.open_only(found, _people(model), says_so=says_so)
    if model in CASE:
        opened = restrictions.kept_only(opened, CASE[model], says_so=says_so)
    # One to a court or to staff is about a man, too.
    return restrictions.not_naming(opened, "about", _named()) if model is Message else opened


def _named() -> dict[type[models.Model], tuple[str, ...]]:
    """Whatever an event or a message may name that is about a man."""
    about: list[type[models.Model]] = [Participant, *MAN]
    return {model: _people(model) for model in about} | UNSEEN


def _people(model: type[models.Model]) -> tuple[str, ...]:
    """The ways from a row to each man whom it is about."""
    if model is Participant:
        return ("pk",)
    ways = (MAN[model],) if model in MAN else ()
    return (*ways, *ALSO.get(model, ()))
