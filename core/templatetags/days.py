"""Days and hours as the house says them, on the clock that the page is shown by."""

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.dateformat import format as said

from core import clock

register = template.Library()


@register.filter
def day(when: datetime | date) -> str:
    """Tue, Mar 3; with its year when that isn't this one."""
    on = timezone.make_naive(when).date() if isinstance(when, datetime) else when
    this_year = timezone.make_naive(clock.now()).year
    return said(on, "D, M j" if on.year == this_year else "D, M j, Y")


@register.filter
def hour(when: datetime) -> str:
    """7:00 pm"""
    local = timezone.make_naive(when)
    return f"{said(local, 'g:i')} {'am' if local.hour < 12 else 'pm'}"


@register.filter
def moment(when: datetime) -> str:
    """7:04 pm; with its day when that isn't today."""
    today = timezone.make_naive(clock.now()).date()
    return hour(when) if timezone.make_naive(when).date() == today else f"{day(when)}, {hour(when)}"


@register.filter
def iso_day(on: str) -> str:
    """A day that a document's facts carry as YYYY-MM-DD."""
    return day(date.fromisoformat(on))
