"""The office: Django's own admin site, for coordinators and administrators; rows are changed by actions only."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Exists
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import OFFICE
from office.restrictions import forgotten_cases, forgotten_men, looked_at_by
from participants.models import Restriction
from programs.models import Program

View = Callable[..., HttpResponse]


class OfficeSite(AdminSite):
    site_title = site_header = "Onus"
    index_title = "Today"
    empty_value_display = "–"
    enable_nav_sidebar = False
    final_catch_all_view = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Without a word of its own the admin would ask for `is_staff`, which is the same set of roles."""
        user = request.user
        return isinstance(user, User) and user.is_active and bool(user.roles & OFFICE)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Who isn't signed in is asked to; who doesn't work here gets 403. Times are the program's."""
        protected = super().admin_view(view, cacheable)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not self.has_permission(request):
                raise PermissionDenied
            zone, something_shut = _zone(request.user)
            with timezone.override(zone), looked_at_by(request.user, something_shut=something_shut):
                return _rendered(protected(request, *args, **kwargs))

        return guarded

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Today, the pages of our own, and two of each noun: its list and its one."""
        from office.pages import pages

        today = path("", self.admin_view(self.index), name="index")
        return [today, *pages(self.admin_view), *(self._noun(model) for model in self._registry)]

    def _noun(self, model: Any) -> URLResolver:
        options = model._meta
        return path(f"{options.app_label}/{options.model_name}/", include(self._registry[model].urls))

    def nouns(self) -> Iterable[tuple[Any, Any]]:
        """Each model with its admin, in the order in which they were registered."""
        return self._registry.items()

    def index(self, request: HttpRequest, extra_context: Any = None) -> Any:
        from office.desk import today

        return today(request)

    def each_context(self, request: Any) -> dict[str, Any]:
        return {
            "site_title": self.site_title,
            "site_header": self.site_header,
            "site_url": None,
            "has_permission": self.has_permission(request),
            "available_apps": [],
            "is_popup": False,
            "is_nav_sidebar_enabled": False,
            "nav": nav(request.path),
        }


# By task, not by table: where one begins, and everything below it. After "g" its key leads there.
NAV = (
    ("Today", "index", "t"),
    ("Referrals", "courts_referral_changelist", "r"),
    ("People", "participants_participant_changelist", "p"),
    ("Cohorts", "programs_cohort_changelist", "c"),
    ("Reports", "courts_report_changelist", "o"),
    ("Messages", "messaging_message_changelist", "m"),
    ("Money", "money", "f"),
    ("Numbers", "numbers", "n"),
    ("Settings", "settings", "s"),
)


def nav(here: str) -> list[dict[str, Any]]:
    urls = [(label, reverse(f"office:{name}"), key) for label, name, key in NAV]
    return [{"label": label, "url": url, "key": key, "current": _within(here, url)} for label, url, key in urls]


def _within(here: str, url: str) -> bool:
    return here == url if url == reverse("office:index") else here.startswith(url)


def _zone(user: User) -> tuple[ZoneInfo, bool]:
    """Of the first program; an office without one sees UTC. And whether any file is shut to this person."""
    hidden = (Restriction.objects.shut_to(user), forgotten_men(), forgotten_cases())
    found = Program.objects.order_by("id").values_list("time_zone", *map(Exists, hidden)).first()
    name, *something_shut = found or (settings.TIME_ZONE, True)
    return ZoneInfo(name), any(something_shut)


def _rendered(response: HttpResponse) -> HttpResponse:
    """Now: a template rendered later would find another time zone."""
    return response.render() if isinstance(response, SimpleTemplateResponse) else response


office = OfficeSite(name="office")
