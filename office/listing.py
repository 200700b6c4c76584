"""What one does with a list, beside reading it: keeping its filters under a name."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.models import User
from core import clock
from core.refusal import Refusal
from office import filters
from office.models import SavedFilter
from office.site import office


class FilterForm(forms.Form):
    name = forms.CharField(max_length=60)
    query = forms.CharField(max_length=500, required=False)


def admin_of(request: HttpRequest, noun: str) -> Any:
    """Of the list that is called so, as in "courts.referral". Raises Http404, also where it is not his to see."""
    for model, admin in office.nouns():
        if model._meta.label_lower == noun and admin.has_view_permission(request):
            return admin
    raise Http404


def address(noun: str) -> str:
    return reverse(f"office:{noun.replace('.', '_')}_changelist")


@require_POST
def save_filter(request: HttpRequest, noun: str) -> HttpResponse:
    admin_of(request, noun)
    assert isinstance(request.user, User), "the office lets nobody else in"
    form = FilterForm(request.POST)
    if not form.is_valid():
        messages.warning(request, "Give the filter a name of up to 60 letters.")
        return redirect(_back(noun, request.POST.get("query", "")))
    try:
        made = filters.save(noun=noun, **form.cleaned_data, by=request.user, now=clock.now())
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return redirect(_back(noun, form.cleaned_data["query"]))
    messages.success(request, f"Saved: {made.name}.")
    return redirect(_back(noun, made.query))


@require_POST
def delete_filter(request: HttpRequest, pk: int) -> HttpResponse:
    """His own; anybody else's isn't there."""
    one = get_object_or_404(SavedFilter, pk=pk, user=request.user)
    one.delete()
    messages.success(request, f"Deleted: {one.name}.")
    return redirect(_back(one.noun, ""))


def _back(noun: str, query: str) -> str:
    kept = filters.cleaned(query)
    return f"{address(noun)}?{kept}" if kept else address(noun)
