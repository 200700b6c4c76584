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
from courts.actions import deadlines, proposals
from courts.actions.drafts import (
    CONTACT,
    Draft,
    aliases,
    flags,
    hearings_named,
    people_named,
    recipient,
    rows_of,
)
from courts.actions.likeness import refingerprint
from courts.actions.locks import locked
from courts.lists import Joined, Row
from courts.models import Charge, Flag, Hearing, Proposal, Recipient, Referral
from courts.moves import OVER, State
from courts.numbers import normalized_number
from courts.steps import OtherProposal
from participants.actions import add_contact_point
from participants.kinds import ContactKind
from participants.models import OtherName, Participant
from participants.names import folded
from programs.schedule import instant

OF_REFERRAL = (
    "name_as_charged",
    "plaintiff",
    "case_number",
    "incident_number",
    "judge",
    "ordered_on",
    "enroll_by",
    "start_by",
    "complete_by",
    "proof_due_by",
)
OF_PARTICIPANT = ("middle_name", "date_of_birth", "language")
DATES = ("ordered_on", "enroll_by", "start_by", "complete_by", "proof_due_by", "date_of_birth")
# What a list adds to, where the rest of what it says takes the place of something.
ADDED = ("charges", "aliases", *CONTACT)

Differences = dict[str, list[Any]]


class NotAChange(Refusal):
    pass


class NumberTaken(Refusal):
    pass


def differences(standing: Draft) -> Differences:
    """Field: old, new, as JSON. What the list leaves out, or leaves unreadable, changes nothing."""
    referral, said = standing.referral, standing.said
    found: Differences = {}
    for row in rows_of(said):
        found |= _stated(referral, OF_REFERRAL, row) | _stated(referral.participant, OF_PARTICIPANT, row)
        found |= _kind(referral, row)
    if any(row.interpreter for row in rows_of(said)) and not referral.participant.needs_interpreter:
        found["interpreter"] = [False, True]
    found |= _contacts(standing) | _aliases(standing) | _charges(standing)
    return found | _hearings(standing) | _people(standing)


def of_known(referral: Referral, said: Joined) -> Differences:
    """Reads what hangs on the referral and on the man: prefetch it for many (`likeness.RELATED`)."""
    man = referral.participant
    return differences(
        Draft(
            said=said,
            participant=man,
            referral=referral,
            contact_points=list(man.contact_points.all()),
            other_names=list(man.other_names.all()),
            charges=list(referral.charges.all()),
            hearings=list(referral.hearings.all()),
            recipients=list(referral.recipients.all()),
        )
    )


def _stated(there: Referral | Participant, names: Sequence[str], row: Row) -> Differences:
    # A name as charged that was put together from its parts is nobody's word.
    unsaid = () if row.raw.get("name_as_charged", "").strip() else ("name_as_charged",)
    return {
        name: [_json(getattr(there, name)), _json(new)]
        for name in names
        if name not in unsaid and (new := getattr(row, name)) and new != getattr(there, name)
    }


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _kind(referral: Referral, row: Row) -> Differences:
    """Only what the list really says: without a word of its own, the kind was a guess."""
    guessed = {flag.field for flag in row.flags}
    return {
        name: [str(getattr(referral, attribute)), str(new)]
        for name, attribute, new in (
            ("referral_kind", "kind", row.referral_kind),
            ("referrer", "referrer", row.referrer),
        )
        if row.raw.get(name, "").strip() and name not in guessed and new != getattr(referral, attribute)
    }


def _contacts(standing: Draft) -> Differences:
    known = {(point.kind, point.value) for point in standing.contact_points}
    return _added(
        {
            name: (
                sorted(value for k, value in known if k == kind),
                [value for row in rows_of(standing.said) if (value := getattr(row, name))],
            )
            for name, kind in CONTACT.items()
        }
    )


def _aliases(standing: Draft) -> Differences:
    known = {one.folded: one.name for one in standing.other_names}
    told = aliases(standing.said)
    return _added({"aliases": (sorted(known.values()), [told[key] for key in told if key not in known])})


def _charges(standing: Draft) -> Differences:
    known = sorted([charge.statute, charge.text] for charge in standing.charges)
    return _added({"charges": (known, [list(charge) for charge in standing.said.charges])})


def _added(told: dict[str, tuple[list[Any], list[Any]]]) -> Differences:
    fresh = {name: (old, [one for one in new if one not in old]) for name, (old, new) in told.items()}
    return {name: [old, _once(new)] for name, (old, new) in fresh.items() if new}


