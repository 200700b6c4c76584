"""From issued to acknowledged."""

import logging
from datetime import datetime

from django.db import transaction

from accounts.actors import Actor, Task
from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from courts.actions import deadlines
from courts.actions.desks import Desk
from courts.actions.life import StepNotPossible, add_step, last_step, said
from courts.actions.notices import address_of, report_waiting
from courts.models import Agency, Court, Delivery, Recipient, Report
from courts.models.report import ReportQuerySet
from courts.steps import CALLED_BACK, Step
from messaging.actions import plan
from messaging.models import State as MailState

logger = logging.getLogger(__name__)

BY = Task("courts.deliver")


class NotQueued(Refusal):
    pass


class AddressNotConfirmed(Refusal):
    """Nothing goes to an address that nobody has called back."""


class NotMailed(Refusal):
    pass


class NotOnPaper(Refusal):
    pass


class NoClerkYet(Refusal):
    pass


class EnvelopeMissing(Refusal):
    pass


class NotYourCourt(Refusal):
    pass


class NothingToAcknowledge(Refusal):
    pass


def deliver_queued(*, now: datetime) -> int:
    """Lay what waits for it on the courts' pages; how many copies were laid.

    What is for a court or an agency where nobody can sign in waits on, until somebody is appointed. One that fails
    doesn't hold up the others; the first failure is raised at last.
    """
    laid, failures = 0, []
    waiting = Delivery.objects.filter(state=Delivery.State.QUEUED, channel=Recipient.Channel.PORTAL)
    standing = waiting.with_a_reader().exclude(document__report__last_step__in=CALLED_BACK)
    for delivery in standing.order_by("id"):
        try:
            deliver(delivery=delivery, by=BY, now=now)
        except (NotQueued, NoClerkYet):
            continue  # another worker was faster, or the clerk left meanwhile
        except Exception as error:
            logger.error("delivery %s: %s", delivery.pk, type(error).__name__)
            failures.append(error)
        else:
            laid += 1
    if failures:
        raise failures[0]
    return laid


@transaction.atomic
def deliver(*, delivery: Delivery, envelope: str = "", by: Actor, now: datetime) -> None:
    """It has reached this recipient; with the last one the report is delivered.

    Portal: who works where it is laid is told by mail. E-mail: its message must have gone. E-filing: `envelope` is
    the number that the court's system gave.

    Raises NotQueued, AddressNotConfirmed, NoClerkYet, NotMailed, EnvelopeMissing.
    """
    delivery = locked(delivery)
    report = delivery.document.report
    if delivery.state == Delivery.State.SENT:
        raise NotQueued("This copy has been delivered already.")
    may_go(delivery)
    _has_gone(delivery, envelope)
    delivery.state, delivery.sent_at, delivery.reason, delivery.envelope = (
        Delivery.State.SENT,
        now,
        None,
        envelope,
    )
    delivery.save(update_fields=["state", "sent_at", "reason", "envelope"])
    record(by=by, now=now, verb="delivery.sent", on=delivery, facts={"channel": delivery.channel})
    if delivery.channel == Recipient.Channel.PORTAL:
        plan(report_waiting(delivery, now=now), now=now)
    if not delivery.document.deliveries.holding_up().exists():
        _delivered_to_all(report, by, now)


def may_go(delivery: Delivery) -> None:
    """Raises NotQueued, AddressNotConfirmed."""
    if last_step(delivery.document.report) in CALLED_BACK:
        raise NotQueued("This report was called back. Don't send it any more.")
    recipient = delivery.recipient
    if delivery.channel != Recipient.Channel.PORTAL and recipient.confirmed_at is None:
        raise AddressNotConfirmed("Nobody has confirmed this address. Confirm it by calling back, then send the copy.")


def _has_gone(delivery: Delivery, envelope: str) -> None:
    """Raises NoClerkYet, NotMailed, EnvelopeMissing."""
    match delivery.channel:
        case Recipient.Channel.PORTAL if not _read_by_somebody(delivery):
            raise NoClerkYet("Nobody at this court can sign in yet. Invite its clerk, or send it another way.")
        case Recipient.Channel.EMAIL if not Delivery.objects.filter(pk=delivery.pk).mailed(MailState.SENT).exists():
            raise NotMailed("This copy goes by e-mail by itself, and counts when its message has gone.")
        case Recipient.Channel.EFILING if not envelope:
            raise EnvelopeMissing("Give the envelope number that e-filing showed.")


def _read_by_somebody(delivery: Delivery) -> bool:
    return Delivery.objects.filter(pk=delivery.pk).with_a_reader().exists()


def _delivered_to_all(report: Report, by: Actor, now: datetime) -> None:
    # A copy that came back and was sent again finds the step taken.
    if last_step(report) is Step.ISSUED:
        add_step(report, Step.DELIVERED, by=by, now=now)
        _acknowledged_early(report, now)
    deadlines.meet(report.referral, deadlines.MET_BY_REPORT.get(report.kind, ()), by=by, now=now)


def _acknowledged_early(report: Report, now: datetime) -> None:
    """The clerk may have acknowledged while a copy was still on its way to somebody else."""
    laid = report.document.deliveries.filter(acknowledged_by__isnull=False).select_related("recipient")
    acknowledged = next((one for one in laid if _speaks_for_the_court(report, one.recipient.agency_id)), None)
    if acknowledged is not None and acknowledged.acknowledged_by is not None:
        add_step(report, Step.ACKNOWLEDGED, by=acknowledged.acknowledged_by, now=now)


