"""The courts of a list, added once."""

from pathlib import Path

import pytest

from audit.models import Event
from courts import court_list
from courts.actions.court_imports import CourtsImported, import_courts
from courts.models import Court
from tests.courts.listed import BY
from tests.factories.clock import NOW

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).parents[2] / "demo" / "courts.csv"
HEADER = "name,kind,code,county,state,street,city,zip,phone,timezone\n"
KENT = "Kent Municipal Court,municipal,KNT,King,WA,1220 Central Ave S,Kent,98032,(253) 856-5730,America/Los_Angeles\n"


@pytest.fixture
def take(tmp_path):
    def take_in(text: str) -> CourtsImported:
        path = tmp_path / "courts.csv"
        path.write_text(HEADER + text)
        return import_courts(rows=court_list.read(path), by=BY, now=NOW)

    return take_in


def test_a_row_becomes_a_court(take):
    take(KENT)
    court = Court.objects.get()
    assert (court.name, court.kind, court.code, court.county) == (
        "Kent Municipal Court",
        "municipal",
        "KNT",
        "King",
    )
    assert (court.address, court.phone) == ("1220 Central Ave S, Kent, WA 98032", "+12538565730")
    assert court.caption == "IN THE MUNICIPAL COURT FOR THE CITY OF KENT, KING COUNTY, STATE OF WASHINGTON"
    assert (court.time_zone, court.number_label) == ("America/Los_Angeles", "cause")


def test_the_demo_has_199_courts_and_each_comes_in_once():
    first = import_courts(rows=court_list.read(DEMO), by=BY, now=NOW)
    assert (first.added, first.known, first.refused, Court.objects.count()) == (199, 0, [], 199)
    second = import_courts(rows=court_list.read(DEMO), by=BY, now=NOW)
    assert (second.added, second.known, second.refused, Court.objects.count()) == (0, 199, [], 199)
    assert Event.objects.filter(verb="court.added").count() == 199


def test_a_known_court_stays_as_the_office_has_set_it(take):
    take(KENT)
    Court.objects.update(acknowledges="reply", caption="IN KENT")
    assert take(KENT.replace("KNT", "XXX")).known == 1
    court = Court.objects.get()
    assert (court.acknowledges, court.caption, court.code) == ("reply", "IN KENT", "KNT")


def test_a_court_that_sits_in_two_cities_is_two_and_twice_in_one_city_is_one(take):
    result = take(KENT + KENT.replace("Kent,98032", "Auburn,98001") + KENT)
    assert (result.added, result.known) == (2, 1)


def test_one_that_can_not_be_read_is_refused_with_its_line_and_the_others_come_in(take):
    result = take(KENT.replace("America/Los_Angeles", "Mars/Olympus") + KENT)
    assert result.refused == [(2, "The court has no time zone that we can read. Fill it in and send the row again.")]
    assert (result.added, Court.objects.count()) == (1, 1)
