"""A row of any kind that is about a man and names a user."""

from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

from django.db.models import Model
from factory import SelfAttribute, SubFactory

from accounts.models import User
from outcomes.kinds import Way
from outcomes.models import Ticket
from outcomes.typists import names, naming, ways
from participants.models import Participant
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.participants import ContactPointFactory, ParticipantFactory
from tests.factories.programs import EnrollmentFactory
from tests.factories.registry import by_model
from tests.outcomes.people import ticket

Named = tuple[type[Model], str]
SOMEBODY = SubFactory(UserFactory)
IDENTIFIED = {"shown_by": "photo_id", "identified_at": NOW}
APPROVED = IDENTIFIED | {"identified_by": SOMEBODY, "approved_at": NOW}
FIRST = {"first_at": NOW, "first_by": SOMEBODY}
HANDED = {"handed_how": "in_person"}
# What else must stand in the row, by the tables' own constraints, or for it to be about anybody.
ALONG: dict[str, dict[str, Any]] = {
    "participants.Appointment.settled_by": {"state": "kept"},
    "messaging.InboundText.seen_by": {"contact_point": SubFactory(ContactPointFactory)},
    "programs.Seat.closed_by": {"to_on": SelfAttribute("from_on")},
    "programs.SessionNote.by": {
        "enrollment": SubFactory(EnrollmentFactory),
        "key": SelfAttribute("enrollment.participant.key"),
    },
    "programs.FeeEntry.approved_by": {"kind": "waived"},
    "courts.Proposal.settled_by": {"state": "taken"},
    "courts.Proposal.seen_by": {"state": "withdrawn", "settled_at": NOW},
    "courts.Delivery.acknowledged_by": {"state": "sent", "sent_at": NOW},
    "courts.Submission.by": {"sent": True},
    "records.OwnFile.identified_by": IDENTIFIED,
    "records.OwnFile.approved_by": APPROVED,
    "records.OwnFile.handed_by": APPROVED | HANDED | {"approved_by": SOMEBODY, "pdf_sha256": "a", "json_sha256": "b"},
    "records.Release.second_by": FIRST,
    "records.Release.handed_by": FIRST | HANDED | {"second_at": NOW, "second_by": SOMEBODY, "sha256": "a"},
}


def named(labels: Iterable[str]) -> list[Named]:
    """Each field by which somebody works on a case, of these apps."""
    return [(model, name) for model in naming(*labels) for name in names(model)]


def said(one: Named) -> str:
    return f"{one[0]._meta.label}.{one[1]}"


def row(one: Named, user: User) -> Model:
    model, name = one
    fields = {field.name: field for field in model._meta.concrete_fields}
    at = fields.get(name.removesuffix("by") + "at")
    when = {at.name: NOW} if at is not None and at.null else {}
    return by_model()[model].create(**{name: user} | when | ALONG.get(said(one), {}))


def men(made: Model) -> list[Participant]:
    """Whom it is about, by each way that leads to one."""
    found = [reduce(lambda at, step: at and getattr(at, step), way.split("__"), made) for way in ways(type(made))]
    return [man for man in found if isinstance(man, Participant)]


def sheet_of(man: Participant) -> Ticket:
    return ticket(EnrollmentFactory.create(participant=man), way=Way.PAPER, now=NOW)


def judged(works: Callable[[User, Ticket], bool], one: Named) -> tuple[set[bool], bool]:
    """Of who is named in a row: what is said of the sheets of whom it is about, and of another man's."""
    by = UserFactory.create()
    made = row(one, by)
    other = sheet_of(ParticipantFactory.create())
    return {works(by, sheet_of(man)) for man in men(made)}, works(by, other)
