"""Reports that can't be signed now, or not in a month; whoever looks can tell an administrator."""

from datetime import datetime
from functools import partial

from django.urls import reverse

from courts.actions import signing
from office import words
from office.today import Line


def lines(now: datetime) -> list[Line]:
    line = partial(Line, button="See the reports", url=reverse("office:courts_report_changelist"), key="signing:all")
    if why := signing.why_nothing_is_issued(now=now):
        return [line(what="No report can be issued", why=why, broken=True)]
    if ends_at := signing.ends_soon(now=now):
        why = "Until then an administrator puts a new one in place, or no report can be issued."
        return [line(what="The certificate that signs reports ends", why=why, due_on=words.local_day(ends_at))]
    return []
