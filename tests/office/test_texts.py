"""The page of all texts, and the one on which a text is worded."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.roles import Role
from messaging.models import DiscretionException, Wording
from messaging.wording import TEXTS
from tests.factories.messaging import DiscretionExceptionFactory, WordingFactory
from tests.factories.programs import CohortFactory, ProgramFactory
from tests.office.desk import Desk, refusals, text

pytestmark = pytest.mark.django_db
URL = "/office/settings/texts/reminder/text/en/"
BODY = "We see you [when]{, [place]}. Call [number]. Reply STOP to end texts."


@pytest.fixture
def desk() -> Desk:
    return Desk()


class TestAll:
    def test_stand_side_by_side_as_they_arrive(self, desk: Desk):
        program = ProgramFactory.create(callback_number="+12065550199")
        CohortFactory.create(program=program, place="Short Hall")
        CohortFactory.create(program=program, place="Long Hall Behind The Market")
        answer = desk.get(reverse("office:wording"))

        lines = answer.context["lines"]
        assert [(line["text"], line["how"]) for line in lines] == [
            (one, how) for one in TEXTS for how in ("E-mail", "Text")
        ]
        english, spanish = lines[1]["samples"]
        assert english.body == (
            "Reminder: Wednesday, September 30, 3:30 PM, Long Hall Behind The Market. "
            "Questions? Call +12065550199. Reply STOP to end texts."
        )
        assert spanish.body.startswith("Recordatorio: miércoles 30 de septiembre, 3:30 PM, Long Hall")
        assert [(one.weight.segments, one.weight.alphabet) for one in (english, spanish)] == [(1, "GSM-7")] * 2
        assert [one.wrong for line in lines for one in line["samples"]] == [[]] * len(TEXTS) * 4

    def test_are_shown_before_there_is_a_program(self, desk: Desk):
        assert desk.get(reverse("office:wording")).status_code == 200

    def test_one_that_would_be_stopped_says_so(self, desk: Desk):
        WordingFactory.create(template="reminder", subject="Your group", body="See you.")

        assert "leave out “group”" in text(desk.get(reverse("office:wording")))


def send(desk: Desk, body: str, **more: Any) -> Any:
    return desk.client.post(URL, {"body": body, "after": "0", **more})


class TestOne:
    def test_shows_what_stands_with_its_placeholders(self, desk: Desk):
        answer = desk.get(URL)

        assert answer.context["form"]["body"].value() == (
            "Reminder: [when]{, [place]}. Questions? Call [number]. Reply STOP to end texts."
        )
        assert "subject" not in answer.context["form"].fields

    def test_is_saved(self, desk: Desk):
        answer = send(desk, BODY)

        assert desk.notice(answer) == "Version 1 goes out from now on."
        made = Wording.objects.get()
        assert (made.body, made.by, answer["Location"]) == (BODY, desk.user, URL)

    def test_is_looked_at_first(self, desk: Desk):
        answer = send(desk, BODY, preview="1")

        assert not Wording.objects.exists()
        assert answer.context["sample"].body.startswith("We see you Wednesday, September 30")
        assert answer.context["form"]["body"].value() == BODY

    def test_what_is_wrong_is_said_and_nothing_is_lost(self, desk: Desk):
        answer = send(desk, "Your class on [wen]. Reply STOP.")

        assert refusals(answer) == [
            "[wen] is no placeholder of this message.",
            "Whoever reads along must learn nothing: leave out “class”.",
        ]
        assert answer.context["form"]["body"].value() == "Your class on [wen]. Reply STOP."
        assert not Wording.objects.exists()

    def test_goes_back_to_what_onus_brings(self, desk: Desk):
        send(desk, BODY)
        answer = send(desk, BODY, after="1", restore="1")

        assert desk.notice(answer) == "From now on it goes out as Onus brings it along."
        assert [one.body for one in desk.get(URL).context["versions"]] == ["", BODY]

    @pytest.mark.parametrize(
        "url", ["reminder/letter/en", "reminder/text/fr", "deadline_alert/email/en", "nothing/text/en"]
    )
    def test_what_nobody_may_word_is_not_there(self, desk: Desk, url: str):
        assert desk.get(f"/office/settings/texts/{url}/").status_code == 404

    def test_who_runs_no_office_words_nothing(self):
        for role, status in ((Role.FACILITATOR, 403), (Role.CLERK, 403), (Role.COORDINATOR, 302)):
            assert send(Desk(role), BODY).status_code == status


class TestAllowingAPhrase:
    def test_by_an_administrator_on_the_programs_page(self):
        desk, program = Desk(Role.ADMINISTRATOR), ProgramFactory.create()
        answer = desk.press(program, "allow-phrase", phrase="516 Court Street")

        assert desk.notice(answer) == "“516 Court Street” may stand in messages now."
        assert DiscretionException.objects.get().made_by == desk.user

    def test_not_by_a_coordinator(self):
        program = ProgramFactory.create()
        answer = Desk().press(program, "allow-phrase", phrase="516 Court Street")

        assert (answer.status_code, DiscretionException.objects.exists()) == (404, False)

    def test_it_is_ended(self):
        desk, exception = Desk(Role.ADMINISTRATOR), DiscretionExceptionFactory.create(phrase="1 Court Street")

        assert desk.notice(desk.press(exception, "end")).startswith("“1 Court Street” is refused again.")


class TestTwoAtOneText:
    def test_both_are_shown_and_what_was_typed_stays(self, desk: Desk):
        other = Desk()
        send(other, BODY)
        answer = send(desk, BODY.replace("We see", "See"))

        assert answer.status_code == 409
        assert f"Somebody else changed this meanwhile {other.user.name}, " in text(answer)
        assert "Text " + BODY + " " + BODY.replace("We see", "See") in text(answer)
        form = answer.context["form"]
        assert (form["after"].value(), form["body"].value()) == (1, BODY.replace("We see", "See"))
        assert Wording.objects.count() == 1
        assert send(desk, BODY.replace("We see", "See"), after="1").status_code == 302

    def test_given_back_by_one_and_worded_by_the_other(self, desk: Desk):
        send(desk, BODY)
        answer = send(desk, BODY, after="0", restore="1")

        assert (answer.status_code, Wording.objects.count()) == (409, 1)
