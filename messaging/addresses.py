"""Where a message may go: a participant's safe contact points, the e-mail of one who may still sign in."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from messaging.models import Channel, Message
from participants.consent import ConsentEvent, may_text
from participants.kinds import ConsentChannel, ContactKind
from participants.models import Consent, ContactPoint

_KIND_FOR = {
    Channel.TEXT: ContactKind.PHONE,
    Channel.EMAIL: ContactKind.EMAIL,
    Channel.LETTER: ContactKind.POSTAL,
}


def of(message: Message) -> str | None:
    if message.user:
        return message.user.email if message.user.is_active else None
    if message.participant_id is None:
        return None
    points = _safe([message.participant_id], [_KIND_FOR[Channel(message.channel)]])
    if message.channel == Channel.TEXT:
        agreed = _agreed(points)
        points.sort(key=lambda point: point.pk not in agreed)
    return points[0].value if points else None


def agreed_to_texts(participant: int, number: str) -> bool:
    points = [point for point in _safe([participant], [ContactKind.PHONE]) if point.value == number]
    return bool(_agreed(points))


def reachable_by(participants: Collection[int]) -> dict[int, Channel]:
    """By text who agreed to texts, else by e-mail; who isn't in it can't be reached by either."""
    points = _safe(participants, [ContactKind.PHONE, ContactKind.EMAIL])
    agreed = _agreed(point for point in points if point.kind == ContactKind.PHONE)
    by_mail = {point.participant_id: Channel.EMAIL for point in points if point.kind == ContactKind.EMAIL}
    return by_mail | {point.participant_id: Channel.TEXT for point in points if point.pk in agreed}


def _safe(participants: Collection[int], kinds: Collection[ContactKind]) -> list[ContactPoint]:
    """The one last marked safe comes first."""
    points = ContactPoint.objects.safe().filter(participant__in=participants, kind__in=kinds)
    return list(points.order_by("-safe_at", "-id"))


def _agreed(points: Iterable[ContactPoint]) -> set[int]:
    events: dict[int, list[ConsentEvent]] = defaultdict(list)
    texts = Consent.objects.filter(channel=ConsentChannel.TEXT)
    for consent in texts.filter(contact_point__in=[point.pk for point in points]):
        event = ConsentEvent(consent.pk, consent.contact_point_id, consent.given, consent.at)
        events[consent.contact_point_id].append(event)
    return {point for point, said in events.items() if may_text(said, point)}
