"""The questions in somebody's hand, by real requests: nothing lost, nothing counted twice, a sentence."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from audit.models import Event
from outcomes.actions import asking, instruments
from outcomes.actions.tickets import token_of
from outcomes.instruments import written
from outcomes.kinds import Moment, Way
from outcomes.models import Agreement, Asking, Instrument, Sheet, Subject, Ticket
from outcomes.shipped import beliefs
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.outcomes import InstrumentFactory
from tests.outcomes.him import ALL, Him, him, kept, text
from tests.outcomes.people import answered, attended, enrolled, ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
PERSISTENT, SITTING = "__Secure-answers", "__Secure-sitting"
CHECKED = re.compile(r"<input[^>]* checked")


# --- From the first page to the last


@pytest.mark.parametrize("way", [Way.LINK, Way.TABLET])
def test_one_question_after_the_other(way: Way) -> None:
    he = him(way).agrees()

    he.answers_all()
    assert he.get("end/").status_code == 200
    assert he.post("end/")["Location"] == he.url("thanks/tablet-done/" if way is Way.TABLET else "thanks/done/")

    assert Asking.objects.get().state == "done"
    assert len(kept()) == ALL
    assert {sheet.is_done for sheet in Sheet.objects.all()} == {True}
    assert ("Please hand the tablet back." in text(he.get("thanks/tablet-done/"))) is True


def test_nowhere_a_name_of_program_service_or_man() -> None:
    enrollment = enrolled()
    he = him(Way.TABLET, enrollment=enrollment).agrees()
    he.get("all/")
    he.answers_all()
    he.get("end/")
    he.post("end/")
    he.get("thanks/tablet-done/")
    he.get()

    man, program = enrollment.participant, enrollment.program
    for word in (man.first_name, man.last_name, program.name, program.neutral_sender, "Onus", "court", "program"):
        found = [page for page in he.pages if word in re.sub(r"court's order", "", page)]
        assert found == [], word
    titles = {match for page in he.pages for match in re.findall(r"<title>(.*?)</title>", page)}
    assert titles == {"A few questions"}


def test_what_scans_mail_takes_nothing() -> None:
    he = him()
    scanner = Client(headers={"user-agent": "scanner"})

    for _ in range(3):
        assert scanner.get(he.url()).status_code == scanner.head(he.url()).status_code == 200

    assert not Ticket.objects.get().is_taken
    assert he.begin()["Location"] == he.url("agree/")
    # Later on it learns nothing, and takes nothing away.
    assert scanner.get(he.url()).status_code == 410
    assert he.get().status_code == 200


def test_a_button_pressed_twice_begins_once() -> None:
    he = him()
    once = he.get().context["once"]

    first = he.another_browser().post(once=once)
    second = he.post(once=once)

    assert first["Location"] == second["Location"] == he.url("agree/")
    assert he.get("agree/").status_code == 200


def test_the_same_answer_twice_and_handed_in_twice() -> None:
    he = him().agrees()
    said = {"q0": "4", "asked": he.get("0/").context["form"].print, "go": "next"}
    for _ in range(2):
        assert he.post("0/", **said)["Location"] == he.url("1/")
    assert kept() == {"e1": 4}

    he.answers_all(first=1)
    assert he.post("end/").status_code == 302
    assert he.post("end/")["Location"] == he.url("thanks/done/")
    assert (Sheet.objects.count(), Asking.objects.get().state) == (2, "done")


def test_a_used_link_says_so() -> None:
    he = him().agrees()
    he.answers_all()
    he.post("end/")

    for page in ("", "0/", "all/", "end/", "agree/"):
        answer = he.get(page)
        assert (answer.status_code, "This has been answered already." in text(answer)) == (410, True), page


def test_handed_in_from_a_page_that_lay_open_long_is_handed_in() -> None:
    he = him(enrollment=enrolled()).agrees()
    he.answers_all()

    with time_machine.travel(NOW + timedelta(minutes=25), tick=False):
        assert he.post("end/")["Location"] == he.url("thanks/done/")

    assert Asking.objects.get().state == "done"


def test_what_is_not_whole_is_not_handed_in_from_such_a_page() -> None:
    he = him(enrollment=enrolled()).agrees()
    he.answers(0, 5)

    with time_machine.travel(NOW + timedelta(minutes=25), tick=False):
        assert he.post("end/")["Location"] == he.url()

    assert Asking.objects.get().state == "handed"


@pytest.mark.parametrize("once", ["", "x", "ё" * 32, "a b" * 11])
def test_a_secret_that_our_page_had_not_along_is_made_anew(once: str) -> None:
    he = him()
    assert he.post(once=once).status_code == 302
    assert he.get("agree/").status_code == 200


def test_an_expired_link_keeps_what_was_answered_and_says_whom_to_call() -> None:
    enrollment = enrolled()
    he = him(enrollment=enrollment).agrees()
    he.answers(0, 5)

    with time_machine.travel(NOW + timedelta(days=29), tick=False):
        answer = he.post("1/", q1="2")

    assert answer.status_code == 410
    assert f"Call {enrollment.program.callback_number} if you still want to answer." in text(answer)
    assert kept() == {"e1": 5}


def test_another_persons_link_opens_nothing_of_mine() -> None:
    mine, his = him().agrees(), him().agrees()
    his.answers(0, 5)

    # By my browser, with my cookies, at his address.
    thief = Him(his.token, mine.client)
    for page in ("0/", "all/", "end/"):
        answer = thief.get(page)
        assert answer.status_code == 410
        assert not CHECKED.search(answer.content.decode())
    answer = thief.post("1/", q1="1")
    assert (answer.status_code, kept()) == (410, {"e1": 5})
    assert thief.post(once="x" * 32).status_code == 410


def test_in_another_browser_it_was_not_begun() -> None:
    enrollment = enrolled()
    he = him(enrollment=enrollment).agrees()

    answer = he.another_browser().get()

    assert answer.status_code == 410
    assert f"Go on there, or call {enrollment.program.callback_number} for a new link." in text(answer)
    assert he.another_browser().get("3/")["Location"] == he.url()


@pytest.mark.parametrize("value", ["6", "0", "-1", "1.5", "9" * 400, "zebra", "", None], ids=str)
def test_out_of_range_or_nothing_chosen(value: str | None) -> None:
    he = him().agrees()
    he.answers(0, 5)

    asked = he.get("1/").context["form"].print
    answer = he.post("1/", asked=asked, **({} if value is None else {"q1": value}))

    assert (answer.status_code, kept()) == (200, {"e1": 5})
    assert "Choose one, or “I'd rather not say”." in text(answer)
    assert "<title>Please look again: A few questions</title>" in answer.content.decode()


def test_back_keeps_what_was_chosen_and_shows_it() -> None:
    he = him().agrees()
    he.answers(0, 5)

    assert he.answers(1, 2, go="back")["Location"] == he.url("0/")
    assert kept() == {"e1": 5, "h1": 2}
    assert he.get("0/").content.decode().count(" checked") == 1
    # With nothing chosen it is no fault.
    asked = he.get("2/").context["form"].print
    assert he.post("2/", asked=asked, go="back")["Location"] == he.url("1/")
    # Nobody goes before the first one, or past the next.
    assert 'value="back"' not in he.get("0/").content.decode()
    assert he.get("7/")["Location"] == he.url("2/")


def test_the_browser_is_closed_at_the_ninth() -> None:
    he = him().agrees()
    for place in range(9):
        he.answers(place, 5)
    later = he.another_browser(PERSISTENT)

    # Not by an address from the history; he begins with the first page.
    assert later.get("4/")["Location"] == later.url()
    assert "What you answered is kept, and isn't shown here." in text(later.get())
    assert later.begin()["Location"] == later.url("9/")
    for place in range(9, ALL):
        later.answers(place, "none")
    for page in ("8/", "0/"):
        assert later.get(page)["Location"] == later.url("end/")
    later.get("all/")
    later.get("end/")
    later.post("end/")

    assert sum(len(CHECKED.findall(page)) for page in later.pages if 'name="q8"' in page) == 0
    assert [page for page in later.pages for place in range(9) if f'name="q{place}"' in page] == []
    assert (len(kept()), Asking.objects.get().state) == (ALL, "done")


def test_opening_it_again_hides_what_was_chosen_before() -> None:
    """Also where the browser was never closed: another one may hold it now."""
    he = him().agrees()
    for place in range(3):
        he.answers(place, 5)

    he.get()
    assert he.get("1/")["Location"] == he.url()
    assert he.begin()["Location"] == he.url("3/")
    assert he.get("1/")["Location"] == he.url("3/")


def test_a_page_that_lay_open_long_is_hidden_and_its_answer_kept() -> None:
    he = him().agrees()
    asked = he.get("0/").context["form"].print
    with time_machine.travel(NOW + timedelta(minutes=25), tick=False):
        assert he.another_browser(PERSISTENT, SITTING).get("0/")["Location"] == he.url()
        he.post("0/", q0="3", asked=asked)
    assert kept() == {"e1": 3}


def test_the_instrument_changes_in_the_middle() -> None:
    enrollment = enrolled()
    he = him(enrollment=enrollment).agrees()
    he.answers(0, 5)
    old = Instrument.objects.get(code="beliefs")
    new_version(old)

    he.answers_all(first=1)
    he.post("end/")

    assert {sheet.instrument for sheet in Sheet.objects.all() if sheet.instrument.code == "beliefs"} == {old}
    assert (len(kept()), Asking.objects.get().state) == (ALL, "done")


def test_an_instrument_that_changes_before_the_first_answer_is_shown_anew() -> None:
    """What he chose was of another question: it isn't kept for this one."""
    he = him().agrees()
    said = {"q0": "4", "asked": he.get("0/").context["form"].print, "go": "next"}
    new_version(Instrument.objects.get(code="beliefs"))

    answer = he.post("0/", **said)

    assert (answer.status_code, kept()) == (200, {})
    assert "The questions have changed meanwhile." in text(answer)
    assert he.answers(0, 4).status_code == 302


