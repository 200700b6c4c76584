"""Where a message may go: a participant's safe contact points, the e-mail of one who may still sign in."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from messaging.gateways import gateway
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


def point_at(message: Message, address: str) -> ContactPoint | None:
    """Whose address that is, of a participant's; None: no participant's."""
    if message.participant_id is None:
        return None
    points = _safe([message.participant_id], [_KIND_FOR[Channel(message.channel)]])
    return next((point for point in points if point.value == address), None)


def agreed_to_texts(participant: int, number: str) -> bool:
    points = [point for point in _safe([participant], [ContactKind.PHONE]) if point.value == number]
    return bool(_agreed(points))


def reachable_by(participants: Collection[int], *, by_post: bool = False) -> dict[int, Channel]:
    """By text who agreed to texts, else by e-mail, else, where there is time, by post; nobody else is in it.

    By e-mail too while a STOP would not be heard.
    """
    kinds = [ContactKind.EMAIL, *([ContactKind.POSTAL] if by_post else [])]
    if not gateway().deaf():
        kinds.append(ContactKind.PHONE)
    safe = ContactPoint.objects.safe().filter(participant__in=participants, kind__in=kinds)
    # Planners ask of thousands at once: no rows are made of what is looked at once.
    points = list(safe.values_list("pk", "participant", "kind"))
    agreed = _agreed_at([pk for pk, _, kind in points if kind == ContactKind.PHONE])
    letters = {participant: Channel.LETTER for _, participant, kind in points if kind == ContactKind.POSTAL}
    by_mail = {participant: Channel.EMAIL for _, participant, kind in points if kind == ContactKind.EMAIL}
    return letters | by_mail | {participant: Channel.TEXT for pk, participant, _ in points if pk in agreed}


def has_way(participant: int, channel: Channel) -> bool:
    """Whether there is a safe place where an e-mail or a letter reaches him."""
    return bool(_safe([participant], [_KIND_FOR[channel]]))


def agreeing(points: Iterable[ContactPoint]) -> set[int]:
    """Those of these numbers, safe or not, whose owner agrees to texts."""
    return _agreed(points)


def _safe(participants: Collection[int], kinds: Collection[ContactKind]) -> list[ContactPoint]:
    """The one last marked safe comes first."""
    points = ContactPoint.objects.safe().filter(participant__in=participants, kind__in=kinds)
    return list(points.order_by("-safe_at", "-id"))


def _agreed(points: Iterable[ContactPoint]) -> set[int]:
    return _agreed_at([point.pk for point in points])


def _agreed_at(points: Collection[int]) -> set[int]:
    if not points:
        return set()
    events: dict[int, list[ConsentEvent]] = defaultdict(list)
    texts = Consent.objects.filter(channel=ConsentChannel.TEXT, contact_point__in=points)
    for pk, point, given, at in texts.values_list("pk", "contact_point", "given", "at"):
        events[point].append(ConsentEvent(pk, point, given, at))
    return {point for point, said in events.items() if may_text(said, point)}
