"""Filters of lists: those that ask for few choices however long the list is, and those that somebody saved."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.http import QueryDict

from accounts.models import User
from core.refusal import Refusal
from courts.models import Court, Referral
from messaging import registry
from office import words
from office.models import SavedFilter
from programs.models import Cohort

AT_MOST = 20
OTHER = "other"
# Where one stands in a list, and that it was refused, is no filter; a name is looked for elsewhere.
NOT_KEPT = ("p", "e", "all", "q")


def noted(field: str, label: str) -> tuple[str, type[admin.FieldListFilter]]:
    """Whether it is noted that something happened; asked as one says it, not as the column is called."""

    class Noted(admin.EmptyFieldListFilter):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.title = label

        def choices(self, changelist: Any) -> Iterator[Any]:
            for choice, said in zip(super().choices(changelist), ("All", "No", "Yes"), strict=True):
                yield choice | {"display": said}

    return field, Noted


def called(field: str, label: str) -> tuple[str, type[admin.FieldListFilter]]:
    """Yes or no, under the name that the column has on the list."""

    class Called(admin.BooleanFieldListFilter):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.title = label

    return field, Called


class ByCourt(admin.SimpleListFilter):
    """Courts that refer; asked court by court, since reading all referrals for it takes long."""

    title, parameter_name, way = "court", "court", "court"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        referring = Court.objects.filter(Exists(Referral.objects.filter(court=OuterRef("pk"))))
        return [(str(pk), name) for pk, name in referring.order_by("name").values_list("pk", "name")]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(**{f"{self.way}__pk": int(self.value() or 0)}) if self.value() else queryset


class ByReferralCourt(ByCourt):
    way = "referral__court"


class ByCohort(admin.SimpleListFilter):
    """Groups that still meet: of those that are over there are ever more."""

    title, parameter_name = "cohort", "cohort"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        meeting = Cohort.objects.filter(closed_at=None).order_by("name")
        return [(str(pk), name) for pk, name in meeting.values_list("pk", "name")]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(cohort__pk=int(self.value() or 0)) if self.value() else queryset


class ByLanguage(admin.SimpleListFilter):
    """Those that we speak, and all others: which there are would be known only by reading everybody."""

    title, parameter_name = "language", "language"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [*settings.LANGUAGES, (OTHER, "other languages")]

    def queryset(self, request: Any, queryset: Any) -> Any:
        if self.value() == OTHER:
            return queryset.exclude(language__in=[code for code, _ in settings.LANGUAGES])
        return queryset.filter(language=self.value()) if self.value() else queryset


class ByKind(admin.SimpleListFilter):
    """Of message, as they are registered."""

    title, parameter_name = "what", "kind"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, words.plain(name)) for name in registry.names()]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class TooMany(Refusal):
    pass


def cleaned(query: str) -> str:
    """What a filter keeps of an address."""
    asked = QueryDict(query, mutable=True)
    for name in NOT_KEPT:
        asked.pop(name, None)
    return asked.urlencode()


def saved(user: User, noun: str) -> list[SavedFilter]:
    return list(SavedFilter.objects.filter(user=user, noun=noun).order_by("name"))


def save(*, noun: str, name: str, query: str, by: User, now: datetime) -> SavedFilter:
    """One of that name takes the place of the old. Raises TooMany."""
    others = SavedFilter.objects.filter(user=by, noun=noun).exclude(name=name)
    if others.count() >= AT_MOST:
        raise TooMany(f"You have {AT_MOST} filters on this list. Delete one first.")
    kept = {"query": cleaned(query), "at": now}
    made, _ = SavedFilter.objects.update_or_create(user=by, noun=noun, name=name, defaults=kept)
    return made
