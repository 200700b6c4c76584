"""The figures that an administrator published: for anybody, without signing in, and nothing but that kept row.

Like each page here it is kept by no cache: taken off, it is gone at once, for everybody.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.strangers import for_strangers
from office.figures import keeping, paper
from office.figures.asking import Period
from office.figures.funding import kept_change, kept_leaves
from office.models import FunderReport


@login_not_required
@for_strangers
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """404 until there is something to tell."""
    found = list(FunderReport.objects.public().order_by("program"))
    if not found:
        raise Http404
    told = [_told(one) for one in found]
    return render(request, "office/figures.html", {"told": told, "caveats": paper.CAVEATS})


def _told(one: FunderReport) -> dict[str, object]:
    return {
        "program": one.figures.get("program", ""),
        "period": Period(one.begins_on, one.ends_on).name,
        "made_at": one.made_at,
        "leaves": kept_leaves(one),
        "change": kept_change(one),
        "definitions": list(paper.definitions(keeping.tables_of(one.figures))),
    }
