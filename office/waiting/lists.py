"""Lists on their way in that wait for somebody, or that went wrong."""

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from courts.models import ListUpload
from office.subjects import rows
from office.waiting.found import Found

State = ListUpload.State
SAID = {
    State.MAPPING: ("Name the columns of a list", "Name the columns"),
    State.PREVIEWED: ("A list to look at", "Look at it"),
    State.FAILED: ("A list went wrong", "Look at it"),
}


def waiting(now: datetime, today: date) -> QuerySet[Any]:
    return rows(ListUpload).filter(state__in=SAID, emptied_at=None).order_by("id")


def line(found: Found) -> dict[str, Any]:
    what, button = SAID[State(found.one)]
    broken = found.one == State.FAILED
    url = reverse("office:list_one", args=[found.pk])
    said = {"what": what, "whom": found.court or "Several courts", "button": button, "url": url, "whom_url": url}
    return said | {"why": found.two if broken else f"Sent by {found.three}.", "broken": broken}
