"""When a list says something else of a referral we know: what differs, and taking it over once a person agreed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.actors import Actor
from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from courts.actions import deadlines, disposed, finding, proposals
from courts.actions.differences import (
    ADDED,
    DATES,
    OF_PARTICIPANT,
    OF_REFERRAL,
    Differences,
    as_json,
    differences,
    once,
    same_person,
)
from courts.actions.drafts import (
    CONTACT,
    ROLES_NAMED,
    Draft,
    flags,
    recipient,
    rows_of,
)
from courts.actions.likeness import refingerprint
from courts.actions.locks import locked
from courts.lists import Joined
from courts.models import Charge, Flag, Hearing, Proposal, Recipient, Referral
from courts.moves import OVER
from courts.numbers import normalized_number
from courts.steps import OtherProposal
from participants.actions import add_contact_point
from participants.findable import make_findable
from participants.kinds import ContactKind
from participants.models import OtherName, Participant
from participants.names import folded
from programs.schedule import instant


class NotAChange(Refusal):
    pass


class NumberTaken(Refusal):
    pass


class ChangedSince(Refusal):
    pass


def add_of_the_same_list(referral: Referral, said: Joined, found: Differences, *, by: Actor, now: datetime) -> None:
    """A further row of a case that came in by this very list: its charges, and what couldn't be read in it."""
    new = found.pop("charges", [[], []])[1]
    _add_charges(referral, new)
    known = {(flag.field, flag.raw) for flag in referral.flags.all()}
    unread = [flag for flag in flags(referral, rows_of(said), now) if (flag.field, flag.raw) not in known]
    Flag.objects.bulk_create(unread)
    if new:
        record(by=by, now=now, verb="charge.added", on=referral, key=referral.key, personal={"charges": new})


def propose_unlike(made: Draft, *, by: Actor, now: datetime) -> bool:
    """What this referral's own rows, or an earlier record of the man, say otherwise from the start."""
    found = differences(made) if made.said.also or made.known else {}
    return bool(found) and propose_change(made.referral, found, by=by, now=now)


def propose_change(referral: Referral, found: Differences, *, by: Actor, now: datetime) -> bool:
    """Show old and new to a person; False: that very change was shown when it last came."""
    earlier = _earlier(referral)
    if _were_shown(earlier, found):
        return False
    standing = earlier[0].facts if earlier and earlier[0].state == Proposal.State.OPEN else {}
    facts = _united(standing, found)
    proposals.propose(referral=referral, kind=OtherProposal.CHANGED_DATA, facts=facts, by=by, now=now)
    return True


def is_news(referral: Referral, found: Differences) -> bool:
    """Whether `propose_change` would show it to a person."""
    return not _were_shown(_earlier(referral), found)


def _earlier(referral: Referral) -> list[Proposal]:
    return list(referral.proposals.filter(kind=OtherProposal.CHANGED_DATA).order_by("-id"))


def _were_shown(earlier: Sequence[Proposal], found: Differences) -> bool:
    """Rows of one case that lie far apart in a list may say different things: all of one list count."""
    shown = [one.facts for one in earlier if one.made_at == earlier[0].made_at]
    return all(any(_tells(facts, name, said) for facts in shown) for name, said in found.items())


def _tells(facts: Differences, name: str, said: list[Any]) -> bool:
    if name in ADDED and name in facts:
        return all(one in facts[name][1] for one in said[1])
    return facts.get(name) == said


def _united(standing: Differences, found: Differences) -> Differences:
    both = standing | found
    for name in ADDED:
        if name in standing and name in found:
            both[name] = [found[name][0], once(standing[name][1] + found[name][1])]
    return both


@transaction.atomic
def take_over(*, proposal: Proposal, by: User, now: datetime) -> None:
    """Write what the list says. Raises NotAChange, ChangedSince, NumberTaken, NoLongerOpen; nothing is written then."""
    if proposal.kind != OtherProposal.CHANGED_DATA:
        raise NotAChange("This proposal changes no data. Do what it says, or dismiss it.")
    referral = locked(proposal.referral)
    _stands_as_shown(referral, proposal.facts)
    new = {name: after for name, (_, after) in proposal.facts.items()}
    refuse_a_number_taken(referral, new.get("case_number", ""))
    proposals.take(proposal, by=by, now=now)
    write(referral, new, told=proposal.facts, by=by, now=now)


def _stands_as_shown(referral: Referral, facts: Differences) -> None:
    """An extension, or what somebody corrected since, isn't undone by who reads only what the list says."""
    stands = {name: getattr(referral, name) for name in OF_REFERRAL}
    stands |= {name: getattr(referral.participant, name) for name in OF_PARTICIPANT}
    since = [name for name, sides in facts.items() if name in stands and as_json(stands[name]) not in sides]
    if since:
        named = ", ".join(name.replace("_", " ") for name in since)
        raise ChangedSince(
            f"The file was changed since this list came: {named}. Look at what it says now. Dismiss this where that "
            "is right; else correct the file."
        )


