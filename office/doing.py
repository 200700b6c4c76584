"""What a person can do to a record: each one a form and one action, declared in a table."""

from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import models
from django.urls import reverse

from accounts.roles import OFFICE, Role
from office.forms.base import Confirm, DeedForm
from office.subjects import takes_no_more


class Done(NamedTuple):
    """What happened, in a sentence; and where one goes on (empty: back to where one came from).

    `leaves`: the screen goes into other hands, so whoever did it is signed out in that browser. `along`: what the next
    page has to show, once.
    """

    said: str
    then: str = ""
    leaves: bool = False
    along: Any = None


def always(record: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """`do` calls one action with the form's values. `offered` looks at the record alone: it asks no database."""

    noun: type[models.Model]
    name: str
    label: str
    do: Callable[..., Done]
    form: type[DeedForm] = Confirm
    offered: Callable[[Any], bool] = always
    # What one should know before; said where nothing can be undone.
    warning: str = ""
    # The one that most often comes next.
    first: bool = False
    # Offered on the record's own page only, where there is room for what is seldom needed.
    aside: bool = False
    # Its form stands on the record's own page, beside what one must have looked at: no button leads there.
    within: bool = False
    # The second factor is asked for once more: it gives somebody a way in, or takes something away for good.
    again: bool = False
    # Done even to what is gone: all it does is to end what was left open.
    ends: bool = False
    # Who may, of those who work in the office.
    roles: Set[Role] = OFFICE

    def url(self, record: models.Model) -> str:
        return reverse("office:do", args=[self.noun._meta.model_name, record.pk, self.name])


TABLE: dict[tuple[str, str], Deed] = {}


def declare(*deeds: Deed) -> None:
    for deed in deeds:
        place = (str(deed.noun._meta.model_name), deed.name)
        assert place not in TABLE, f"{place} is declared twice"
        TABLE[place] = deed


def find(noun: str, name: str) -> Deed | None:
    return TABLE.get((noun, name))


def can(deed: Deed, record: models.Model) -> bool:
    return deed.offered(record) and is_free(deed, record)


def is_free(deed: Deed, record: models.Model) -> bool:
    """Nothing is done to what is gone, but to end what was left open."""
    return deed.ends or not takes_no_more(record)


def offered(record: models.Model, roles: Set[Role] = OFFICE) -> list[Deed]:
    """As buttons, to who has one of these roles, in the order in which they were declared."""
    of_it = [deed for deed in TABLE.values() if deed.noun is type(record) and not deed.within]
    gone = takes_no_more(record)
    his = [deed for deed in of_it if deed.roles & roles and (deed.ends or not gone)]
    return [deed for deed in his if deed.offered(record)]
