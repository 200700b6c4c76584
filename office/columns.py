"""Columns of lists and lines of detail pages, one call each."""

from collections.abc import Callable
from functools import reduce
from html import unescape
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString

from courts.models import Referral
from office import words
from office.subjects import home, is_forgotten, page
from participants.models import Participant

Column = Callable[[Any], Any]


def _reach(row: Any, path: str) -> Any:
    """Along a path such as "referral__court"; None where it breaks off."""
    return reduce(lambda one, name: None if one is None else getattr(one, name), path.split("__"), row)


def column(path: str, label: str, say: Callable[[Any], Any], *, sorts: bool = True) -> Column:
    def shown(row: Any) -> Any:
        return say(_reach(row, path))

    shown.__name__ = path
    shown.short_description = label  # type: ignore[attr-defined]  # what the admin reads off a column
    shown.admin_order_field = path if sorts else None  # type: ignore[attr-defined]
    return shown


def cell(shown: Column, row: Any) -> Any:
    """What a column says, as a cell of a table that leaves the house: a day, a moment, a number, or plain words."""
    value = getattr(shown, "raw", shown)(row)
    if isinstance(value, SafeString):
        value = unescape(strip_tags(value))
    return "" if value in (None, words.NOTHING) else value


def is_closed(shown: Column) -> bool:
    """Encrypted: it leaves the house on no list."""
    return getattr(shown, "closed", False)


def _raw(path: str, label: str, say: Callable[[Any], Any]) -> Column:
    """A column that says one thing on a page, and gives the value itself where it is sorted and counted with."""
    shown = column(path, label, say)
    shown.raw = lambda row: _reach(row, path)  # type: ignore[attr-defined]
    return shown


def day(path: str, label: str) -> Column:
    return _dated(path, label, words.day)


def moment(path: str, label: str) -> Column:
    return _dated(path, label, words.moment)


def _dated(path: str, label: str, say: Callable[[Any], Any]) -> Column:
    """Of a case and a man that had to be forgotten a month is all that is said."""

    def told(row: Any, tell: Callable[[Any], Any]) -> Any:
        value = _reach(row, path)
        return words.month_of(value) if value is not None and _is_gone(row) else tell(value)

    def shown(row: Any) -> Any:
        return told(row, say)

    shown.__name__ = path
    shown.short_description = label  # type: ignore[attr-defined]
    shown.admin_order_field = path  # type: ignore[attr-defined]
    shown.raw = lambda row: told(row, lambda value: value)  # type: ignore[attr-defined]
    return shown


def _is_gone(row: Any) -> bool:
    """What hangs on one that is gone is on no page at all."""
    return isinstance(row, Referral | Participant) and is_forgotten(row)


def born(path: str = "date_of_birth", label: str = "Born") -> Column:
    return _raw(path, label, words.born)


def language(path: str = "language") -> Column:
    return column(path, "Language", words.language)


def said(path: str, label: str) -> Column:
    """A word that the database stores, as one reads it."""
    return column(path, label, lambda stored: words.plain(stored) if stored else words.NOTHING)


def text(path: str, label: str) -> Column:
    return column(path, label, lambda value: words.NOTHING if value in (None, "") else value)


def reach(path: str = "") -> Column:
    """Where a contact point leads, as one reads it: a phone's number by its groups."""

    def shown(row: Any) -> Any:
        point = _reach(row, path) if path else row
        return words.reached_at(point.kind, point.value)

    shown.__name__ = "value"
    shown.short_description = "Where"  # type: ignore[attr-defined]
    shown.admin_order_field = f"{path}__value" if path else "value"  # type: ignore[attr-defined]
    return shown


def yes_no(path: str, label: str) -> Column:
    return column(path, label, lambda value: {None: words.NOTHING}.get(value, "Yes" if value else "No"))


def hidden(path: str, label: str) -> Column:
    """Encrypted: decrypted here, on the one page that shows it; never sorted or searched."""
    shown = column(path, label, lambda value: words.NOTHING if value in (None, "") else value, sorts=False)
    shown.closed = True  # type: ignore[attr-defined]
    return shown


def person(path: str, label: str = "Who") -> Column:
    """His name, which leads to his case file."""

    def link(participant: Any) -> Any:
        if participant is None:
            return words.NOTHING
        him = participant.himself
        return format_html('<a href="{}">{}</a>', reverse("office:person", args=[him.pk]), him.legal_name)

    return column(path, label, link, sorts=False)


def own(label: str, say: Callable[[Any], Any], *, sorts: str = "") -> Column:
    """What leads to the row's own page; the first column of a list."""

    def to(row: Any) -> Any:
        return format_html('<a href="{}">{}</a>', page(row), say(row) or words.NOTHING)

    to.__name__ = "own"
    to.raw = getattr(say, "raw", say)  # type: ignore[attr-defined]
    to.short_description = label  # type: ignore[attr-defined]
    to.admin_order_field = sorts or None  # type: ignore[attr-defined]
    return to


def link(path: str, label: str, say: Callable[[Any], str] = str) -> Column:
    """To the page of another record."""

    def to(record: models.Model | None) -> Any:
        if record is None:
            return words.NOTHING
        return format_html('<a href="{}">{}</a>', home(record), say(record))

    return column(path, label, to, sorts=False)


def many(path: str, label: str, say: Callable[[Any], str]) -> Column:
    """Rows that hang on this one; prefetch them for a list."""
    return column(path, label, lambda rows: ", ".join(map(say, rows.all())) or words.NOTHING, sorts=False)


def worked_out(name: str, label: str, say: Callable[[Any], Any]) -> Column:
    """From the row itself, when it is no field."""

    def shown(row: Any) -> Any:
        return say(row)

    shown.__name__ = name
    shown.short_description = label  # type: ignore[attr-defined]
    return shown
