"""The page on which a man is placed: what fits, the best first, and why the rest doesn't."""

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from core import clock
from courts.actions.placing import placement_for
from office import words
from office.doing import Deed, offered
from office.forms.placing import WEEKDAYS, weekdays
from office.intakes import availability_of
from office.looking import looked_at
from office.site import office
from office.subjects import rows, subject
from programs.actions.placement import Wishes
from programs.models import Cohort, Enrollment
from programs.offers import said_of, when_none_fits, why_not
from programs.placement import DAYS_IN_HAND, Barred, Offer

# Of what fits, and of what doesn't: nobody reads more.
SHOWN = 25
# By which deed he is seated, as he waits or sits.
BUTTONS = {"seat": "Seat him here", "transfer": "Move him here"}


class Wanted(forms.Form):
    """On which days he can come, and how many are to be left before the court's date."""

    weekdays = weekdays("He can come on")
    in_hand = forms.IntegerField(
        label="Days in hand", min_value=0, max_value=90, help_text="Between his last evening and the court's date."
    )


@dataclass(frozen=True, slots=True)
class Row:
    cohort: Cohort
    offer: Offer
    said: str

    @property
    def meets(self) -> str:
        return meets(self.cohort)


@dataclass(frozen=True, slots=True)
class OtherRow:
    cohort: Cohort
    why: str


def meets(cohort: Cohort) -> str:
    weekday = dict(WEEKDAYS)[cohort.weekday]
    hour = f"{cohort.starts_at:%I:%M %p}".lstrip("0").lower()
    return f"{weekday}s at {hour}, {cohort.place or 'by video'}"


def place(request: HttpRequest, pk: int) -> HttpResponse:
    enrollment = get_object_or_404(rows(Enrollment), pk=pk)
    looked_at(request, enrollment)
    said_at_intake = availability_of([enrollment.participant_id]).get(enrollment.participant_id)
    days = sorted(said_at_intake.weekdays) if said_at_intake else []
    asked = Wanted(request.GET if "in_hand" in request.GET else {"in_hand": DAYS_IN_HAND, "weekdays": days})
    wishes = _wishes(asked)
    found = placement_for(enrollment, wishes=wishes, now=clock.now())
    deeds = {deed.name: deed for deed in offered(enrollment)}
    button = next((deeds[name] for name in BUTTONS if name in deeds), None)
    said: dict[str, Any] = {
        "enrollment": enrollment,
        "about": subject(enrollment),
        "speaks": words.language(enrollment.participant.language),
        "form": asked,
        "can_come": said_at_intake,
        "offers": _rows(found.offers[:SHOWN]),
        "more_offers": len(found.offers) - SHOWN,
        "barred": _others(found.barred[:SHOWN]),
        "more_barred": len(found.barred) - SHOWN,
        "none_fits": "" if found.offers else when_none_fits(found),
        "ask_for": found.ask_for,
        "ask_url": _url(deeds.get("more-time"), enrollment),
        "wishes": wishes,
        "button": button and BUTTONS[button.name],
        "seat_url": _url(button, enrollment),
        "as_it_was": button.form(record=enrollment).as_it_was if button else "",
        "once": uuid.uuid4(),
    }
    return render(request, "office/place.html", office.each_context(request) | said)


def _wishes(asked: Wanted) -> Wishes:
    """What can't be read counts as not said; the form says what is wrong with it."""
    asked.full_clean()
    weekdays = frozenset(asked.cleaned_data.get("weekdays") or ())
    in_hand = asked.cleaned_data.get("in_hand")
    return Wishes(weekdays=weekdays, days_in_hand=DAYS_IN_HAND if in_hand is None else in_hand)


def _url(deed: Deed | None, enrollment: Enrollment) -> str:
    return deed.url(enrollment) if deed else ""


def _rows(offers: tuple[Offer, ...]) -> list[Row]:
    cohorts = Cohort.objects.in_bulk([offer.group.cohort for offer in offers])
    return [Row(cohorts[offer.group.cohort], offer, said_of(offer)) for offer in offers]


def _others(barred: tuple[Barred, ...]) -> list[OtherRow]:
    cohorts = Cohort.objects.in_bulk([one.group.cohort for one in barred])
    return [OtherRow(cohorts[one.group.cohort], why_not(one)) for one in barred]
