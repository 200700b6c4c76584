"""What hangs on a crowd's enrollments, by the hundred thousand: names of their own, a referral, a report, messages."""

from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from bench import crowd
from courts.models import (
    Deadline,
    Delivery,
    IssuedDocument,
    NumberLedger,
    NumberToken,
    Proposal,
    Recipient,
    Referral,
    Report,
    ReportStep,
)
from messaging.models import Message
from participants.models import ContactPoint, NameToken, Participant
from programs.models import Enrollment
from tests.factories.courts import (
    CourtFactory,
    DeadlineFactory,
    DeliveryFactory,
    IssuedDocumentFactory,
    RecipientFactory,
    ReferralFactory,
    ReportFactory,
)
from tests.factories.messaging import MessageFactory
from tests.factories.participants import (
    AppointmentFactory,
    ConsentFactory,
    ContactPointFactory,
)

COURTS, MESSAGES = 40, 10
# What a coordinator has before her, however many are behind her.
ON_THE_DESK = 20
FIRST = ("Adam", "Bram", "Carl", "Dino", "Emil", "Finn", "Gary", "Hugo", "Ivan", "Jose", "Karl", "Luis", "Marc", "Noah")
BEGIN = ("Hal", "Bre", "Pen", "Oko", "Vas", "Lin", "Tam", "Nov", "Mar", "Del", "Gar", "Cas", "Fer", "Rod", "Sal", "Ber")
MIDDLE = ("lo", "zi", "ha", "jo", "que", "qui", "mu", "a", "ti", "ro", "ca", "ne", "vi", "do", "sa", "le")
END = ("way", "ka", "le", "nez", "ez", "vist", "ra", "sen", "lo", "mes", "no", "ton", "ski", "ley", "ana", "ov")


