"""A receipt as PDF, for him to take along: it says nothing of what this is."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.models import User
from core import clock
from office.subjects import rows
from programs.actions.money import give_receipt
from programs.models import FeeEntry


@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Handed out again it says that it is a copy; each time is an event."""
    assert isinstance(request.user, User), "the office lets nobody else in"
    found: Any = rows(FeeEntry).filter(receipt_number__isnull=False)
    paper = give_receipt(entry=get_object_or_404(found, pk=pk), by=request.user, now=clock.now())
    response = HttpResponse(paper.content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{paper.file_name}"'
    response["Cache-Control"] = "private, no-store"
    return response
