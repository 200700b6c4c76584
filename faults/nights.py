"""Both nights on which the clocks change, by `now=`: once each, and nobody's phone rings before nine or after eight."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from faults.checking import check
from faults.house import House, rows
from faults.kinds import TO_HIM
from faults.tally import Tally
from messaging.actions import Planned, send_due, sweep
from messaging.models import Channel, State
from messaging.quiet import CLOSES, OPENS
from participants.models import ContactPoint
from tests.factories.participants import ConsentFactory, ContactPointFactory

NAME = "nights"
# The evening before, in UTC: an hour is lived twice, an hour is skipped.
EVENINGS = (datetime(2026, 10, 31, 22, tzinfo=UTC), datetime(2027, 3, 13, 22, tzinfo=UTC))
ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles")
HOURS, STEP = 20, timedelta(minutes=20)


def run(house: House) -> Tally:
    men = [_man(zone, number) for number, zone in enumerate(ZONES)]
    for evening in EVENINGS:
        house.plan(NAME, [_planned(man, evening, n) for man in men for n in range(HOURS)], now=evening)
        for n in range(int(timedelta(hours=HOURS + 12) / STEP)):
            sweep(now=evening + n * STEP)
            send_due(now=evening + n * STEP)
    found = check(house, NAME)
    return replace(found, wrong=(*found.wrong, *_rang_at_night()))


def _man(zone: str, number: int) -> ContactPoint:
    point: ContactPoint = ContactPointFactory(safe=True, participant__time_zone=zone, value=f"+1303{number:07}")
    ConsentFactory(contact_point=point, at=EVENINGS[0] - timedelta(days=9))
    return point


def _planned(man: ContactPoint, evening: datetime, n: int) -> Planned:
    """One an hour, and every fourth is of no use after two hours."""
    due_at = evening + timedelta(hours=n, minutes=30)
    return Planned(
        key=f"{NAME}:{man.pk}:{due_at.isoformat()}",
        kind=TO_HIM,
        channel=Channel.TEXT,
        about=man.value,
        participant_id=man.participant_id,
        due_at=due_at,
        expires_at=due_at + timedelta(hours=2) if n % 4 == 0 else None,
    )


def _rang_at_night() -> list[str]:
    sent = rows(NAME).filter(state=State.SENT).select_related("participant")
    wrong = []
    for message in sent:
        assert message.sent_at, "it is sent"
        assert message.participant, "to him"
        there = message.sent_at.astimezone(ZoneInfo(message.participant.time_zone))
        if not OPENS <= there.time() < CLOSES:
            wrong.append(f"{message.key} rang at {there:%H:%M}")
        if message.expires_at and message.sent_at >= message.expires_at:
            wrong.append(f"{message.key} came when it was of no use")
    return wrong
