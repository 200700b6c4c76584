import re

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from pytest_django.fixtures import Settings

from core import checks


@pytest.fixture(autouse=True)
def _production(settings: Settings) -> None:
    settings.DEMO = False
    settings.ALLOWED_HOSTS = ["onus.court.example"]
    settings.DATABASE_IS_NAMED = True
    settings.SITE_URL = "https://onus.court.example"


def asked() -> list[str | None]:
    return [
        message.id
        for check in (checks.a_demonstration_stays_on_this_machine, checks.production_is_told_what_it_needs)
        for message in check()
    ]


def test_production_that_is_told_everything_is_sound() -> None:
    assert asked() == []


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        pytest.param("ALLOWED_HOSTS", [], ["onus.E003"], id="no hosts"),
        pytest.param("DATABASE_IS_NAMED", False, ["onus.E004"], id="no database"),
    ],
)
def test_production_is_told_by_the_environment(settings: Settings, name: str, value: object, found: list[str]) -> None:
    setattr(settings, name, value)
    assert asked() == found

    settings.DEMO, settings.ALLOWED_HOSTS, settings.SITE_URL = True, ["localhost"], "http://localhost:8000"
    assert asked() == []


@pytest.mark.parametrize(
    ("hosts", "site", "others"),
    [
        pytest.param(["localhost", "127.0.0.1", "[::1]"], "http://localhost:8000", [], id="this machine"),
        pytest.param(["localhost", "10.0.0.5"], "http://127.0.0.1:8000", ["10.0.0.5"], id="an address of the office"),
        pytest.param(["*"], "http://localhost:8000", ["*"], id="everybody"),
        pytest.param([".localhost.example"], "http://localhost", [".localhost.example"], id="looks like it"),
        pytest.param(["localhost"], "https://onus.example", ["onus.example"], id="links that lead elsewhere"),
    ],
)
def test_a_demonstration_stays_on_this_machine(
    settings: Settings, hosts: list[str], site: str, others: list[str]
) -> None:
    settings.DEMO, settings.ALLOWED_HOSTS, settings.SITE_URL = True, hosts, site

    found = checks.a_demonstration_stays_on_this_machine()
    assert [re.findall(r"not as (\S+)\.$", message.msg) for message in found] == [[other] for other in others]


@pytest.mark.django_db
def test_web_and_worker_start_when_all_is_sound() -> None:
    checks.refuse_unless_sound()


@pytest.mark.django_db
def test_web_and_worker_refuse_and_name_all_that_is_wrong(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = []
    on = ' ON "audit_seal"' if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER audit_seal_no_delete{on}")

    with pytest.raises(ImproperlyConfigured) as refused:
        checks.refuse_unless_sound()

    assert str(refused.value).splitlines() == [
        "Onus does not start.",
        "onus.E003: Nobody said under which names Onus is reached. Set ONUS_ALLOWED_HOSTS, as in onus.example.org.",
        "onus.E001: Rows of audit_seal could be changed: a trigger is missing. "
        "Run manage.py migrate, which lays the triggers anew.",
    ]
