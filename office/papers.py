"""Orders that came with a referral: downloaded, and read from then on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.models import User
from core import clock
from courts.actions import papers
from courts.models import CourtPaper
from courts.views.papers import sandboxed
from office.subjects import rows


@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft's paper is nobody's business yet. Reading one is a look, written before anything is shown."""
    sent = rows(CourtPaper).filter(referral__isnull=False, removed_at=None)
    found = get_object_or_404(sent, pk=pk)
    assert isinstance(request.user, User), "the office lets nobody else in"
    papers.read(paper=found, by=request.user, now=clock.now())
    return sandboxed(found)
