"""What Today and a report's page say where no report can be signed, or not for long."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from office.today import Line
from office.waiting import lines
from tests.courts.cases import completed
from tests.courts.signing import key_file
from tests.factories.clock import NOW
from tests.office.desk import Desk, text

TODAY = date(2026, 3, 3)
NONE = "There is no key that signs reports. Nothing is issued until an administrator has put that right."
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def found() -> list[Line]:
    return [line for line in lines(now=NOW, today=TODAY) if "report" in line.what]


def test_today_says_why_nothing_is_issued(settings: Settings) -> None:
    assert found() == []
    settings.SIGNING_KEY = ""

    (line,) = found()
    assert (line.what, line.why, line.tone(TODAY)) == ("No report can be issued", NONE, "late")
    page = Desk()
    assert NONE in text(page.get("/office/"))
    assert page.get(line.url).status_code == 200


@pytest.mark.parametrize(("days", "shown"), [(31, []), (30, ["In 30 days"]), (0, ["Today"])])
def test_today_says_when_the_certificate_ends(settings: Settings, tmp_path: Path, days: int, shown: list[str]) -> None:
    settings.SIGNING_KEY = str(key_file(tmp_path / "key.pem", of=NOW - timedelta(days=60), days=60 + days))
    assert [line.when(TODAY) for line in found()] == shown


def test_a_reports_page_shows_it_and_says_why_it_cannot_be_issued(settings: Settings) -> None:
    case = completed()
    report, _ = case.in_review(), case.signer
    url = f"/office/courts/report/{report.pk}/"
    assert "Issue and deliver" in text(Desk().get(url))
    settings.SIGNING_KEY = ""
    answer = Desk().get(url)
    assert [one.sentence for one in answer.context["review"].todo] == [NONE]
    assert len(answer.context["sheet"].pages) > 0
    assert NONE in text(answer)
    assert "Issue and deliver" not in text(answer)


def test_the_button_says_it_too(settings: Settings) -> None:
    case = completed()
    report, signer = case.in_review(), case.signer
    settings.SIGNING_KEY = ""
    answer = Desk().press(report, "issue", signer=signer.pk)
    assert answer.status_code == 200
    assert NONE in text(answer)
