"""Records that somebody else asks for: noted with a hold, chosen, approved by two, handed over or refused."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from courts.models import Referral
from participants.locks import lock_person
from participants.models import Participant
from records.actions.holds import Forgotten, WhyMissing, administrator, hold_for, there
from records.disclosure import items, paper
from records.disclosure.bundle import digest, zipped
from records.kinds import ASKING_LABELS, Asking, HandedBy
from records.models import Release, ReleaseItem


class NotADay(Refusal):
    pass


class NothingPublic(Refusal):
    """A public-records request: nothing that names him is public."""


class OtherMansRecord(Refusal):
    pass


class NotYet(Refusal):
    """Something must come before."""


class Settled(Refusal):
    """It was approved, refused or handed over meanwhile."""


class NeedsAnother(Refusal):
    """Who approved first doesn't approve again."""


@transaction.atomic
def note_request(
    *,
    participant: Participant,
    referral: Referral | None,
    grounds: Asking,
    who: str,
    cited: str,
    asked_for: str,
    received_on: date,
    answer_by: date | None,
    by: User,
    now: datetime,
) -> Release:
    """`referral`: None asks about him as a whole. Nothing of it goes from then on: a hold is set with it.

    Raises WhyMissing, NotADay, OtherMansCase, Forgotten.
    """
    if not (who.strip() and cited.strip() and asked_for.strip()):
        raise WhyMissing("Say who asks, on what grounds, and for what.")
    participant = there(participant, referral)
    _check_days(received_on, answer_by, now.astimezone(ZoneInfo(participant.time_zone)).date())
    made = Release.objects.create(
        participant=participant,
        referral=referral,
        key=referral.key if referral is not None else participant.key,
        grounds=grounds,
        who=who.strip(),
        cited=cited.strip(),
        asked_for=asked_for.strip(),
        received_on=received_on,
        answer_by=answer_by,
        made_at=now,
        made_by=by,
        # Whoever notes a request holds what it asks for; lifting it is an administrator's.
        hold=hold_for(
            participant=participant,
            referral=referral,
            why=f"{ASKING_LABELS[grounds]}: {cited.strip()}",
            by=by,
            now=now,
        ),
    )
    said = {"who": made.who, "cited": made.cited, "asked_for": made.asked_for}
    _record(made, "noted", by, now, said, grounds=grounds, hold=made.hold_id, answer_by=answer_by)
    return made


@transaction.atomic
def choose(*, release: Release, records: Iterable[str], by: User, now: datetime) -> int:
    """Exactly these go, and what was chosen before and isn't among them doesn't. How many there are.

    Raises Settled, NothingPublic, OtherMansRecord, Forgotten.
    """
    release = _open(release)
    if release.first_at is not None:
        raise Settled("It has been approved as it was. Refuse it, and note it anew, if something else is to go.")
    wanted = set(records)
    if wanted and release.grounds == Asking.PUBLIC_RECORDS:
        raise NothingPublic("Nothing that names him is public. Refuse it with the reason, or send the figures.")
    there = {one.record: one for one in items.of(release, until=now)}
    if wanted - there.keys():
        raise OtherMansRecord("Something that was chosen is no record of his. Load the page again, and choose anew.")
    stay = set(release.items.filter(record__in=wanted).values_list("record", flat=True))
    release.items.exclude(record__in=wanted).delete()
    for one in there.values():
        if one.record in wanted - stay:
            said = {"title": one.title, "warning": one.warning}
            ReleaseItem.objects.create(release=release, record=one.record, said=said, added_at=now, added_by=by)
    _record(release, "chosen", by, now, records=sorted(wanted))
    return len(wanted)


@transaction.atomic
def approve(*, release: Release, by: User, now: datetime) -> bool:
    """True: it was the second time, and it may go. Raises NotYours, NotYet, NeedsAnother, Settled, Forgotten."""
    administrator(by)
    release = _open(release)
    if release.second_at is not None:
        raise Settled("Two people have approved it already.")
    if not release.items.exists():
        raise NotYet("Nothing is chosen yet that could go. Choose what goes first.")
    if release.first_by_id == by.pk:
        raise NeedsAnother("You approved it already. Another administrator approves it, too.")
    second = release.first_at is not None
    which = "second" if second else "first"
    setattr(release, f"{which}_at", now)
    setattr(release, f"{which}_by", by)
    release.save(update_fields=[f"{which}_at", f"{which}_by"])
    _record(release, f"approved_{which}", by, now)
    return second


@transaction.atomic
def refuse(*, release: Release, why: str, by: User, now: datetime) -> None:
    """Raises NotYours, WhyMissing, Settled, Forgotten."""
    administrator(by)
    if not why.strip():
        raise WhyMissing("Say why nothing goes: who asked is told the same.")
    release = _open(release)
    release.refused_at, release.refused_by, release.refused_why = now, by, why.strip()
    release.save(update_fields=["refused_at", "refused_by", "refused_why"])
    _record(release, "refused", by, now, {"why": release.refused_why})