def _once(values: list[Any]) -> list[Any]:
    return [one for i, one in enumerate(values) if one not in values[:i]]


def _hearings(standing: Draft) -> Differences:
    """All that the list names, if one of them isn't set down: those still to come that it leaves out were moved."""
    zone = standing.referral.zone
    known = {hearing.at: hearing for hearing in standing.hearings if hearing.canceled_at is None}
    days = {at.astimezone(zone).date() for at in known}
    named = hearings_named(standing.said, zone)
    if all(at in known or (not timed and at.date() in days) for at, timed in named):
        return {}
    old = [_moment(hearing.at, hearing.time_known, zone) for hearing in known.values()]
    return {"hearing_at": [sorted(old), sorted(_moment(at, timed, zone) for at, timed in named)]}


def _moment(at: datetime, timed: bool, zone: ZoneInfo) -> str:
    """By the court's clock; a day alone, where no time of day is known."""
    there = at.astimezone(zone)
    return there.isoformat() if timed else there.date().isoformat()


def _people(standing: Draft) -> Differences:
    found: Differences = {}
    for role, named in people_named(standing.said).items():
        known = [(one.name, one.address) for one in standing.recipients if one.role == role and not one.ended_at]
        if not all(any(_same(new, old) for old in known) for new in named):
            found[role] = [sorted(map(list, known)), sorted(map(list, named))]
    return found


def _same(new: tuple[str, str], old: tuple[str, str]) -> bool:
    """A list that leaves out the name, or the address, says nothing against it."""
    return all(not said or said == known for said, known in zip(new, old, strict=True))


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
    earlier = list(referral.proposals.filter(kind=OtherProposal.CHANGED_DATA).order_by("-id"))
    # Rows of one case that lie far apart in a list may say different things: all of one list count.
    shown = [one.facts for one in earlier if one.made_at == earlier[0].made_at]
    if all(any(facts.get(name) == said for facts in shown) for name, said in found.items()):
        return False
    standing = earlier[0].facts if earlier and earlier[0].state == Proposal.State.OPEN else {}
    facts = _united(standing, found)
    proposals.propose(referral=referral, kind=OtherProposal.CHANGED_DATA, facts=facts, by=by, now=now)
    return True


def _united(standing: Differences, found: Differences) -> Differences:
    both = standing | found
    for name in ADDED:
        if name in standing and name in found:
            both[name] = [found[name][0], _once(standing[name][1] + found[name][1])]
    return both


@transaction.atomic
def take_over(*, proposal: Proposal, by: User, now: datetime) -> None:
    """Write what the list says. Raises NotAChange, NumberTaken, NoLongerOpen; nothing is written then."""
    if proposal.kind != OtherProposal.CHANGED_DATA:
        raise NotAChange("This proposal changes no data. Do what it says, or dismiss it.")
    referral = locked(proposal.referral)
    new = {name: after for name, (_, after) in proposal.facts.items()}
    _refuse_a_number_taken(referral, new.get("case_number", ""))
    proposals.take(proposal, by=by, now=now)
    _write_referral(referral, new)
    _write_participant(referral.participant, new, by, now)
    refingerprint(referral)
    _set_hearings(referral, new.get("hearing_at", []), now)
    _set_people(referral, new, now)
    _add_charges(referral, new.get("charges", []))
    record(by=by, now=now, verb="referral.changed", on=referral, key=referral.key, personal=proposal.facts)
    _follow(referral, by, now)


def _follow(referral: Referral, by: User, now: datetime) -> None:
    if referral.state in OVER:
        return
    deadlines.lay(referral, now=now)
    if referral.state == State.ON_HOLD:
        deadlines.silence(referral)
    if referral.enrollment is not None:
        deadlines.bind(referral.enrollment, by=by, now=now)


def _refuse_a_number_taken(referral: Referral, case_number: str) -> None:
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
    for role in [role for role in Recipient.Role if role in new]:
        named = [(name, email) for name, email in new[role]]
        kept: set[str] = set()
        for one in referral.recipients.in_use().filter(role=role):
            if any(_same(said, (one.name, one.address)) for said in named):
                kept.add(one.address)
            else:
                one.ended_at = now
                one.save(update_fields=["ended_at"])
        fresh = {email: name for name, email in named if email not in kept}
        Recipient.objects.bulk_create(recipient(referral, role, name, email) for email, name in fresh.items())


def _add_charges(referral: Referral, charges: Sequence[Sequence[str]]) -> None:
    for statute, text in charges:
        Charge.objects.get_or_create(referral=referral, statute=statute, text=text)
