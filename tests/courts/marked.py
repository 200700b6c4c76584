"""A man of whom every private field has a marker of its own, wherever the privacy registry names one."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.db import models

from accounts.models import User
from core.privacy import FIELDS, Whose
from courts.models import Recipient, Referral
from courts.steps import ReportKind
from programs.models import Enrollment, Mark
from tests.courts.cases import AFTER, Case, received
from tests.courts.each_kind import READY
from tests.factories.accounts import DeviceFactory, InvitationFactory
from tests.factories.clock import NOW
from tests.factories.courts import (
    ChargeFactory,
    CourtFactory,
    CourtPaperFactory,
    DeadlineFactory,
    DeliveryFactory,
    DeliveryLinkFactory,
    ExtensionFactory,
    FlagFactory,
    HoldFactory,
    IssuedDocumentFactory,
    NumberTokenFactory,
    ProposalFactory,
    RecipientFactory,
    ReferralMoveFactory,
    ReportFactory,
    ReportStepFactory,
    SubmissionFactory,
)
from tests.factories.lists import ImposedFactory, ListUploadFactory
from tests.factories.messaging import InboundTextFactory
from tests.factories.money import FeeEntryFactory, WaiverRequestFactory
from tests.factories.office import SavedFilterFactory, SnoozeFactory
from tests.factories.outcomes import FollowUpFactory, LinkFactory, SheetFactory, SubjectFactory, TicketFactory
from tests.factories.participants import (
    AppointmentFactory,
    ContactAttemptFactory,
    ContactPointFactory,
    IntakeSheetFactory,
    MergeFactory,
    NameTokenFactory,
    NonAssociationFactory,
    NoteFactory,
    OtherNameFactory,
    RestrictionFactory,
    SoundFactory,
)
from tests.factories.programs import (
    BookingFactory,
    BreakApprovalFactory,
    CalendarFeedFactory,
    MarkFactory,
    SessionFactory,
    SessionNoteFactory,
    VisitorFactory,
)

WITHOUT_TEXT = (models.DateField, models.BinaryField, models.UUIDField)
BORN = date(1961, 7, 19)
# Made by what is tested, not put in before: the outbox; what was issued; what a reviewer wrote for the court.
MADE_ON_THE_WAY = {"messaging.Message", "courts.IssuedDocument", "audit.Event", "courts.Report"}
PRIVATE = [
    (label, name)
    for label, fields in sorted(FIELDS.items())
    for name, (whose, _) in sorted(fields.items())
    if whose is not Whose.NONE and label not in MADE_ON_THE_WAY
]


def marker(label: str, name: str, at: str = "") -> str:
    """Closed at both ends, so that two beside each other are told apart. `at`: of another court's."""
    return f"Zq{PRIVATE.index((label, name)):03}{at}qZ"


def markers(text: str) -> set[str]:
    found = re.findall(r"Zq\d{2,3}x?qZ", re.sub(r"\s+", "", text), re.IGNORECASE)
    return {one.capitalize().replace("qz", "qZ") for one in found}


def named(*fields: str) -> set[str]:
    return {marker(*field.rsplit(".", 1)) for field in fields}


def of(label: str, *names: str, at: str = "") -> dict[str, str]:
    return {name: marker(label, name, at) for name in names}


REFERRAL = ("name_as_charged", "plaintiff", "case_number", "incident_number", "judge")
MAN = ("first_name", "middle_name", "last_name", "preferred_name", "folded_name")


def marked(kind: ReportKind) -> Case:
    case = READY[kind](
        ordered_on=date(2026, 3, 2),
        **of("courts.Referral", *REFERRAL),
        **{f"participant__{name}": text for name, text in of("participants.Participant", *MAN).items()},
        participant__date_of_birth=BORN,
    )
    # Not before: what was copied to others has their names by now.
    case.referral.refresh_from_db()
    his_own(case)
    of_his_case(case)
    if case.referral.enrollment_id is not None:
        of_his_evenings(case.enrollment)
        behind_the_wall(case.enrollment)
    elsewhere(case)
    mutable()
    return case


def his_own(case: Case) -> None:
    man = case.referral.participant
    OtherNameFactory(participant=man, **of("participants.OtherName", "name", "folded"))
    ContactPointFactory(participant=man, **of("participants.ContactPoint", "value", "source"))
    NonAssociationFactory(one=man, **of("participants.NonAssociation", "reason"))
    AppointmentFactory(participant=man, **of("participants.Appointment", "place"))
    ContactAttemptFactory(participant=man, **of("participants.ContactAttempt", "note"))
    NameTokenFactory(participant=man, **of("participants.NameToken", "token"))
    SoundFactory(participant=man, **of("participants.Sound", "sound"))
    NoteFactory(participant=man, **of("participants.Note", "text"))
    was = {"preferred_name": ["", marker("participants.Merge", "was")]}
    MergeFactory(kept=man, undone_at=NOW, undone_by=case.by, was=was)
    RestrictionFactory(participant=man, ended_at=NOW, ended_by=case.by, **of("participants.Restriction", "why"))
    IntakeSheetFactory(appointment__participant=man, answers={"said": marker("participants.IntakeSheet", "answers")})
    InboundTextFactory(**of("messaging.InboundText", "number", "body"))
    SnoozeFactory(**of("office.Snooze", "why"))
    SavedFilterFactory(**of("office.SavedFilter", "name", "query"))