def new_version(old: Instrument) -> None:
    """Turned round, so that a place has another item."""
    content = written(old.document)
    content["items"] = content["items"][::-1]
    by = UserFactory.create()
    draft = instruments.save_draft(instrument=old, content=content, by=by, now=NOW)
    instruments.put_to_use(draft=draft, by=by, now=NOW)


def test_all_on_one_page_keeps_what_was_chosen_and_names_the_rest() -> None:
    he = him().agrees()
    asked = he.get("all/").context["form"].print
    said = {f"q{place}": "2" for place in range(ALL) if place not in (4, 17)} | {"q6": "77", "asked": asked}

    answer = he.post("all/", **said)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert sorted(re.findall(r'<a href="#div_id_q(\d+)"', page), key=int) == ["4", "6", "17"]
    assert len(CHECKED.findall(page)) == ALL - 3
    assert len(kept()) == ALL - 3
    # What to do is said once above, and once beside each.
    assert page.count("Choose one, or “I&#x27;d rather not say”.") == 1 + 3
    assert [f"Question {n}" for n in (5, 7, 18)] == re.findall(r">(Question \d+)</a>", page)
    rest = he.post("all/", **said | {"q4": "1", "q6": "none", "q17": "2"})
    assert (rest["Location"], len(kept())) == (he.url("end/"), ALL)