@transaction.atomic
def close(*, release: Release, by: User, now: datetime) -> None:
    """What it asked for is gone, as after a restore: nothing goes, and no reason can be written any more.

    Raises NotYours, NotYet, Settled.
    """
    administrator(by)
    lock_person(release.participant.himself.pk)
    release = _unanswered(release)
    if release.key.destroyed_at is None:
        raise NotYet("What it asks for is still kept. Refuse it with a reason, or hand it over.")
    release.refused_at, release.refused_by = now, by
    release.save(update_fields=["refused_at", "refused_by"])
    _record(release, "closed", by, now)


@transaction.atomic
def make(*, release: Release, by: User, now: datetime) -> bytes:
    """A cover that lists what goes, and each of it, as one. Raises NotYours, NotYet, Settled, Forgotten."""
    administrator(by)
    release = _open(release)
    if release.second_at is None:
        raise NotYet("Two people approve it first.")
    chosen = list(release.items.order_by("pk"))
    files = [(f"{place:02}-{one.name}", one.data) for place, one in enumerate(_contents(release, chosen), start=1)]
    for item, (_, data) in zip(chosen, files, strict=True):
        item.sha256 = digest(data)
        item.save(update_fields=["sha256"])
    whole = zipped([("00-cover.pdf", _cover(release, chosen, [name for name, _ in files])), *files])
    release.sha256 = digest(whole)
    release.save(update_fields=["sha256"])
    _record(release, "made", by, now, sha256=release.sha256, items={one.record: one.sha256 for one in chosen})
    return whole


def _contents(release: Release, chosen: list[ReleaseItem]) -> list[items.Content]:
    found = items.contents(release, {one.record: one.added_at for one in chosen})
    if len(found) < len(chosen):
        raise Forgotten("Something that was chosen isn’t kept any more. Refuse it, and note it anew.")
    return [found[one.record] for one in chosen]


def _cover(release: Release, chosen: list[ReleaseItem], names: list[str]) -> bytes:
    """Who asked, and what goes; nothing of what stands in it."""
    zone = ZoneInfo(release.participant.time_zone)
    man = release.participant.himself
    rows = [[name, item.said["title"], item.sha256] for name, item in zip(names, chosen, strict=True)]
    about: list[list[str]] = [
        ["About", man.legal_name],
        ["Asked by", release.who],
        ["On the grounds of", f"{ASKING_LABELS[Asking(release.grounds)]}: {release.cited}"],
        ["Asked for", release.asked_for],
        ["Received", paper.said(release.received_on, zone)],
        ["Approved", paper.said(release.second_at, zone)],
    ]
    assert release.second_at is not None, "made after both approved it"
    heads = ["File", "What", "Fingerprint (SHA-256)"]
    listed: list[paper.Table] = [{"title": "", "heads": heads, "rows": rows}]
    return paper.render(
        {
            "title": "Records handed over",
            "sender": "",
            "on": release.second_at.astimezone(zone).date().isoformat(),
            "lead": [],
            "sections": [
                {"title": "The request", "lead": [], "tables": [{"title": "", "blocks": [about]}]},
                {"title": "What goes with this list", "lead": ["Nothing else is in it."], "tables": listed},
            ],
        }
    )


@transaction.atomic
def hand_over(*, release: Release, how: HandedBy, by: User, now: datetime) -> None:
    """Raises NotYours, NotYet, Settled, Forgotten."""
    administrator(by)
    release = _open(release)
    if release.second_at is None:
        raise NotYet("Two people approve it first. Nothing may be handed over yet.")
    if not release.sha256:
        raise NotYet("Nothing was made yet that could be handed over. Make it first.")
    release.handed_at, release.handed_by, release.handed_how = now, by, how
    release.save(update_fields=["handed_at", "handed_by", "handed_how"])
    _record(release, "handed", by, now, how=how, sha256=release.sha256)


# --- What is checked first


def _check_days(received_on: date, answer_by: date | None, today: date) -> None:
    if received_on > today:
        raise NotADay("The day on which it came is still to come. Write the day on which you got it.")
    if answer_by is not None and answer_by < received_on:
        raise NotADay("It can’t be answered before it came. Look at the two days again.")


def _open(release: Release) -> Release:
    """As it stands now. Raises Settled, Forgotten."""
    there(release.participant, release.referral)
    return _unanswered(release)


def _unanswered(release: Release) -> Release:
    """As it stands now. Raises Settled."""
    related = ("participant__key", "referral__key", "key")
    found = Release.objects.select_for_update(of=("self",)).select_related(*related).get(pk=release.pk)
    if found.handed_at is not None:
        raise Settled("It was handed over already.")
    if found.refused_at is not None:
        raise Settled("It was refused already.")
    return found


def _record(
    release: Release, what: str, by: User, now: datetime, personal: dict[str, Any] | None = None, **facts: Any
) -> None:
    """Under the key that goes with what it asks for."""
    record(by=by, now=now, verb=f"release.{what}", on=release, key=release.key, personal=personal, facts=facts)
