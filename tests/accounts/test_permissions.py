from datetime import datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.backends import Backend
from accounts.permissions import TABLE, allowed, reaches
from accounts.roles import Role, homes
from tests.factories.accounts import RoleGrantFactory, UserFactory
from tests.house import our_models

CASES = ["participants.view_note", "courts.view_referral", "programs.view_mark"]
STAFF = [
    "accounts.view_user", "accounts.view_rolegrant", "accounts.view_invitation", "audit.view_event", "audit.view_seal",
]  # fmt: skip
SEEN = {
    Role.ADMINISTRATOR: {*CASES, *STAFF},
    Role.COORDINATOR: {*CASES},
    Role.FACILITATOR: set(),
    Role.CLERK: set(),
}


def everything() -> list[str]:
    actions = ("view", "add", "change", "delete")
    return [f"{m._meta.app_label}.{action}_{m._meta.model_name}" for m in our_models() for action in actions]


@pytest.mark.parametrize("role", Role)
def test_each_role_stands_in_the_table(role: Role) -> None:
    assert role in TABLE


@pytest.mark.parametrize(("role", "seen"), SEEN.items(), ids=list(SEEN))
def test_who_sees_what(role: Role, seen: set[str]) -> None:
    assert {permission for permission in [*CASES, *STAFF] if allowed([role], permission)} == seen


def test_nobody_writes_around_the_actions() -> None:
    assert [p for p in everything() if allowed(Role, p) and not p.partition(".")[2].startswith("view_")] == []


def test_nobody_looks_at_keys() -> None:
    assert not allowed(Role, "vault.view_key")
    assert not reaches(Role, "vault")


def test_an_app_whose_name_begins_alike_is_another() -> None:
    assert reaches([Role.COORDINATOR], "courts")
    assert not reaches([Role.COORDINATOR], "court")
    assert not allowed([Role.COORDINATOR], "courtship.view_referral")


@pytest.mark.parametrize(
    ("roles", "paths"),
    [
        ([], []),
        ([Role.ADMINISTRATOR, Role.COORDINATOR], ["/office/"]),
        ([Role.CLERK, Role.FACILITATOR], ["/sessions/", "/court/"]),
        (list(Role), ["/office/", "/sessions/", "/court/"]),
    ],
    ids=["none", "one place", "two", "all"],
)
def test_homes(roles: list[Role], paths: list[str]) -> None:
    assert list(homes(roles)) == paths


# --- what the admin asks


@pytest.mark.django_db
def test_the_user_answers_the_admin() -> None:
    coordinator, clerk = UserFactory(roles=[Role.COORDINATOR]), UserFactory(roles=[Role.CLERK])

    assert (coordinator.is_staff, clerk.is_staff) == (True, False)
    assert coordinator.has_perms(CASES)
    assert not coordinator.has_perms([*CASES, "accounts.view_user"])
    assert (coordinator.has_module_perms("courts"), coordinator.has_module_perms("accounts")) == (True, False)
    assert (clerk.has_perm("courts.view_referral"), clerk.has_module_perms("courts")) == (False, False)


@pytest.mark.django_db
def test_a_closed_account_may_nothing() -> None:
    user = UserFactory(roles=[Role.ADMINISTRATOR], is_active=False)

    assert not user.has_perm("courts.view_referral")
    assert not user.has_module_perms("courts")


@pytest.mark.django_db
def test_a_role_that_ended_opens_nothing(now: datetime) -> None:
    user = RoleGrantFactory(role=Role.ADMINISTRATOR, ended_at=now).user

    assert (user.is_staff, user.has_perm("courts.view_referral")) == (False, False)


def test_whoever_is_not_signed_in_may_nothing() -> None:
    assert not Backend().has_perm(AnonymousUser(), "courts.view_referral")
    assert not Backend().has_module_perms(AnonymousUser(), "courts")


@pytest.mark.django_db
def test_django_s_own_tables_give_nothing() -> None:
    user = UserFactory(roles=[Role.ADMINISTRATOR])
    backend = Backend()

    assert backend.get_user_permissions(user) == backend.get_group_permissions(user) == set()
    assert backend.get_all_permissions(user) == set()