def test_a_tablet_locks_itself(now: datetime) -> None:
    he = him(Way.TABLET).agrees()
    assert he.answers(0, 5).status_code == 302
    assert he.get("1/")["Refresh"] == f"905; url={he.url()}"

    with time_machine.travel(NOW + timedelta(minutes=16), tick=False):
        answer = he.get()
        assert answer.status_code == 410
        assert "This tablet has locked itself. Please hand it back: what you answered is kept." in text(answer)


def test_a_tablet_forgets_when_it_is_closed_and_a_link_not_as_long_as_it_stands() -> None:
    ages = []
    for way in (Way.TABLET, Way.LINK):
        he = him(way)
        he.begin()
        cookie = he.client.cookies[PERSISTENT]
        ages.append(cookie["max-age"])
        assert (cookie["path"], cookie["httponly"], cookie["samesite"], cookie["secure"]) == (
            he.url(),
            True,
            "Lax",
            True,
        )
    assert ages == ["", 28 * 24 * 60 * 60]


# --- Whether he agrees


def test_he_says_no_and_nothing_is_left() -> None:
    he = him()
    he.begin()

    assert he.post("agree/", statistics="no")["Location"] == he.url("thanks/no/")

    assert "You won't be asked anything, and no answer is kept." in text(he.get("thanks/no/"))
    assert (Asking.objects.get().state, Subject.objects.count()) == ("declined", 0)
    assert Agreement.objects.filter(recorded_by=None, given=False).count() == 2
    assert he.get().status_code == 404


