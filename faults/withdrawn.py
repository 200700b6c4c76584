"""Consent is withdrawn between plan and send: before anybody works, and while they do."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core import clock
from faults.checking import check
from faults.house import House, rows
from faults.kinds import TO_HIM
from faults.tally import Tally
from messaging.actions import Planned
from messaging.models import Channel, Message, State
from messaging.quiet import sendable_at
from participants.models import Consent, ContactPoint
from tests.factories.participants import ConsentFactory, ContactPointFactory

NAME = "withdrawn"
MEN = 120
NO_CONSENT = "no consent to texts"


def run(house: House) -> Tally:
    now = clock.now()
    points = [_agreed(number, zone=where_it_is_day(now), now=now) for number in range(MEN)]
    house.plan(NAME, [_planned(point, now) for point in points], now=now)
    before, during = points[: MEN // 3], points[MEN // 3 : 2 * MEN // 3]
    for point in before:
        _withdraw(point)
    with house.working():
        # From the last one on, while the workers come from the first.
        for point, _ in zip(reversed(during), house.while_waiting(NAME, every=0.02), strict=False):
            _withdraw(point)
        house.wait_until_settled(NAME)
    found = check(house, NAME)
    return replace(found, wrong=(*found.wrong, *_against_his_will(before)))


def where_it_is_day(now: datetime) -> str:
    """Quiet hours are another fault."""
    later = now + timedelta(hours=1)
    zones = [f"Etc/GMT{offset:+}" for offset in range(-12, 13)]
    return next(name for name in zones if all(sendable_at(at, ZoneInfo(name)) == at for at in (now, later)))


def _agreed(number: int, *, zone: str, now: datetime) -> ContactPoint:
    point: ContactPoint = ContactPointFactory(safe=True, participant__time_zone=zone, value=f"+1206{number:07}")
    ConsentFactory(contact_point=point, at=now - timedelta(days=9))
    return point


def _withdraw(point: ContactPoint) -> None:
    ConsentFactory(contact_point=point, given=False, at=clock.now())


def _planned(point: ContactPoint, now: datetime) -> Planned:
    return Planned(
        key=f"{NAME}:{point.pk}",
        kind=TO_HIM,
        channel=Channel.TEXT,
        about=point.value,
        participant_id=point.participant_id,
        due_at=now - timedelta(minutes=1),
    )


def _against_his_will(before: list[ContactPoint]) -> list[str]:
    withdrawn = dict(Consent.objects.filter(given=False).values_list("contact_point", "at"))
    skipped = rows(NAME).filter(state=State.SKIPPED, reason=NO_CONSENT)
    wrong = [f"{sent.key} went after he had said no at {at}" for sent, at in _sent_later(withdrawn)]
    early = skipped.filter(participant__in=[point.participant_id for point in before]).count()
    return wrong if early == len(before) else [*wrong, f"{early} of {len(before)} who had said no are listed"]


def _sent_later(withdrawn: dict[int, datetime]) -> list[tuple[Message, datetime]]:
    """A second is what a text may already have been on its way."""
    sent = rows(NAME).filter(state=State.SENT).select_related("contact_point")
    pairs = [(message, withdrawn.get(message.contact_point_id or 0)) for message in sent]
    return [(m, at) for m, at in pairs if at and m.sent_at and m.sent_at > at + timedelta(seconds=1)]
