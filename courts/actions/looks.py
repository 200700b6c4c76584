"""Who of a desk looked at which report: each month a list of its own for the desk, and a mail that says it is there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import User
from audit.models import Event, name_of
from courts.actions.desks import Desk
from courts.actions.people import Seat, desk_of
from courts.models import Clerkship, Delivery, Membership
from messaging.actions import Planned, plan
from messaging.models import Channel, Message

DESK_LOOKS = "desk_looks"
VERBS = {"report.looked_at": "Looked at", "report.downloaded": "Downloaded"}
# Of one desk in one month; nobody reads a longer list.
MOST = 2_000
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Look:
    at: datetime
    who: str
    did: str
    report: str
    number: str
    kind: str


def looks(*, desk: Desk, month: date) -> list[Look]:
    """Of that month by the desk's own calendar; the newest first. Also of those who have left since."""
    people = _ever_there(desk)
    begins, ends = _instant(month, desk.zone), _instant(following(month), desk.zone)
    actors = {f"user:{pk}": name for pk, name in people.items()}
    found = Event.objects.filter(actor__in=actors, verb__in=VERBS, at__gte=begins, at__lt=ends)
    seen = list(found.order_by("-at", "-pk").values_list("at", "actor", "verb", "record")[:MOST])
    reports = _reports(desk, {record for *_, record in seen})
    return [
        Look(at, actors[actor], VERBS[verb], *reports[record]) for at, actor, verb, record in seen if record in reports
    ]


def _ever_there(desk: Desk) -> dict[int, str]:
    there = (
        User.objects.filter(clerkships__court=desk.court)
        if desk.court
        else User.objects.filter(memberships__agency=desk.agency)
    )
    return dict(there.values_list("pk", "name"))


def _reports(desk: Desk, records: set[str]) -> dict[str, tuple[str, str, str]]:
    """Those among the records that went to this desk: a clerk of two courts looks at both courts' reports."""
    ids = [int(record.rpartition(":")[2]) for record in records]
    theirs = Delivery.objects.filter(document__report__in=ids)
    theirs = theirs.for_court(desk.court) if desk.court else theirs.for_agency(desk.agency)
    related = ("document__number__program", "document__report__referral")
    light = theirs.select_related(*related).defer("document__content", "document__snapshot")
    return {
        name_of(one.document.report): (
            one.document.number.text,
            one.document.report.referral.number,
            one.document.report.get_kind_display(),
        )
        for one in light
    }


def following(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def previous(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def _instant(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


# --- The mail


def plan_lists(*, now: datetime) -> int:
    """One for each who serves at a desk now and did so last month; how many are new. After an outage it goes late."""
    planned = [*_lists(Clerkship.objects.current().select_related("court"), now)]
    planned += _lists(Membership.objects.current().select_related("agency"), now)
    new = 0
    for start in range(0, len(planned), AT_ONCE):
        batch = planned[start : start + AT_ONCE]
        there = set(Message.objects.filter(key__in=[one.key for one in batch]).values_list("key", flat=True))
        if fresh := [one for one in batch if one.key not in there]:
            with transaction.atomic():
                new += plan(fresh, now=now)
    return new


def _lists(seats: Iterable[Seat], now: datetime) -> Iterator[Planned]:
    for seat in seats:
        zone = desk_of(seat).zone
        this_month = now.astimezone(zone).date().replace(day=1)
        if seat.began_at < _instant(this_month, zone):
            yield _planned(seat, previous(this_month), now)


def _planned(seat: Seat, month: date, now: datetime) -> Planned:
    return Planned(
        key=f"{DESK_LOOKS}:{month:%Y-%m}:{name_of(seat)}",
        kind=DESK_LOOKS,
        channel=Channel.EMAIL,
        about=name_of(seat),
        user_id=seat.user_id,
        due_at=now,
    )