@pytest.mark.parametrize("said", [{}, {"statistics": "yes"}, {"follow_up": "yes"}, {"statistics": "perhaps"}], ids=str)
def test_each_is_asked_by_itself_and_nothing_is_chosen_for_him(said: dict[str, str]) -> None:
    he = him()
    he.begin()
    assert not CHECKED.search(he.get("agree/").content.decode())

    answer = he.post("agree/", **said)

    assert (answer.status_code, "Choose yes or no." in text(answer)) == (200, True)
    assert Agreement.objects.count() == 0
    # And he isn't asked anything before he agreed.
    assert he.get("0/")["Location"] == he.url("agree/")
    assert he.post("0/", q0="1")["Location"] == he.url("agree/")


def test_later_on_he_is_not_asked_again_whether_he_agrees() -> None:
    enrollment = enrolled()
    answered(enrollment)
    attended(enrollment)
    made = asking.hand(enrollment=enrollment, moment=Moment.AFTER, way=Way.TABLET, by=UserFactory.create(), now=NOW)

    assert Him(token_of(made)).begin()["Location"] == f"/q/{token_of(made)}/0/"


# --- In his language


def test_in_spanish_whatever_his_browser_speaks() -> None:
    he = him(enrollment=enrolled(participant__language="es"))
    he.client = Client(headers={"accept-language": "en-US"})

    page = he.get().content.decode()
    assert '<html lang="es-US"' in page
    assert "<title>Algunas preguntas</title>" in page
    he.begin()
    assert he.post("words/", language="en", next=he.url("agree/"))["Location"] == he.url("agree/")
    assert '<html lang="en-US"' in he.get("agree/").content.decode()
    he.post("words/", language="es", next="https://evil.example/")
    assert "¿Podemos contar sus respuestas?" in text(he.get("agree/"))


def test_the_other_language_leads_to_his_own_pages_alone() -> None:
    he = him()
    for asked in ("/office/", "//evil.example/", "/q/other/0/", f"{he.url()}../../office/", ""):
        assert he.post("words/", language="es", next=asked)["Location"] == he.url()


def test_where_the_instrument_has_no_spanish_the_page_says_in_which_language_it_is() -> None:
    enrollment = enrolled(participant__language="es")
    content = written(beliefs())
    for texts in (content["titles"], content["intros"], content["labels"], *(one["texts"] for one in content["items"])):
        del texts["es"]
    InstrumentFactory(program=enrollment.program, content=content)
    he = him(enrollment=enrollment).agrees()

    page = he.get("0/").content.decode()

    assert '<legend lang="en">' in page
    assert "<span>Prefiero no decirlo</span>" in page


# --- Addresses that are none


def test_an_address_that_is_none_and_too_many_of_them() -> None:
    cache.clear()
    assert Him("unknown").get().status_code == 404
    statuses = {Him(f"guess{n}").get().status_code for n in range(70)}
    assert statuses == {404, 429}
    # Whoever has a right one goes on.
    assert him().get().status_code == 200
    cache.clear()


def test_a_sheet_of_paper_has_no_page() -> None:
    made = ticket(enrolled(), way=Way.PAPER, now=NOW)
    assert Him(token_of(made)).get().status_code == 404


def test_no_event_tells_what_he_answers_or_when() -> None:
    he = him().agrees()
    before = Event.objects.count()
    he.answers_all()
    assert Event.objects.count() == before
