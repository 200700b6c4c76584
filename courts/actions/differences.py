"""What a row of a list says otherwise of a referral we know, as JSON: old beside new."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from courts.actions.drafts import CONTACT, Draft, aliases, hearings_named, people_named, rows_of
from courts.lists import Joined, Row
from courts.models import Referral
from courts.numbers import normalized_number
from participants.models import Participant

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
        name: [as_json(getattr(there, name)), as_json(new)]
        for name in names
        if name not in unsaid and (new := getattr(row, name)) and not _alike(name, new, getattr(there, name))
    }


def _alike(name: str, new: Any, old: Any) -> bool:
    """A number spelled with other hyphens is the same number."""
    if name in ("case_number", "incident_number"):
        return normalized_number(new) == normalized_number(old)
    return bool(new == old)


def as_json(value: Any) -> Any:
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
    return {name: [old, once(new)] for name, (old, new) in fresh.items() if new}


def once(values: list[Any]) -> list[Any]:
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
        if not all(any(same_person(new, old) for old in known) for new in named):
            found[role] = [sorted(map(list, known)), sorted(map(list, named))]
    return found


def same_person(new: tuple[str, str], old: tuple[str, str]) -> bool:
    """A list that leaves out the name, or the address, says nothing against it."""
    return all(not said or said == known for said, known in zip(new, old, strict=True))
