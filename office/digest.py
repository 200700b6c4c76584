"""What the coordinators are told: once each working day how much waits, and at once what can't wait for that.

Numbers, ids and a link; nobody's name. Two things beside the dates (`courts.actions.alerts`) can't wait: a copy that
did not get there, and a man who ended texts, is expected within two days and can't be written to in any other way.
"""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, Q, QuerySet

from accounts.models import User
from audit.models import name_of
from courts.actions.telling import office
from courts.deadlines import DIGEST_AT, DeadlineKind, is_business_day, previous_business_day
from courts.messages import when
from courts.models import Deadline, Delivery, Proposal, Recipient, Referral, Report
from courts.moves import OVER, State
from courts.steps import CALLED_BACK, Step
from messaging.actions import Planned, plan
from messaging.addresses import reachable_by
from messaging.models import Channel, InboundText, Message
from messaging.models import State as Sent
from office.restrictions import looked_at_by
from office.sealed import plan_heads
from office.subjects import open_rows
from participants.kinds import ConsentHow
from participants.models import Appointment, Consent, ContactPoint
from programs import schedule
from programs.models import Booking, Program, Seat, Session

DIGEST = "office_digest"
URGENT = "office_urgent"
AHEAD = timedelta(days=7)
# The ladder of dates begins so many days before.
FURTHEST = timedelta(days=14)
EXPECTED_WITHIN = timedelta(days=2)
LEFT_OPEN = timedelta(hours=48)
MOST_DATES = 40


# --- Once a working day


def plan_digests(*, now: datetime) -> int:
    """From eight on by the clock of the first program, on its working days; returns how many are new."""
    program = Program.objects.order_by("id").first()
    if program is None or not _is_open(program, now.astimezone(program.zone)):
        return 0
    on = now.astimezone(program.zone).date()
    return plan(
        (
            Planned(
                key=f"{DIGEST}:{on}:{user}",
                kind=DIGEST,
                channel=Channel.EMAIL,
                about=name_of(program),
                user_id=user,
                due_at=now,
            )
            for user in readers()
        ),
        now=now,
    )


def _is_open(program: Program, local: datetime) -> bool:
    return local.time() >= DIGEST_AT and is_business_day(local.date(), holidays(program, local.date()))


def holidays(program: Program, day: date) -> frozenset[date]:
    kept_free = program.days_off.values_list("on", flat=True)
    return frozenset(schedule.state_holidays(program.state, (day.year - 1, day.year, day.year + 1))) | set(kept_free)


def readers() -> list[int]:
    """The coordinators; where there is none, the administrators. And whoever else keeps a file shut to all of them."""
    there = office()
    usual = there.coordinators or there.administrators
    return sorted(usual.union(*(there.told(man) for man in there.readers)))


@dataclass(frozen=True, slots=True)
class Digest:
    """How much waits, by kind; and the dates, soonest first. `more`: dates that did not fit."""

    counts: list[tuple[str, int]]
    dates: list[str]
    more: int

    @property
    def says_nothing(self) -> bool:
        return not self.counts and not self.dates


def digest(program: Program, *, user: int | None, now: datetime) -> Digest:
    """As it stands now, not as it stood when it was planned. `user`: who reads it, and from whom files may be shut."""
    today = now.astimezone(program.zone).date()
    reader = User.objects.filter(pk=user).first() if user else None
    with looked_at_by(reader, something_shut=True) if reader else nullcontext():
        dates = _dates(today, _told_until(program, user, today))
        counts = [(label, number) for label, number in _counts(now) if number]
    return Digest(counts, dates[:MOST_DATES], max(len(dates) - MOST_DATES, 0))


def _told_until(program: Program, user: int | None, today: date) -> date:
    """The day of his last digest that went; while the mail server was down that may be long ago."""
    usual = previous_business_day(today, holidays(program, today))
    went = Message.objects.filter(kind=DIGEST, user=user, sent_at__isnull=False)
    last = went.aggregate(last=Max("sent_at"))["last"]
    return min(usual, last.astimezone(program.zone).date()) if last else usual


def newer_stands(message: Message) -> bool:
    """Yesterday's didn't go: today's says all of it."""
    return Message.objects.filter(kind=DIGEST, user=message.user_id, pk__gt=message.pk).exists()


