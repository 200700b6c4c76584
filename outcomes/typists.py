"""Who works on a man's case, and so may not see what he answered: by whatever has both their names on it.

Found by the models' own fields, so that a new kind of row counts from its first day; what doesn't count is named.
"""

from collections.abc import Iterable, Iterator
from functools import cache, reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from accounts.models import User
from outcomes.models import Ticket
from participants.models import Participant
from programs.models import Booking, Mark, Seat, Session, SessionLeader

# The apps that may be asked from here; the courts' rows and the records' the office asks itself.
BELOW = ("participants", "messaging", "programs", "outcomes")
# By these nobody works on his case: to whom a message went needn't have read it; who prints the day's letters prints
# everybody's; who typed in an earlier sheet of his saw no name on it.
LEFT_OUT = frozenset(
    {"messaging.Message.user", "messaging.Message.printed_by", "outcomes.Agreement.recorded_by"}
    # No deed on one man but a list of all whose time is over, which two administrators let go.
    | {f"records.Disposal.{name}" for name in ("proposed_by", "first_by", "second_by", "refused_by")}
    # As with letters.
    | {"courts.Delivery.printed_by"}
)


def works_on_his_case(user: User, ticket: Ticket) -> bool:
    """Who leads a group of his, or has a name in any row about him down here."""
    men = his_files(ticket)
    return _leads(user, men) or any(signed(user, men, model).exists() for model in naming(*BELOW))


def his_files(ticket: Ticket) -> QuerySet[Participant]:
    """Also one that turned out to be his: what never changes stays where it was written."""
    return Participant.objects.selves(ticket.asking.enrollment.participant.himself)


def signed(user: User, men: QuerySet[Participant], model: type[Model]) -> QuerySet[Any]:
    """The rows about one of these men that name the user; `model`: one of `naming`."""
    about = _any({f"{way}__in": men for way in ways(model)})
    return model._default_manager.filter(about, _any(dict.fromkeys(names(model), user)))


def naming(*labels: str) -> Iterator[type[Model]]:
    """Of these apps, what is about a man and names who did it."""
    models = (model for label in labels for model in apps.get_app_config(label).get_models())
    return (model for model in models if names(model) and ways(model))


@cache
def names(model: type[Model]) -> tuple[str, ...]:
    """Its fields with a user in them that count."""
    found = (one.name for one in model._meta.concrete_fields if one.related_model is User)
    return tuple(name for name in found if f"{model._meta.label}.{name}" not in LEFT_OUT)


@cache
def ways(model: type[Model]) -> tuple[str, ...]:
    """From a row to the man it is about: by each of its fields the shortest. () where it is about nobody."""
    return tuple(_ways(model, ()))


def _ways(model: type[Model], been: Iterable[type[Model]]) -> Iterator[str]:
    for one in model._meta.concrete_fields:
        to: Any = one.related_model
        if to is Participant:
            yield one.name
        elif to is not None and to not in (*been, model, User):
            further = sorted(_ways(to, (*been, model)), key=lambda way: way.count("__"))
            yield from (f"{one.name}__{way}" for way in further[:1])


def _any(said: dict[str, object]) -> Q:
    return reduce(or_, (Q(**{name: value}) for name, value in said.items()))


def _leads(user: User, men: QuerySet[Participant]) -> bool:
    """His group, or an evening in another one that he made up or is booked for."""
    his = {"enrollment__participant__in": men}
    groups = Seat.objects.filter(**his).values("cohort")
    came = Mark.objects.filter(**his).values("session")
    booked = Booking.objects.filter(**his).values("session")
    sessions = Session.objects.filter(Q(cohort__in=groups) | Q(pk__in=came) | Q(pk__in=booked))
    closed = Session.objects.filter(closed_by=user, pk__in=came)
    return SessionLeader.objects.filter(user=user, session__in=sessions).exists() or closed.exists()
