from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve
from pytest_django import Settings

from accounts.roles import Role
from audit.middleware import RefusalMiddleware, ids_in, page_of
from audit.models import Event
from audit.origin import origin
from tests.access.people import signed_in
from tests.factories.accounts import InvitationFactory, UserFactory
from tests.factories.audit import EventFactory

pytestmark = pytest.mark.django_db

ACCEPTED = {"name": "Dana", "password1": "four quiet words walking", "password2": "four quiet words walking"}


def origins_after(client: Client, **headers: str) -> set[str]:
    InvitationFactory(token="t")
    client.post("/account/invitation/t/", ACCEPTED, headers=headers)
    return set(Event.objects.values_list("origin", flat=True))


def test_an_event_says_from_where_it_was_asked(now: object, client: Client) -> None:
    assert origins_after(client) == {"127.0.0.1"}
    assert origin.get() == ""


def test_nobody_makes_up_an_address(now: object, client: Client) -> None:
    assert origins_after(client, **{"x-forwarded-for": "198.51.100.7"}) == {"127.0.0.1"}


def test_behind_a_proxy_it_is_the_one_before(now: object, client: Client, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    assert origins_after(client, **{"x-forwarded-for": "203.0.113.9, 198.51.100.7"}) == {"198.51.100.7"}


# --- refused


def test_the_event_stands_after_the_rollback_of_what_was_refused(now: datetime) -> None:
    """Written once the view's own transaction is over, or it would go with it."""
    user = UserFactory(roles=[Role.FACILITATOR])

    @transaction.atomic
    def write_and_refuse() -> None:
        EventFactory(verb="written.and_refused")
        raise PermissionDenied

    def view(request: HttpRequest) -> HttpResponse:
        with pytest.raises(PermissionDenied):
            write_and_refuse()
        return HttpResponse(status=403)

    request = RequestFactory().get("/office/people/7/")
    request.user, request.resolver_match = user, resolve("/office/people/7/")
    RefusalMiddleware(view)(request)

    (event,) = Event.objects.all()
    assert (event.verb, event.record, event.actor) == ("request.refused", "office:person:7", f"user:{user.pk}")
    assert event.facts == {"page": "office:person", "pk": "7", "method": "GET", "status": 403}


def test_words_of_an_address_are_not_kept() -> None:
    """Somebody may get in by them."""
    assert ids_in({"pk": 7, "object_id": "12", "token": "c2VjcmV0", "on": "2026-03-03"}) == {
        "pk": "7",
        "object_id": "12",
    }


def test_the_longest_address_still_fits() -> None:
    assert len(page_of("office:" + "x" * 80, {"pk": "7"})) == Event._meta.get_field("record").max_length


def test_a_page_that_is_shown_is_no_refusal(now: datetime) -> None:
    signed_in(UserFactory(roles=[Role.COORDINATOR])).get("/office/shortcuts/")

    assert Event.objects.filter(verb="request.refused").count() == 0
