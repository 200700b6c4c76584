"""The page of settings: every noun that has no place of its own in the navigation, floor by floor."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from office.site import office

FLOORS = (
    ("programs", "Programs"),
    ("courts", "Courts and referrals"),
    ("participants", "People"),
    ("messaging", "Messages"),
    ("accounts", "Staff"),
    ("audit", "Audit trail"),
    ("core", "Background jobs"),
)


def floors(request: HttpRequest) -> list[dict[str, Any]]:
    """Those that this person may look at."""
    shelves = [{"title": title, "nouns": _nouns(request, app)} for app, title in FLOORS]
    return [shelf for shelf in shelves if shelf["nouns"]]


def _nouns(request: HttpRequest, app: str) -> list[dict[str, str]]:
    return [
        {
            "name": admin.plural_name,
            "about": admin.about,
            "url": reverse(f"office:{app}_{model._meta.model_name}_changelist"),
        }
        for model, admin in office.nouns()
        if model._meta.app_label == app and admin.has_view_permission(request)
    ]
