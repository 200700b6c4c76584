"""A key isn't there: a sentence, nothing written over, and nobody else waits for it."""

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.fernet import Fernet

from messaging.models import Message
from outcomes.actions import answering, asking, forgetting, jobs, own_file
from outcomes.actions.codes import code_of
from outcomes.actions.tickets import token_of
from outcomes.kinds import Moment, Purpose, Way
from outcomes.models import Asking, Link, Sheet
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.office.desk import Desk
from tests.outcomes.him import Him, him, text
from tests.outcomes.people import answered, attended, begun, enrolled, ticket
from tests.outcomes.test_jobs import at, finished, states
from tests.refusals import refuses
from vault.models import Key, KeyLost

pytestmark = pytest.mark.django_db


def lost(kind: str) -> None:
    """Another master key wrapped them."""
    other = Fernet(Fernet.generate_key())
    Key.objects.filter(kind=kind).update(wrapped=other.encrypt(b"x"))


def kept() -> list[Any]:
    return list(Sheet.objects.order_by("pk").values_list("answers", flat=True))


def test_what_he_answers_is_refused_and_what_he_answered_stays() -> None:
    browser = begun(enrolled())
    browser.save({0: 5}, now=NOW)
    lost("subject")
    before = kept()

    said = {"token": browser.token, "secret": browser.secret, "now": NOW}
    refuses(KeyLost, answering.save, given={1: 4}, **said)
    refuses(KeyLost, answering.finish, **said)

    assert kept() == before


@pytest.mark.usefixtures("now")
@pytest.mark.parametrize("way", [Way.LINK, Way.TABLET])
def test_his_pages_say_so(way: Way) -> None:
    he = him(way).agrees()
    he.answers(0, 5)
    asked = he.get("1/").context["form"].print
    lost("subject")

    for answer in (he.get("1/"), he.get("all/"), he.post("1/", q1="2", asked=asked), he.post("end/"), he.begin()):
        said = "This can't be opened just now; what you answered is kept. Try it again later."
        assert (answer.status_code, said in text(answer)) == (503, True)


def answers_of(enrollment: Any) -> Any:
    return own_file.answers_of(enrollment=enrollment, by=UserFactory.create(), now=NOW)


def hands_paper(enrollment: Any) -> Any:
    given = {"way": Way.PAPER, "by": UserFactory.create(), "now": NOW}
    return asking.hand(enrollment=enrollment, moment=Moment.AFTER, **given)


def says_no(enrollment: Any) -> Any:
    return forgetting.revoke(enrollment=enrollment, purpose=Purpose.STATISTICS, by=UserFactory.create(), now=NOW)


@pytest.mark.parametrize("act", [code_of, answers_of, hands_paper, says_no])
def test_without_the_key_that_leads_to_his_answers(act: Callable[[Any], Any]) -> None:
    enrollment = enrolled()
    answered(enrollment)
    attended(enrollment)
    lost("link")

    with pytest.raises(KeyLost, match="Tell an administrator; nothing was changed"):
        act(enrollment)

    assert (Link.objects.count(), Sheet.objects.filter(is_done=True).count()) == (1, 2)


def test_his_own_answers_are_not_shown_as_none() -> None:
    enrollment = enrolled()
    answered(enrollment)
    lost("subject")

    with pytest.raises(KeyLost):
        answers_of(enrollment)


@pytest.mark.usefixtures("now")
def test_a_sheet_that_cannot_be_printed_says_why() -> None:
    desk = Desk()
    enrollment = enrolled()
    made = ticket(enrollment, way=Way.PAPER, now=NOW)
    lost("subject")

    answer = desk.client.get(f"/office/questions/paper/{made.pk}/pdf/", follow=True)

    assert "The key to what he answered is missing." in text(answer)


def test_one_missing_key_does_not_stop_the_others_and_is_said() -> None:
    without = finished()
    lost("link")
    others = [finished(), finished()]

    with pytest.raises(KeyLost):
        jobs.ask_next(now=at("2026-06-01"))

    assert [states(one).get("after") for one in (without, *others)] == [None, "handed", "handed"]
    assert {message.participant_id for message in Message.objects.all()} == {one.participant_id for one in others}
    assert Asking.objects.filter(moment=Moment.AFTER).count() == 2


@pytest.mark.usefixtures("now")
def test_others_go_on_answering() -> None:
    him()
    lost("subject")
    made = ticket(enrolled(), now=NOW)

    assert Him(token_of(made)).agrees().answers(0, 5).status_code == 302