def write(referral: Referral, new: dict[str, Any], *, told: Differences, by: User, now: datetime) -> None:
    """On a locked referral, and on the man; what follows from it follows. `told`: old beside new, for the trail."""
    _write_referral(referral, new)
    _write_participant(referral.participant, new, by, now)
    refingerprint(referral)
    _set_hearings(referral, new.get("hearing_at", []), now)
    _set_people(referral, new, now)
    _add_charges(referral, new.get("charges", []))
    record(by=by, now=now, verb="referral.changed", on=referral, key=referral.key, personal=told)
    _follow(referral, by, now)


def _follow(referral: Referral, by: User, now: datetime) -> None:
    if referral.state in OVER:
        return
    deadlines.lay(referral, by=by, now=now)
    if referral.enrollment is not None:
        deadlines.bind(referral.enrollment, by=by, now=now)


def refuse_a_number_taken(referral: Referral, case_number: str) -> None:
    """Raises NumberTaken, StaysOut."""
    disposed.refuse_of(referral, case_number)
    others = referral.participant.referrals.open().exclude(pk=referral.pk)
    if case_number and others.numbered(referral.court, normalized_number(case_number)).exists():
        raise NumberTaken("He has another open referral under this number. Close one of the two first.")


def _write_referral(referral: Referral, new: dict[str, Any]) -> None:
    said = {name: new[name] for name in OF_REFERRAL if name in new}
    for name in ("case_number", "incident_number"):
        if name in new:
            said[f"normalized_{name}"] = normalized_number(new[name])
    for name, attribute in (("referral_kind", "kind"), ("referrer", "referrer")):
        if name in new:
            said[attribute] = new[name]
    _write(referral, said)
    finding.lay([referral])


def _write_participant(participant: Participant, new: dict[str, Any], by: User, now: datetime) -> None:
    _write(participant, {name: new[name] for name in OF_PARTICIPANT if name in new})
    if "interpreter" in new:
        _write(participant, {"needs_interpreter": True})
    for name, kind in CONTACT.items():
        for value in new.get(name, []):
            _add_contact(participant, kind, value, by, now)
    for alias in new.get("aliases", []):
        OtherName.objects.get_or_create(
            participant=participant,
            folded=folded(alias),
            defaults={"kind": OtherName.Kind.ALIAS, "name": alias},
        )
    make_findable([participant])


def _add_contact(participant: Participant, kind: ContactKind, value: str, by: User, now: datetime) -> None:
    add_contact_point(participant=participant, kind=kind, value=value, source="list", by=by, now=now)


def _write(there: Referral | Participant, new: dict[str, Any]) -> None:
    for name, value in new.items():
        setattr(there, name, date.fromisoformat(value) if name in DATES else value)
    there.save(update_fields=list(new))


def _set_hearings(referral: Referral, named: Sequence[str], now: datetime) -> None:
    """Those still to come that the list doesn't name were moved."""
    if not named:
        return
    times = {_read_moment(said, referral.zone): "T" in said for said in named}
    standing = referral.hearings.filter(canceled_at=None)
    standing.filter(at__gt=now).exclude(at__in=times).update(canceled_at=now)
    there = set(standing.values_list("at", flat=True))
    Hearing.objects.bulk_create(
        Hearing(referral=referral, at=at, time_known=timed) for at, timed in times.items() if at not in there
    )


def _read_moment(said: str, zone: ZoneInfo) -> datetime:
    at = datetime.fromisoformat(said)
    return at if at.tzinfo else instant(at.date(), at.time(), zone)


def _set_people(referral: Referral, new: dict[str, Any], now: datetime) -> None:
    """Whom the list names takes the place of whoever had that role; he is to be confirmed first."""
    for role in [role for role in ROLES_NAMED if role in new]:
        named = [(name, email) for name, email in new[role]]
        kept: set[str] = set()
        for one in referral.recipients.in_use().filter(role=role):
            if any(same_person(said, (one.name, one.address)) for said in named):
                kept.add(one.address)
            else:
                one.ended_at = now
                one.save(update_fields=["ended_at"])
        fresh = {email: name for name, email in named if email not in kept}
        Recipient.objects.bulk_create(recipient(referral, role, name, email) for email, name in fresh.items())


def _add_charges(referral: Referral, charges: Sequence[Sequence[str]]) -> None:
    for statute, text in charges:
        Charge.objects.get_or_create(referral=referral, statute=statute, text=text)
