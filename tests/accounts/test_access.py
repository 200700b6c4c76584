import pytest
from django.contrib.admin import AdminSite
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from accounts.access import roles_only, secured
from accounts.models import User
from accounts.roles import Role
from office.site import office
from tests.access.people import PASSWORD, signed_in, with_authenticator
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@roles_only(Role.COORDINATOR, Role.ADMINISTRATOR)
def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


def asked_by(user: User | AnonymousUser, path: str = "/page/?a=1", **posted: str) -> HttpRequest:
    request = RequestFactory().post(path, posted) if posted else RequestFactory().get(path)
    request.user = user
    return request


# --- roles_only


def test_one_of_the_roles_is_enough() -> None:
    assert page(asked_by(UserFactory(roles=[Role.COORDINATOR]))).content == b"in"


def test_another_role_is_not() -> None:
    with pytest.raises(PermissionDenied):
        page(asked_by(UserFactory(roles=[Role.FACILITATOR, Role.CLERK])))


def test_whoever_is_not_signed_in_is_asked_to() -> None:
    assert page(asked_by(AnonymousUser()))["Location"] == "/account/sign-in/?next=/page/%3Fa%3D1"


# --- the admin's own door


@pytest.fixture
def site() -> AdminSite:
    return secured(AdminSite(name="elsewhere"))


def test_the_admin_s_form_takes_nobody_in(site: AdminSite) -> None:
    """Django's own: user and password, and one is in, whatever second factor there is (measured)."""
    user = UserFactory(roles=[Role.COORDINATOR])
    user.set_password(PASSWORD)
    user.save()
    with_authenticator(user)
    request = asked_by(AnonymousUser(), "/admin/login/", username=user.email, password=PASSWORD)

    assert site.login(request)["Location"] == "/account/sign-in/?next=%2Fadmin%2Flogin%2F"


def test_where_one_wanted_to_go_is_kept(site: AdminSite) -> None:
    response = site.login(asked_by(AnonymousUser(), "/admin/login/?next=/admin/courts/"))

    assert response["Location"] == "/account/sign-in/?next=%2Fadmin%2Fcourts%2F"


def test_nobody_changes_over_to_a_colleague_there(site: AdminSite) -> None:
    request = asked_by(UserFactory(roles=[Role.COORDINATOR]), "/admin/login/", username="x", password="y")

    assert site.login(request)["Location"] == "/"


def test_whoever_does_not_work_in_the_office_is_told_so(site: AdminSite) -> None:
    with pytest.raises(PermissionDenied):
        site.login(asked_by(UserFactory(roles=[Role.CLERK]), "/admin/login/"))


def test_passwords_are_changed_where_it_is_told_and_limited(site: AdminSite) -> None:
    user = UserFactory(roles=[Role.COORDINATOR])

    for view in (site.password_change, site.password_change_done):
        assert view(asked_by(user))["Location"] == "/account/password/change/"


def test_the_office_has_no_door_of_its_own(client: Client) -> None:
    """Neither by its own address nor by the one that the admin would take."""
    user = UserFactory(roles=[Role.COORDINATOR])
    user.set_password(PASSWORD)
    user.save()
    client.post("/office/login/", {"username": user.email, "password": PASSWORD})

    assert "_auth_user_id" not in client.session
    assert [p for p in office.get_urls() if str(p.pattern) == "login/"] == []


# --- the first page


@pytest.mark.parametrize(
    ("roles", "path"),
    [
        ([Role.ADMINISTRATOR], "/office/"),
        ([Role.COORDINATOR], "/office/"),
        ([Role.ADMINISTRATOR, Role.COORDINATOR], "/office/"),
        ([Role.FACILITATOR], "/sessions/"),
        ([Role.CLERK], "/court/"),
    ],
    ids=["administrator", "coordinator", "both", "facilitator", "clerk"],
)
def test_each_role_begins_where_it_works(roles: list[Role], path: str) -> None:
    assert signed_in(UserFactory(roles=roles)).get("/")["Location"] == path


def test_who_has_several_chooses() -> None:
    response = signed_in(UserFactory(roles=[Role.COORDINATOR, Role.FACILITATOR])).get("/")

    assert list(response.context["homes"]) == ["/office/", "/sessions/"]


def test_without_a_role_nothing_is_open() -> None:
    response = signed_in(UserFactory()).get("/")

    assert (response.status_code, response.templates[0].name) == (403, "accounts/no_role.html")
