"""What can be done about figures that left the program: onto the public page, and off it."""

from datetime import datetime

from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from office.doing import Deed, Done, declare
from office.figures import leaving
from office.models import FunderReport

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


def _page(report: FunderReport) -> str:
    return reverse("office:funder_report", args=[report.pk])


def _publish(report: FunderReport, *, by: User, now: datetime) -> Done:
    leaving.publish(report=report, by=by, now=now)
    return Done("It stands on the public page, /figures/, from now on.", then=_page(report))


def _take_off(report: FunderReport, *, by: User, now: datetime) -> Done:
    leaving.take_off(report=report, by=by, now=now)
    return Done("It is off the public page.", then=_page(report))


declare(
    Deed(
        noun=FunderReport,
        name="publish",
        label="Publish",
        do=_publish,
        roles=ADMINISTRATOR,
        offered=lambda one: one.published_at is None,
        warning="Anybody may read it at /figures/ then. It takes the place of the one that stands there now.",
    ),
    Deed(
        noun=FunderReport,
        name="take-off",
        label="Take it off the public page",
        do=_take_off,
        roles=ADMINISTRATOR,
        offered=lambda one: one.published_at is not None and one.taken_off_at is None,
        warning="What was read or copied by then stays out there. It can't be published again.",
    ),
)
