"""What says no more than a number: a welcome, and "please call" after a missed evening or whatever else is to be said
by a person. Whoever reads along learns that he knows somebody with a telephone."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from messaging.actions import Planned, plan
from messaging.addresses import reachable_by
from messaging.models import Channel, Message, State
from participants.kinds import ContactResult
from participants.models import ContactAttempt, Participant
from programs.kinds import MarkKind
from programs.models import Enrollment, Mark, Session

WELCOME = "welcome"
PLEASE_CALL = "please_call"
# The same words; what it speaks of is a case, which is no business of this floor.
PLEASE_CALL_CASE = "please_call_case"
ASKS = (PLEASE_CALL, PLEASE_CALL_CASE)
# On the morning after: until then a mark is most often corrected, if it is at all.
MORNING = time(10)
# What is further back is for a person to take up.
LOOK_BACK, EVENINGS_BACK = timedelta(days=3), timedelta(days=7)
GOOD_FOR = timedelta(days=3)
# Somebody has to print it first.
BY_POST = timedelta(days=14)
NEW_FOR = timedelta(days=30)
# One that was skipped, as on hold, is planned anew when it is wanted again; so often and no more.
TRIES = 4


@dataclass(frozen=True, slots=True)
class Ask:
    """Somebody is to call, because of something that happened. `key` tells that from everything else."""

    key: str
    kind: str
    about: str
    participant: int
    language: str
    since: datetime
    zone: ZoneInfo

    @property
    def due_at(self) -> datetime:
        next_day = self.since.astimezone(self.zone).date() + timedelta(days=1)
        return datetime.combine(next_day, MORNING, self.zone)


def plan_calls(*, now: datetime) -> int:
    """Welcome the new ones, and ask those to call who missed an evening; returns how many are new."""
    return plan(_welcomes(now), now=now) + ask_to_call(list(_missed(now)), now=now)


def ask_to_call(asks: Sequence[Ask], *, now: datetime) -> int:
    """Each man once, also where several things happened: none to whom it was said, or who was reached, since then."""
    if not asks:
        return 0
    men = {ask.participant for ask in asks}
    channels, heard, tried = reachable_by(men, by_post=True), _heard(men), _tried(men)
    chosen: dict[int, Planned] = {}
    for ask in sorted(asks, key=lambda ask: ask.since):
        since, again = heard.get(ask.participant), tried[ask.key]
        by = channels.get(ask.participant)
        if by and again < TRIES and (since is None or since < ask.since):
            chosen[ask.participant] = Planned(
                key=f"{ask.key}:{again}",
                kind=ask.kind,
                channel=by,
                about=ask.about,
                participant_id=ask.participant,
                language=ask.language,
                due_at=ask.due_at,
                expires_at=max(ask.due_at, now) + (BY_POST if by == Channel.LETTER else GOOD_FOR),
            )
    return plan(chosen.values(), now=now)


def _heard(men: Iterable[int]) -> dict[int, datetime]:
    """When each was last asked, or will be; or was reached by somebody."""
    asked = Message.objects.filter(kind__in=ASKS, participant__in=men).exclude(state=State.SKIPPED)
    who = Participant.objects.standing_for(set(men))
    reached = ContactAttempt.objects.filter(participant__in=who, result=ContactResult.REACHED)
    heard: dict[int, datetime] = {}
    for man, at in [*asked.values_list("participant", "due_at"), *reached.values_list("participant", "at")]:
        heard[who[man]] = max(at, heard.get(who[man], at))
    return heard


def _tried(men: Iterable[int]) -> Counter[str]:
    skipped = Message.objects.filter(kind__in=ASKS, participant__in=men, state=State.SKIPPED)
    return Counter(key.rpartition(":")[0] for key in skipped.values_list("key", flat=True))


def reached_since(participant: int | None, since: datetime) -> str | None:
    himself = Q(participant=participant) | Q(participant__merged_into=participant)
    reached = ContactAttempt.objects.filter(himself, result=ContactResult.REACHED, at__gte=since)
    return "was reached" if participant is not None and reached.exists() else None


def _missed(now: datetime) -> Iterator[Ask]:
    evenings = Session.objects.filter(starts_at__gt=now - EVENINGS_BACK, starts_at__lte=now).order_by()
    absent = Mark.objects.current().filter(session__in=evenings, kind=MarkKind.ABSENT, excuse="")
    new = absent.filter(at__gt=now - LOOK_BACK, enrollment__closed_at=None, enrollment__silent=False)
    for mark in new.select_related("enrollment__participant", "session__program").order_by("id"):
        man = mark.enrollment.participant
        yield Ask(
            key=f"{PLEASE_CALL}:{mark.enrollment_id}:{mark.session_id}",
            kind=PLEASE_CALL,
            about=f"{Mark._meta.label}:{mark.pk}",
            participant=man.pk,
            language=man.language,
            # A mark may be saved days later, from a paper sheet.
            since=mark.at,
            zone=mark.session.program.zone,
        )


def _welcomes(now: datetime) -> Iterator[Planned]:
    new = Enrollment.objects.open().filter(silent=False, opened_at__gt=now - NEW_FOR).order_by("id")
    rows = list(new.values_list("pk", "participant", "participant__language"))
    if not rows:
        return
    abouts = {pk: f"{Enrollment._meta.label}:{pk}" for pk, _, _ in rows}
    written = Message.objects.filter(kind=WELCOME, about__in=abouts.values())
    states: dict[str, list[str]] = {}
    for about, state in written.values_list("about", "state"):
        states.setdefault(about, []).append(state)
    left = [row for row in rows if _may_be_welcomed(states.get(abouts[row[0]], []))]
    channels = reachable_by({man for _, man, _ in left})
    for pk, man, language in left:
        if man in channels:
            yield Planned(
                key=f"{WELCOME}:{pk}:{len(states.get(abouts[pk], []))}",
                kind=WELCOME,
                channel=channels[man],
                about=abouts[pk],
                participant_id=man,
                language=language,
                due_at=now,
                expires_at=now + GOOD_FOR,
            )


def _may_be_welcomed(written: Sequence[str]) -> bool:
    return len(written) < TRIES and all(state == State.SKIPPED for state in written)
