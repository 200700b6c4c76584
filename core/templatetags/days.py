"""Days and hours as the house says them, on the clock that the page is shown by."""

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.dateformat import format as said
from django.utils.translation import get_language

from core import clock

register = template.Library()

NBSP = "\N{NO-BREAK SPACE}"

# As they are written in the United States; Django's own Spanish is Spain's.
_DIAS = ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")
_MESES = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
_MESES_ENTEROS = (
    "Enero", "Febrero", "Marzo", "Abril", "Mayo", "Junio",
    "Julio", "Agosto", "Septiembre", "Octubre", "Noviembre", "Diciembre",
)  # fmt: skip


@register.filter
def day(when: datetime | date) -> str:
    """Tue, Mar 3; with its year when that isn't this one. mar, 3 de mar"""
    on = timezone.make_naive(when).date() if isinstance(when, datetime) else when
    this_year = timezone.make_naive(clock.now()).year
    if _in_spanish():
        year = "" if on.year == this_year else f" de {on.year}"
        return f"{_DIAS[on.weekday()]}, {on.day} de {_MESES[on.month - 1]}{year}"
    return said(on, "D, M j" if on.year == this_year else "D, M j, Y")


@register.filter
def hour(when: datetime) -> str:
    """7:00 pm; 7:00 p. m., which is never broken between two lines."""
    local = timezone.make_naive(when)
    half = "am" if local.hour < 12 else "pm"
    return f"{said(local, 'g:i')}{f'{NBSP}{half[0]}.{NBSP}m.' if _in_spanish() else f' {half}'}"


@register.filter
def moment(when: datetime) -> str:
    """7:04 pm; with its day when that isn't today."""
    today = timezone.make_naive(clock.now()).date()
    return hour(when) if timezone.make_naive(when).date() == today else f"{day(when)}, {hour(when)}"


@register.filter
def month(first: date) -> str:
    """March 2026; Marzo de 2026."""
    return f"{_MESES_ENTEROS[first.month - 1]} de {first.year}" if _in_spanish() else said(first, "F Y")


@register.filter
def iso_day(on: str) -> str:
    """A day that a document's facts carry as YYYY-MM-DD."""
    return day(date.fromisoformat(on))


def _in_spanish() -> bool:
    return (get_language() or "").startswith("es")
