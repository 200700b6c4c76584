"""Read-only: rows are written by actions, which the buttons beside them call."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import display_for_value
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.text import capfirst

from office import filters, words
from office.columns import Column
from office.doing import find
from office.looking import looked_at, looked_through
from office.paging import Bounded
from office.subjects import rows, subject


@dataclass(frozen=True, slots=True)
class Panel:
    """Rows that hang on a record, on its page: with their buttons, and a word when there are none."""

    title: str
    rows: Sequence[Any] | QuerySet[Any]
    columns: Sequence[Column]
    empty: str = "None."
    # Without them where each row leads to a page of its own that has them.
    with_buttons: bool = True

    @property
    def heads(self) -> list[str]:
        return [str(getattr(one, "short_description", "")) for one in self.columns]

    @property
    def lines(self) -> list[tuple[Any, list[Any]]]:
        """Each row with what its columns say; a template would call a column without its row."""
        return [(row, [display_for_value(one(row), words.NOTHING) for one in self.columns]) for row in self.rows]


@admin.display(description=mark_safe('<span class="visually-hidden">Choose</span>'))
def chosen(row: Any) -> Any:
    """Belongs to the form below the list."""
    about = subject(row)
    named = ", ".join(filter(None, [about.whom, about.what]))
    return format_html(
        '<input class="form-check-input" type="checkbox" name="pk" value="{}" form="bulk" aria-label="Choose {}">',
        row.pk, named,
    )  # fmt: skip


if TYPE_CHECKING:
    Admin = admin.ModelAdmin[Any]
else:
    Admin = admin.ModelAdmin  # only the type checker knows it as a generic class


class Noun(Admin):
    """One of our models: its list, and the page of one. `about`: what it is, for who looks for it in the settings."""

    about = ""
    plural = ""
    # Why a list is empty, and what fills it.
    empty = "Nothing here yet."
    facts: Sequence[Column] = ()
    # In two columns: where there are many, and nothing stands beside them.
    wide_facts = False
    panels: Sequence[Callable[[Any], Panel]] = ()
    prefetch: Sequence[Any] = ()

    # Names of the deeds that can be done to many at once.
    bulk: Sequence[str] = ()

    actions = None
    paginator = Bounded
    list_display_links = None
    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    view_on_site = False
    show_facets = admin.ShowFacets.NEVER

    @property
    def plural_name(self) -> str:
        return self.plural or str(capfirst(self.opts.verbose_name_plural))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def log_addition(self, *args: Any) -> Any:
        """Django's own log keeps names outside the audit trail: nothing is written there."""

    def log_change(self, *args: Any) -> Any:
        """Nor here."""

    def log_deletions(self, *args: Any) -> Any:
        """Nor here."""

    def get_urls(self) -> list[URLPattern]:
        """The list and the one; no page to add, change, delete, or for a history of Django's."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        guard = self.admin_site.admin_view
        return [
            path("", guard(self.changelist_view), name=f"{name}_changelist"),
            path("<str:object_id>/", guard(self.change_view), name=f"{name}_change"),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return rows(self.model).prefetch_related(*self.prefetch)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.facts

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.facts

    def get_list_display(self, request: HttpRequest) -> Any:
        return (chosen, *self.list_display) if self.bulk else self.list_display

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        looked_through(request, self.model)
        said = {"title": self.plural_name, "empty": self.empty, "about": self.about}
        return super().changelist_view(request, said | self._beside(request) | (extra_context or {}))

    def _beside(self, request: HttpRequest) -> dict[str, Any]:
        """What one can do with the list itself."""
        deeds = [find(str(self.opts.model_name), name) for name in self.bulk]
        return {
            "noun": self.opts.label_lower,
            "deeds": [deed for deed in deeds if deed and deed.roles & request.user.roles],  # type: ignore[union-attr]
            "saved": filters.saved(request.user, self.opts.label_lower),  # type: ignore[arg-type]  # the site's guard
            "kept": filters.cleaned(request.GET.urlencode()),
            "unread": "e" in request.GET,
        }

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Whatever stands in the address, the list answers: a filter that can't be read is left out, and it says so."""
        if not request.GET:
            return super().get_changelist_instance(request)
        try:
            with transaction.atomic():
                return super().get_changelist_instance(request)
        except (SuspiciousOperation, ValueError, OverflowError, DatabaseError) as hostile:
            raise IncorrectLookupParameters(str(hostile)) from hostile

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        said = {"title": self.plural_name} | (extra_context or {})
        response: HttpResponse = super().change_view(request, object_id, form_url, said)
        return response

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """By its number as we write it: Python reads digits of other scripts too, and one record has one address."""
        return super().get_object(request, object_id, from_field) if object_id.isascii() else None

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """What isn't there is a 404 here as everywhere, and not a word on another page."""
        raise Http404

    def panels_of(self, record: Any) -> list[Panel]:
        return [panel(record) for panel in self.panels]

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        """The look is written down when there is something to see, before it is shown."""
        seen = context["original"]
        looked_at(request, seen)
        about = {
            "about": subject(seen),
            "wide_facts": self.wide_facts,
            "panels": self.panels_of(seen),
        }
        return super().render_change_form(request, context | about, *args, **kwargs)