def _speaks_for_the_court(report: Report, agency: int | None) -> bool:
    """An agency has its own copy; while nothing is filed, it is the only one to answer."""
    return agency is None or report.referral.court_id is None


def _lock(reports: ReportQuerySet) -> None:
    """The last two copies delivered at once would else each find the other one still on its way."""
    reports.select_for_update(of=("self",), no_key=True).only("pk").get()


def locked(delivery: Delivery) -> Delivery:
    """As it stands now, and nobody else goes on with it until the transaction ends."""
    _lock(Report.objects.filter(document__deliveries=delivery))
    return read(delivery)


def read(delivery: Delivery) -> Delivery:
    report = "document__report__referral"
    related = (f"{report}__court", f"{report}__key", f"{report}__program", f"{report}__participant", "recipient")
    return Delivery.objects.select_related(*related).defer("document__content").get(pk=delivery.pk)


@transaction.atomic
def deliver_failed(*, delivery: Delivery, state: Delivery.State, reason: str, by: Actor, now: datetime) -> None:
    """`state`: failed, it could not be sent; returned, it came back. Until it is sent again, what the report met
    is owed again.

    Raises NotQueued when it was acknowledged.
    """
    delivery = locked(delivery)
    if delivery.acknowledged_at is not None:
        raise NotQueued("This copy has been acknowledged, so it has arrived.")
    delivery.state, delivery.sent_at, delivery.reason = state, None, reason
    delivery.save(update_fields=["state", "sent_at", "reason"])
    record(by=by, now=now, verb=f"delivery.{state}", on=delivery, facts={"channel": delivery.channel})
    report = delivery.document.report
    if delivery.recipient.role == Recipient.Role.HIMSELF:
        return  # the court has what it is owed
    deadlines.unmeet(report.referral, deadlines.MET_BY_REPORT.get(report.kind, ()), by=by, now=now)


ON_PAPER = (Recipient.Channel.PAPER, Recipient.Channel.FAX, Recipient.Channel.BY_HAND)


def to_print(delivery: Delivery) -> str:
    """Where it goes, as it stands today; "" for what is handed over.

    Raises NotOnPaper, NotQueued, AddressNotConfirmed.
    """
    if delivery.channel not in ON_PAPER:
        raise NotOnPaper("This copy doesn't go on paper.")
    if delivery.state == Delivery.State.SENT:
        raise NotQueued("This copy has been delivered already.")
    may_go(delivery)
    to = address_of(delivery.recipient, delivery.channel)
    if not to and delivery.channel != Recipient.Channel.BY_HAND:
        raise AddressNotConfirmed("There is no safe address for this copy. Mark one as safe, or hand it over.")
    return to


@transaction.atomic
def note_printed(*, delivery: Delivery, by: User, now: datetime) -> None:
    """It was printed, and has yet to go. Raises what `to_print` raises."""
    delivery = locked(delivery)
    to_print(delivery)
    delivery.printed_at, delivery.printed_by = now, by
    delivery.save(update_fields=["printed_at", "printed_by"])
    record(by=by, now=now, verb="delivery.printed", on=delivery, facts={"channel": delivery.channel})


@transaction.atomic
def acknowledge(*, report: Report, agency: Agency | None = None, by: User, now: datetime) -> None:
    """Who reads it on its pages says: we have it. None: a clerk of the court where it is filed.

    Raises NotYourCourt, NothingToAcknowledge, StepNotPossible.
    """
    desk = Desk(agency=agency) if agency else Desk(court=report.referral.court)
    if (agency or report.referral.court) is None or not desk.is_served_by(by):
        raise NotYourCourt("This report belongs to another court.")
    _lock(Report.objects.filter(pk=report.pk))
    _still_stands(report)
    waiting = desk.deliveries.filter(document__report=report, acknowledged_at=None)
    # By their keys: an UPDATE knows no joins.
    if not Delivery.objects.filter(pk__in=waiting.values("pk")).update(acknowledged_at=now, acknowledged_by=by):
        raise NothingToAcknowledge("There is nothing here to acknowledge any more.")
    record(by=by, now=now, verb="delivery.acknowledged", on=report)
    if _speaks_for_the_court(report, agency.pk if agency else None) and last_step(report) is not Step.ISSUED:
        add_step(report, Step.ACKNOWLEDGED, by=by, now=now)


def _still_stands(report: Report) -> None:
    """Raises StepNotPossible: also where another one's answer doesn't move the report itself."""
    last = last_step(report)
    if last in CALLED_BACK:
        raise StepNotPossible(f"This report is {said(last)}. It can't be acknowledged any more.")
    if last is Step.CORRECTION_ASKED:
        raise StepNotPossible("A correction was asked for. Acknowledge it when the program has answered.")


@transaction.atomic
def acknowledge_for(*, report: Report, by: User, now: datetime) -> None:
    """A coordinator notes the reply of a court that acknowledges by one.

    Raises NothingToAcknowledge, StepNotPossible.
    """
    court = report.referral.court
    if court is None or court.acknowledges != Court.Acknowledges.REPLY:
        raise NothingToAcknowledge("This court doesn't acknowledge by a reply.")
    add_step(report, Step.ACKNOWLEDGED, by=by, now=now)