def _dates(today: date, last_digest: date) -> list[str]:
    """What is late or due within a week; and what the ladder called out since the last digest."""
    called_out = Q(last_alert_on__gte=last_digest, due_on__lte=today + FURTHEST)
    loud = Deadline.objects.open().filter(Q(due_on__lte=today + AHEAD) | called_out)
    loud = loud.exclude(referral__state__in=[State.ON_HOLD, *OVER])
    rows = open_rows(loud).order_by("due_on", "id").values_list("due_on", "kind", "referral")
    return [
        f"{DeadlineKind(kind).label}: {due_on:%B} {due_on.day}, {when((due_on - today).days)} (referral {referral})"
        for due_on, kind, referral in rows
    ]


def _counts(now: datetime) -> Iterator[tuple[str, int]]:
    yield "Referrals to decide on", open_rows(Referral.objects.awaiting_decision()).count()
    yield "Proposals to look at", open_rows(Proposal.objects.open().filter(opened_at=None)).count()
    yield "Reports in review", open_rows(Report.objects.in_state(Step.IN_REVIEW)).count()
    yield "Evenings that nobody closed", Session.objects.not_logged(now - LEFT_OPEN).count()
    lost = Message.objects.filter(state__in=[Sent.FAILED, Sent.UNKNOWN], due_at__gt=now - AHEAD)
    yield "Messages that did not go", open_rows(lost).count()
    yield "Texts that came in", open_rows(InboundText.objects.unread()).count()
    yield "Contacts where nothing arrives", open_rows(ContactPoint.objects.unreachable()).count()


# --- At once


def plan_urgent(*, now: datetime) -> int:
    """To each coordinator to whom his file opens; returns how many are new."""
    found = [*_not_delivered(), *_stopped(now)]
    there = office({man for _, _, man in found})
    return plan(
        (
            Planned(
                key=f"{URGENT}:{about}:{which}:{user}",
                kind=URGENT,
                channel=Channel.EMAIL,
                about=about,
                user_id=user,
                due_at=now,
            )
            for about, which, man in found
            for user in sorted(there.told(man))
        ),
        now=now,
    )


def lost_deliveries() -> QuerySet[Delivery]:
    """Copies that did not get there, of reports that stand. His own never makes the court wait."""
    lost = Delivery.objects.filter(state__in=[Delivery.State.FAILED, Delivery.State.RETURNED])
    standing = lost.exclude(document__report__last_step__in=CALLED_BACK)
    return standing.exclude(recipient__role=Recipient.Role.HIMSELF)


def _not_delivered() -> Iterator[tuple[str, int, int]]:
    """Each with its newest mail and whom it is about: what was sent again and came back again is told again."""
    his = "document__report__referral__participant"
    lost = {f"{Delivery._meta.label}:{pk}": man for pk, man in lost_deliveries().values_list("pk", his)}
    mails = Message.objects.filter(about__in=lost).exclude(kind=URGENT).values_list("about")
    newest = dict(mails.annotate(newest=Max("pk"))) if lost else {}
    for about, man in lost.items():
        yield about, newest.get(about, 0), man


def _stopped(now: datetime) -> Iterator[tuple[str, int, int]]:
    stops = Consent.objects.filter(given=False, how=ConsentHow.BY_TEXT, at__gt=now - EXPECTED_WITHIN)
    rows = list(stops.order_by("id").values_list("pk", "contact_point__participant"))
    men = {man for _, man in rows}
    silent = men - reachable_by(men).keys() if men else set()
    expected = _expected(silent, now) if silent else set()
    for pk, man in rows:
        if man in expected:
            yield f"{Consent._meta.label}:{pk}", pk, man


def _expected(men: set[int], now: datetime) -> set[int]:
    """Those who have an appointment or an evening within two days."""
    until = now + EXPECTED_WITHIN
    soon = Session.objects.from_now(now).filter(starts_at__lte=until)
    visits = Appointment.objects.planned().filter(participant__in=men, starts_at__gt=now, starts_at__lte=until)
    seats = Seat.objects.taken().filter(cohort__sessions__in=soon, enrollment__closed_at=None)
    booked = Booking.objects.standing().filter(session__in=soon, enrollment__closed_at=None)
    his = "enrollment__participant"
    found = set(visits.values_list("participant", flat=True))
    for rows in (seats, booked):
        found |= set(rows.filter(**{f"{his}__in": men}).values_list(his, flat=True))
    return found


def still_stopped(consent: Consent) -> bool:
    newest = consent.contact_point.consents.newest_first().first()
    man = consent.contact_point.participant_id
    return newest is not None and not newest.given and man not in reachable_by([man])


PLAN = {"digests": plan_digests, "urgent": plan_urgent, "heads": plan_heads}
