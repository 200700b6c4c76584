"""The page of what was found. What is looked for is sent as a form: names stand in no address and in no log."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from audit.actions import record
from core import clock
from office.search import Found, asked, find
from office.site import office

LONGEST = 120


class SearchForm(forms.Form):
    q = forms.CharField(
        label="Name, case number or report number", max_length=LONGEST, widget=forms.TextInput({"type": "search"})
    )


def search(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.POST or None)
    said: dict[str, object] = {"form": form}
    if form.is_valid():
        what = asked(form.cleaned_data["q"])
        said |= {"asked": what, "found": _found(request, find(what))}
    return render(request, "office/search.html", office.each_context(request) | said)


def _found(request: HttpRequest, found: Found) -> Found:
    """That somebody looked, and how much was found; never for whom."""
    assert isinstance(request.user, User), "the office lets nobody else in"
    counts = {"people": len(found.people), "others": found.count - len(found.people)}
    record(by=request.user, now=clock.now(), verb="search.made", on=request.user, facts=counts)
    return found
