"""A button that is pressed twice shows what the first did; who comes back sees nothing of what he chose before."""

from datetime import timedelta

import pytest
import time_machine

from outcomes.actions import forgetting
from outcomes.kinds import Purpose, Way
from outcomes.models import Agreement, Asking, Subject, Ticket
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.outcomes.him import ALL, Him, him, kept, text
from tests.outcomes.people import enrolled
from tests.outcomes.test_pages import CHECKED, PERSISTENT, SITTING

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
IDLE = NOW + timedelta(minutes=25)


def twin(he: Him) -> Him:
    """The same browser, with what it had when the finger came down a second time."""
    return he.another_browser(PERSISTENT, SITTING)


# --- Pressed twice


@pytest.mark.parametrize(("way", "how"), [(Way.LINK, "no"), (Way.TABLET, "tablet-no")])
def test_a_no_pressed_twice(way: Way, how: str) -> None:
    he = him(way)
    he.begin()
    second = twin(he)

    answers = [one.post("agree/", statistics="no")["Location"] for one in (he, second, he)]

    assert answers == [he.url(f"thanks/{how}/")] * 3
    assert (Agreement.objects.count(), Asking.objects.get().state, Subject.objects.count()) == (2, "declined", 0)
    assert bytes(Ticket.objects.get().sealed) == b""


def test_whoever_else_has_the_address_is_not_told_that_he_said_no() -> None:
    he = him()
    he.begin()
    he.post("agree/", statistics="no")

    for other in (Him(he.token), he.another_browser(PERSISTENT)):
        said = [other.get(), other.get("agree/"), other.post("agree/", statistics="no"), other.post("end/")]
        assert [answer.status_code for answer in said] == [404] * 4
        assert {text(answer) for answer in said} == {text(Him("unknown").get())}


def test_a_no_that_did_not_reach_us_is_not_thanked_for() -> None:
    """What lay in his hand was put aside at the desk: he reads that, and not that nothing was kept."""
    enrollment = enrolled()
    he = him(enrollment=enrollment)
    he.begin()
    forgetting.revoke(enrollment=enrollment, purpose=Purpose.STATISTICS, by=UserFactory.create(), now=NOW)

    assert he.post("agree/", statistics="no").status_code == 404


def test_a_yes_pressed_twice() -> None:
    he = him()
    he.begin()
    second = twin(he)

    said = {"statistics": "yes", "follow_up": "no"}
    assert [one.post("agree/", **said)["Location"] for one in (he, second)] == [he.url("0/")] * 2
    assert Agreement.objects.count() == 2


@pytest.mark.parametrize(("way", "how"), [(Way.LINK, "done"), (Way.TABLET, "tablet-done")])
def test_handed_in_twice(way: Way, how: str) -> None:
    he = him(way).agrees()
    he.answers_all()
    he.get("end/")
    second = twin(he)

    assert [one.post("end/")["Location"] for one in (he, second, he)] == [he.url(f"thanks/{how}/")] * 3
    elsewhere = he.another_browser().post("end/")
    assert (elsewhere.status_code, "Thank you. This has been answered already." in text(elsewhere)) == (410, True)
    assert he.get("end/").status_code == 410


def test_all_on_one_page_sent_twice() -> None:
    he = him().agrees()
    said = {f"q{place}": "2" for place in range(ALL)} | {"asked": he.get("all/").context["form"].print}
    second = twin(he)

    assert [one.post("all/", **said)["Location"] for one in (he, second)] == [he.url("end/")] * 2
    assert len(kept()) == ALL


def test_back_pressed_twice() -> None:
    he = him().agrees()
    he.answers(0, 5)
    said = {"q1": "2", "asked": he.get("1/").context["form"].print, "go": "back"}
    second = twin(he)

    assert [one.post("1/", **said)["Location"] for one in (he, second)] == [he.url("0/")] * 2


# --- After a pause


def test_after_a_pause_an_answer_is_kept_and_back_shows_nothing_of_before() -> None:
    he = him().agrees()
    for place in range(3):
        he.answers(place, 5)
    asked = he.get("3/").context["form"].print

    with time_machine.travel(IDLE, tick=False):
        assert he.post("3/", q3="2", asked=asked)["Location"] == he.url("4/")
        assert 'value="back"' not in he.get("4/").content.decode()
        assert [he.get(f"{place}/")["Location"] for place in range(4)] == [he.url("4/")] * 4
        # From here on he may go back as before.
        he.answers(4, 1)
        assert he.answers(5, 1, go="back")["Location"] == he.url("4/")
        assert len(CHECKED.findall(he.get("4/").content.decode())) == 1

    assert list(kept().values()) == [5, 5, 5, 2, 1, 1]


@pytest.mark.parametrize("said", [{"go": "back", "q2": "4"}, {"go": "next"}], ids=["back", "nothing chosen"])
def test_after_a_pause_on_a_page_to_which_he_had_gone_back(said: dict[str, str]) -> None:
    he = him().agrees()
    for place in range(5):
        he.answers(place, 5)
    asked = he.get("2/").context["form"].print

    with time_machine.travel(IDLE, tick=False):
        answer = he.post("2/", asked=asked, **said)

        assert (answer.status_code, answer["Location"]) == (302, he.url("5/"))
        assert [he.get(f"{place}/")["Location"] for place in range(5)] == [he.url("5/")] * 5


def test_after_a_pause_all_on_one_page_shows_only_what_is_left() -> None:
    he = him().agrees()
    asked = he.get("all/").context["form"].print
    said = {f"q{place}": "2" for place in range(ALL) if place not in (4, 17)} | {"asked": asked}

    with time_machine.travel(IDLE, tick=False):
        assert he.post("all/", **said)["Location"] == he.url("all/")
        page = he.get("all/")
        assert list(page.context["form"].steps) == [4, 17]
        assert not CHECKED.search(page.content.decode())
        assert [he.get(f"{place}/")["Location"] for place in (3, 5, 16, 18)] == [he.url("4/")] * 4

        he.answers(4, 1)
        assert he.get("5/")["Location"] == he.url("17/")
        assert he.answers(17, 1, go="back")["Location"] == he.url("4/")
        he.answers(17, 1)
        assert f'href="{he.url("17/")}"' in he.get("end/").content.decode()

    assert len(kept()) == ALL


def test_who_begins_anew_sees_none_of_what_he_chose_further_on() -> None:
    """All but one were answered on one page."""
    he = him().agrees()
    asked = he.get("all/").context["form"].print
    he.post("all/", **{f"q{place}": "2" for place in range(ALL) if place != 4}, asked=asked)

    assert he.begin()["Location"] == he.url("4/")

    assert [he.get(f"{place}/")["Location"] for place in (5, 18)] == [he.url("4/")] * 2
    assert list(he.get("all/").context["form"].steps) == [4]
    he.answers(4, 1)
    assert he.get("18/")["Location"] == he.url("end/")
    assert he.get("end/").context["last"] == 4
