"""Django's own admin over four of our tables, to be measured beside: with its defaults, the columns that ours have,
ordered as ours are, as many rows on a page."""

from typing import Any

from django.contrib import admin
from django.urls import path

from config.urls import urlpatterns as ours
from courts.models import Referral
from messaging.models import Message
from office.admin.base import Admin, Noun
from participants.models import Participant
from programs.models import Enrollment


class StockSite(admin.AdminSite):
    def has_permission(self, request: Any) -> bool:
        return True


class Stock(Admin):
    """Whoever reached the site may do anything there."""

    list_per_page = Noun.list_per_page


def _always(*args: Any) -> bool:
    return True


for deed in ("module", "view", "change", "add", "delete"):
    setattr(Stock, f"has_{deed}_permission", _always)


class Enrollments(Stock):
    list_display = ("opened_at", "participant", "state", "standing", "finish_by")
    list_select_related = ("participant",)
    list_filter = ("state", "standing")
    ordering = ("-id",)


class People(Stock):
    list_display = ("last_name", "first_name", "date_of_birth", "language")
    list_filter = ("language", "needs_interpreter")
    ordering = ("last_name", "first_name")


class Referrals(Stock):
    list_display = ("case_number", "participant", "court", "state", "received_on", "complete_by", "proof_due_by")
    list_select_related = ("participant", "court")
    list_filter = ("state", "kind", "court")
    ordering = ("-id",)


class Messages(Stock):
    list_display = ("due_at", "participant", "user", "kind", "channel", "state", "reason")
    list_select_related = ("participant", "user")
    list_filter = ("state", "channel", "kind")
    ordering = ("-id",)


site = StockSite(name="stock")
site.register(Enrollment, Enrollments)
site.register(Participant, People)
site.register(Referral, Referrals)
site.register(Message, Messages)
urlpatterns = [*ours, path("stock/", site.urls)]