def fill(*, enrollments: int, running: int, now: datetime) -> None:
    crowd.lay(enrollments=enrollments, running=running, now=now)
    lay(now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@transaction.atomic
def lay(now: datetime) -> None:
    _names()
    _execute("UPDATE programs_cohort SET closed_at = %s WHERE name LIKE 'Over%%'", now)
    templates = ReferralFactory(case_number="TEMPLATE", program=Enrollment.objects.earliest("id").program)
    courts = [templates.court, *CourtFactory.create_batch(COURTS - 1)]
    _referrals(templates, courts, now)
    _hang(
        DeadlineFactory(referral=templates), {"state": "'met'", "settled_at": "s.received_on", "next_alert_on": "NULL"}
    )
    report = ReportFactory(referral=templates, steps=["proposed"])
    taken = {"state": "'taken'", "settled_at": "old.made_at", "settled_by_id": "(SELECT min(id) FROM accounts_user)"}
    _hang(report.proposal, {"kind": "'completion'", **taken})
    _reports(report)
    _documents(report)
    _messages()
    _reached(now)
    _on_the_desk(templates, now)


def _execute(sql: str, *given: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)


def each(template: models.Model, values: dict[str, str], source: str) -> None:
    """A row like `template` for each of `source`, which is called `s`."""
    its = [field for field in template._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in its)
    told = ", ".join(values.get(str(field.column), f'old."{field.column}"') for field in its)
    table = template._meta.db_table
    _execute(
        f'INSERT INTO "{table}" ({columns}) SELECT {told} FROM {source}, "{table}" old WHERE old.id = {template.pk}'
    )


def _names() -> None:
    def pick(words: tuple[str, ...], by: str) -> str:
        return f"(ARRAY{list(words)})[{by} %% {len(words)} + 1]"

    last = " || ".join(pick(words, by) for words, by in ((BEGIN, "id"), (MIDDLE, "(id / 16)"), (END, "(id / 256)")))
    people = Participant._meta.db_table
    _execute(f"UPDATE {people} SET first_name = initcap({pick(FIRST, '(id / 7)')}), last_name = initcap({last})")
    _execute(f"UPDATE {people} SET folded_name = lower(first_name || last_name)")
    tokens = NameToken._meta.db_table
    _execute(
        f"INSERT INTO {tokens} (participant_id, token) SELECT id, lower(first_name) FROM {people}"
        f" UNION SELECT id, lower(last_name) FROM {people}"
    )


def _referrals(template: Referral, courts: list[Any], now: datetime) -> None:
    key = "md5(s.id::text || 'referral')::uuid"
    _execute(
        f"INSERT INTO vault_key (id, kind, wrapped, made_at, destroyed_at)"
        f" SELECT {key}, old.kind, old.wrapped, old.made_at, NULL FROM programs_enrollment s, vault_key old"
        f" WHERE old.id = %s",
        template.key_id,
    )
    over = "s.closed_at IS NOT NULL"
    number = "'26-' || lpad(s.id::text, 6, '0')"
    values = {
        "key_id": key, "participant_id": "s.participant_id", "enrollment_id": "s.id", "case_number": number,
        "court_id": f"(ARRAY{[court.pk for court in courts]})[s.id %% {COURTS} + 1]",
        "normalized_case_number": f"replace({number}, '-', '')", "received_on": "s.opened_at::date",
        "state": f"CASE WHEN {over} THEN 'closed' ELSE 'enrolled' END",
        "closing": f"CASE WHEN {over} THEN 'withdrawn' ELSE '' END", "closed_at": "s.closed_at", "fingerprint": "NULL",
    }  # fmt: skip
    each(template, values, "programs_enrollment s")
    runs = "'26', lpad(e.id::text, 6, '0'), e.id::text, '26' || lpad(e.id::text, 6, '0')"
    _execute(
        f"INSERT INTO {NumberToken._meta.db_table} (referral_id, token) SELECT DISTINCT r.id, run"
        f" FROM courts_referral r JOIN programs_enrollment e ON e.id = r.enrollment_id, unnest(ARRAY[{runs}]) run"
    )


OF_REFERRALS = "(SELECT * FROM courts_referral WHERE enrollment_id IS NOT NULL AND state = 'closed') s"


def _hang(template: Deadline | Proposal, values: dict[str, str]) -> None:
    each(template, {"referral_id": "s.id", **values}, OF_REFERRALS)


def _reports(report: Report) -> None:
    its = f"state = 'taken' AND kind = 'completion' AND referral_id <> {report.referral_id}"
    proposals = f"(SELECT * FROM courts_proposal WHERE {its}) s"
    each(report, {"referral_id": "s.referral_id", "proposal_id": "s.id", "last_step": "'acknowledged'"}, proposals)
    step = ReportStep.objects.get(report=report)
    others = f"(SELECT * FROM courts_report WHERE id <> {report.pk}) s"
    for number, taken in enumerate(("proposed", "in_review", "issued", "delivered", "acknowledged"), start=1):
        each(step, {"report_id": "s.id", "number": str(number), "step": f"'{taken}'"}, others)


def _documents(report: Report) -> None:
    """Each report went to its court, which has it."""
    document: IssuedDocument = IssuedDocumentFactory(report=report)
    recipient: Recipient = RecipientFactory(referral=report.referral)
    delivery: Delivery = DeliveryFactory(document=document, recipient=recipient)
    others = f"(SELECT * FROM courts_report WHERE id <> {report.pk}) s"
    each(recipient, {"referral_id": "s.referral_id"}, others)
    n = f"row_number() OVER (ORDER BY s.id) + {document.number.n}"
    each(document.number, {"report_id": "s.id", "n": n, "settled": "'used'"}, others)
    theirs = f"(SELECT * FROM {NumberLedger._meta.db_table} WHERE id <> {document.number_id}) s"
    each(document, {"report_id": "s.report_id", "number_id": "s.id"}, theirs)
    to = (
        "(SELECT d.id, d.issued_at, r.id AS whom FROM courts_issueddocument d"
        " JOIN courts_report p ON p.id = d.report_id"
        f" JOIN courts_recipient r ON r.referral_id = p.referral_id WHERE d.id <> {document.pk}) s"
    )
    came = {"state": "'sent'", "sent_at": "s.issued_at", "acknowledged_at": "s.issued_at"}
    by = {"acknowledged_by_id": "(SELECT min(id) FROM accounts_user)"}
    each(delivery, {"document_id": "s.id", "recipient_id": "s.whom", **came, **by}, to)


def _messages() -> None:
    """Of years: a week apart, from the day on which he was accepted."""
    made: Message = MessageFactory(state="sent", sent_at=Participant.objects.earliest("id").made_at)
    at = "s.opened_at + n * interval '7 days'"
    values = {
        "key": "'bench:' || s.id || ':' || n", "participant_id": "s.participant_id", "user_id": "NULL",
        "message_id": "'<' || s.id || '.' || n || '@bench>'",
        "planned_at": "s.opened_at", "due_at": at, "try_at": at, "sent_at": at,
    }  # fmt: skip
    each(made, values, f"programs_enrollment s CROSS JOIN generate_series(1, {MESSAGES}) n")


def _reached(now: datetime) -> None:
    """Each has a telephone that is safe, agreed to be texted, and came to his intake."""
    men = "programs_enrollment s"
    point: ContactPoint = ContactPointFactory(safe=True)
    each(point, {"participant_id": "s.participant_id", "safe_at": "s.opened_at", "made_at": "s.opened_at"}, men)
    points = f"(SELECT * FROM {ContactPoint._meta.db_table} WHERE id <> {point.pk}) s"
    each(ConsentFactory(contact_point=point), {"contact_point_id": "s.id", "at": "s.safe_at"}, points)
    kept = AppointmentFactory(state="kept", settled_at=now, settled_by=point.safe_by)
    on = "s.opened_at + interval '3 days'"
    each(kept, {"participant_id": "s.participant_id", "starts_at": on, "settled_at": on}, men)


def _on_the_desk(template: Referral, now: datetime) -> None:
    """What waits for somebody today is no more in a big house than in a small one."""
    MessageFactory.create_batch(ON_THE_DESK, state="failed", reason="SMTPServerDisconnected", due_at=now)
    near = {"court": template.court, "program": template.program}
    for new in ReferralFactory.create_batch(ON_THE_DESK, state="received", received_on=now.date(), **near):
        DeadlineFactory(referral=new, due_on=now.date())
    for enrolled in ReferralFactory.create_batch(ON_THE_DESK // 2, enrolled=True, **near):
        ReportFactory(referral=enrolled, steps=["proposed", "in_review"])