def of_his_case(case: Case) -> None:
    referral = case.referral
    ReferralMoveFactory(
        referral=referral, number=50, old="received", new="received", **of("courts.ReferralMove", "why")
    )
    ImposedFactory(referral=referral, **of("courts.Imposed", "note"))
    ListUploadFactory(
        preview={"row": marker("courts.ListUpload", "preview")}, **of("courts.ListUpload", "name", "sheet")
    )
    ChargeFactory(referral=referral, **of("courts.Charge", "statute", "text"))
    NumberTokenFactory(referral=referral, **of("courts.NumberToken", "token"))
    FlagFactory(referral=referral, **of("courts.Flag", "raw"))
    HoldFactory(referral=referral, ended_at=NOW, ended_by=case.by, **of("courts.Hold", "reason"))
    old = DeadlineFactory(referral=referral, settled=True, state="extended", kind="enroll_by")
    told_on = {"basis": "oral", "told_on": date(2026, 3, 3)}
    ExtensionFactory(old=old, new__kind="start_by", **told_on, **of("courts.Extension", "judge", "told_by"))
    ProposalFactory(
        referral=referral, kind="call", facts={"reasons": [], "why": marker("courts.Proposal", "facts")}, state="open"
    )
    sent = SubmissionFactory(answers={"said": marker("courts.Submission", "answers")})
    paper = {"name": marker("courts.CourtPaper", "name"), "content": b"%PDF-1.7"}
    CourtPaperFactory(referral=referral, submission=sent, key=referral.key, **paper)
    copy = {"confirmed_at": NOW, "confirmed_by": case.by, "release_on": date(2026, 3, 3)}
    RecipientFactory(
        referral=referral,
        role=Recipient.Role.DEFENSE,
        channel=Recipient.Channel.PAPER,
        **copy,
        **of("courts.Recipient", "name", "address"),
    )


def of_his_evenings(enrollment: Enrollment) -> None:
    FeeEntryFactory(enrollment=enrollment, **of("programs.FeeEntry", "why"))
    WaiverRequestFactory(enrollment=enrollment, **of("programs.WaiverRequest", "why"))
    BookingFactory(enrollment=enrollment, **of("programs.Booking", "one_a_day_waived_why"))
    BreakApprovalFactory(enrollment=enrollment, **of("programs.BreakApproval", "why"))
    session = SessionFactory(program=enrollment.program)
    VisitorFactory(session=session, **of("programs.Visitor", "alias"))
    about = {"enrollment": enrollment, "key": enrollment.participant.key}
    SessionNoteFactory(session=session, **about, **of("programs.SessionNote", "text"))
    said = of("programs.Mark", "comment", "correction")
    marks = list(Mark.objects.current().filter(enrollment=enrollment))
    for mark in marks:
        MarkFactory(
            enrollment=enrollment, session=mark.session, supersedes=mark, kind=mark.kind, by=mark.by, at=AFTER, **said
        )
    if not marks:
        MarkFactory(enrollment=enrollment, session=session, kind="not_provided", **said)


def behind_the_wall(enrollment: Enrollment) -> None:
    """What he answered, while something leads to it."""
    subject = SubjectFactory.create(program=enrollment.program)
    LinkFactory(enrollment=enrollment, code=str(subject.pk))
    SheetFactory(subject=subject, answers={"said": marker("outcomes.Sheet", "answers")})
    FollowUpFactory(subject=subject, **of("outcomes.FollowUp", "known"))
    TicketFactory(asking__enrollment=enrollment, **of("outcomes.Ticket", "token_hash"))


def elsewhere(case: Case) -> None:
    """Referred by another court too, which has had a report of its own."""
    own = of("courts.Referral", *REFERRAL, at="x")
    court = CourtFactory(name="Zq98qZ", caption="Zq99qZ")
    other: Referral = received(
        program=case.referral.program, participant=case.referral.participant, court=court, closed=True, **own
    )
    report = ReportFactory(referral=other, proposal__facts={}, steps=["proposed", "in_review", "issued"])
    ReportStepFactory(report=report, number=4, step="withdrawn", **of("courts.ReportStep", "note"))
    document = IssuedDocumentFactory(report=report, number__n=900, snapshot={"number": "Zq97qZ"})
    delivery = DeliveryFactory(document=document, state="failed", **of("courts.Delivery", "reason", "envelope"))
    expires = {"code_expires_at": AFTER}
    DeliveryLinkFactory(delivery=delivery, **expires, **of("courts.DeliveryLink", "token_hash", "code_hash"))


def mutable() -> None:
    """Whose rows may still be changed: those of the staff, and what normalizes or recognizes."""
    DeviceFactory(**of("accounts.Device", "address", "agent", "token_hash"))
    InvitationFactory(**of("accounts.Invitation", "email", "token_hash"))
    CalendarFeedFactory(**of("programs.CalendarFeed", "token_hash"))
    Referral.objects.filter(court__caption__startswith="IN THE").update(**of("courts.Referral", "fingerprint"))


def unmarked(case: Case) -> Iterator[tuple[str, str]]:
    """Private texts that the case doesn't have."""
    for label, name in PRIVATE:
        model = apps.get_model(label)
        field: Any = model._meta.get_field(name)
        if not isinstance(field, WITHOUT_TEXT):
            values = [str(getattr(row, name)) for row in model._default_manager.all()]
            if marker(label, name).lower() not in "".join(values).lower():
                yield label, name


def staff_but(*known: User) -> None:
    """Whoever has no business in the report is marked too."""
    others = User.objects.exclude(pk__in=[one.pk for one in known])
    for number, user in enumerate(others):
        user.name = marker("accounts.User", "name")
        user.email = f"{marker('accounts.User', 'email')}{number}@onus.example".lower()
        user.password = marker("accounts.User", "password")
        user.save()


SOON = timedelta(hours=1)
