"""Copies that go by e-mail: planned, and settled when the outbox says what became of them."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction

from accounts.actors import Task
from accounts.models import User
from audit.actions import record
from audit.models import name_of
from core.refusal import Refusal
from courts.actions import deliveries, links
from courts.actions.notices import REPORT_LINK, address_of
from courts.models import Delivery, Recipient
from courts.models.delivery import DeliveryQuerySet
from courts.steps import CALLED_BACK
from messaging.actions import Planned, plan
from messaging.models import Channel, Message, State

logger = logging.getLogger(__name__)

BY = Task("courts.deliver")
NOT_GONE = (State.FAILED, State.SKIPPED, State.MISSED)


class NotByMail(Refusal):
    pass


class NoAddress(Refusal):
    pass


def mail_queued(*, now: datetime) -> int:
    """Plan the e-mail of each copy that waits for one; how many are new."""
    waiting = _by_mail().unmailed().filter(state=Delivery.State.QUEUED)
    return _each(waiting, lambda one: _mail(one, now=now))


def settle_mailed(*, now: datetime) -> int:
    """What was sent has been delivered; what wasn't has failed, also when it was a second link; how many."""
    gone = _by_mail().mailed(State.SENT).filter(state=Delivery.State.QUEUED)
    lost = _by_mail().mailed(*NOT_GONE).exclude(state__in=(Delivery.State.FAILED, Delivery.State.RETURNED))
    settled = _each(gone, lambda one: deliveries.deliver(delivery=one, by=BY, now=now))
    return settled + _each(lost.filter(acknowledged_at=None), lambda one: _failed(one, now))


def _by_mail() -> DeliveryQuerySet:
    by_mail = Delivery.objects.filter(channel=Recipient.Channel.EMAIL)
    return by_mail.exclude(document__report__last_step__in=CALLED_BACK).order_by("id")


def _each(waiting: Iterable[Delivery], act: Callable[[Delivery], object]) -> int:
    """One that fails doesn't hold up the others; the first failure is raised at last."""
    done, failures = 0, []
    for delivery in waiting:
        try:
            act(delivery)
        except Refusal:
            continue  # another worker was faster, or it was called back meanwhile
        except Exception as error:
            logger.error("delivery %s: %s", delivery.pk, type(error).__name__)
            failures.append(error)
        else:
            done += 1
    if failures:
        raise failures[0]
    return done


@transaction.atomic
def _mail(delivery: Delivery, *, now: datetime) -> None:
    delivery = deliveries.locked(delivery)
    if delivery.links.exists():
        raise NotByMail("Its e-mail is planned already.")
    deliveries.may_go(delivery)
    _plan(delivery, now)


def _plan(delivery: Delivery, now: datetime) -> None:
    link = links.make(delivery, now=now)
    message = Planned(
        key=f"{REPORT_LINK}:{delivery.pk}:{link.pk}",
        kind=REPORT_LINK,
        channel=Channel.EMAIL,
        about=name_of(delivery),
        participant_id=links.himself(delivery),
        language=links.language(delivery),
        due_at=now,
        expires_at=link.expires_at,
    )
    plan([message], now=now)


def _failed(delivery: Delivery, now: datetime) -> None:
    mail = Message.objects.about(name_of(delivery)).filter(kind=REPORT_LINK).latest("pk")
    why = f"The e-mail was not sent: {mail.reason or 'its time was over'}."
    deliveries.deliver_failed(delivery=delivery, state=Delivery.State.FAILED, reason=why, by=BY, now=now)


@transaction.atomic
def send_new_link(*, delivery: Delivery, by: User, now: datetime) -> None:
    """In place of the old one, to the same confirmed address. Raises NotByMail, NoAddress, NotQueued and
    AddressNotConfirmed."""
    delivery = deliveries.locked(delivery)
    if delivery.channel != Recipient.Channel.EMAIL:
        raise NotByMail("This copy doesn't go by e-mail.")
    deliveries.may_go(delivery)
    if delivery.is_for_nobody or not address_of(delivery.recipient, delivery.channel):
        raise NoAddress("There is no confirmed address for it any more. Add a recipient and confirm it.")
    if delivery.state != Delivery.State.SENT:
        delivery.state, delivery.reason = Delivery.State.QUEUED, None
        delivery.save(update_fields=["state", "reason"])
    _plan(delivery, now)
    record(by=by, now=now, verb="delivery.new_link", on=delivery)
