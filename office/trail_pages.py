"""Who looked at a man's file, for whoever may open it; and the whole trail, searched, for administrators."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.roles import Role
from audit.actions import record
from core import clock
from core.row_numbers import GREATEST, is_row_number
from office import trail
from office.forms.base import DayField
from office.looking import looked_at
from office.search import asked, find
from office.site import office
from office.subjects import rows
from participants.models import Participant

LONGEST = 120
YEARS = range(2000, 2100)


@require_GET
def looks(request: HttpRequest, pk: int) -> HttpResponse:
    """`?before=`: from which event on; anything else than a number is left out."""
    man = get_object_or_404(rows(Participant), pk=pk)
    looked_at(request, man)
    before = request.GET.get("before", "")
    page = trail.who_looked(man, before=int(before) if is_row_number(before) else None)
    said = {"man": man, "page": page, "at": clock.now(), "later": bool(before)}
    return render(request, "office/looks.html", office.each_context(request) | said)


class TrailForm(forms.Form):
    about = forms.CharField(
        label="Whom it is about",
        required=False,
        max_length=LONGEST,
        help_text="His name, or the number of his file.",
    )
    who = forms.CharField(
        label="Who did it",
        required=False,
        max_length=LONGEST,
        help_text="A name, also of who has left; a background job; or as in user:3.",
    )
    what = forms.CharField(
        label="What", required=False, max_length=64, help_text="As it stands in a list: “Person looked at”."
    )
    since = DayField(label="From", required=False)
    until = DayField(label="Until, with that day", required=False)
    before = forms.IntegerField(required=False, min_value=1, max_value=GREATEST, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("about", "who", "what"):
            self.fields[name].widget.attrs |= {"autocomplete": "off", "spellcheck": "false", "translate": "no"}

    def clean_about(self) -> list[int] | None:
        text = self.cleaned_data["about"]
        if not text:
            return None
        men = [int(text)] if is_row_number(text) else self._men_called(text)
        found = list(rows(Participant).filter(pk__in=men).order_by("pk").values_list("pk", flat=True))
        if not found:
            raise forms.ValidationError("Nobody here is called that. Write the number of his file, or search for him.")
        return found

    def _men_called(self, text: str) -> list[int]:
        named = find(asked(text))
        if named.more:
            raise forms.ValidationError(
                "More people are called that than are looked at here. Write the number of his file."
            )
        return [man.pk for man in named.people]

    def clean_who(self) -> list[str] | None:
        text = self.cleaned_data["who"]
        found = trail.actors_called(text) if text else None
        if found == []:
            raise forms.ValidationError("Nobody of that name has worked here, and no background job is called that.")
        return found

    def clean_what(self) -> list[str] | None:
        text = self.cleaned_data["what"]
        found = trail.verbs_called(text) if text else None
        if found == []:
            raise forms.ValidationError("Nothing of that name was ever done. Write it as it stands in a list.")
        return found

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        since, until = said.get("since"), said.get("until")
        for name in ("since", "until"):
            if said.get(name) and said[name].year not in YEARS:
                self.add_error(name, "Choose a day of this century.")
        if since and until and since > until:
            self.add_error("until", "This day is before the first one. Exchange the two.")
        return said

    @property
    def wanted(self) -> dict[str, Any]:
        """What `trail.search` takes: whole days, by the clock on the office's wall."""
        said = self.cleaned_data
        until = said["until"] and said["until"] + timedelta(days=1)
        return {
            "men": said["about"],
            "by": said["who"],
            "verbs": said["what"],
            "since": said["since"] and _midnight(said["since"]),
            "until": until and _midnight(until),
            "before": said["before"],
        }


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), timezone.get_current_timezone())


def search(request: HttpRequest) -> HttpResponse:
    """What is looked for is sent as a form: names stand in no address and in no log."""
    assert isinstance(request.user, User), "the office lets nobody else in"
    if Role.ADMINISTRATOR not in request.user.roles:
        raise PermissionDenied
    form = TrailForm(request.POST if request.method == "POST" else None)
    said: dict[str, Any] = {"form": form}
    if form.is_valid():
        wanted = form.wanted
        page = trail.search(**wanted)
        _searched(request.user, wanted, len(page.seen))
        said["page"] = page
    return render(request, "office/trail.html", office.each_context(request) | said)


def _searched(user: User, wanted: dict[str, Any], found: int) -> None:
    """By ids, never by what was typed."""
    asked_for = {name: value for name, value in wanted.items() if value is not None}
    record(by=user, now=clock.now(), verb="trail.searched", on=user, facts={"found": found, **asked_for})
