"""The trail, searched by administrators; and who looked at one man's file."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actors import Task
from accounts.models import User
from accounts.roles import Role
from audit.actions import record
from audit.models import Event
from office.search import SHOWN
from office.trail import A_PAGE, actors_called, verbs_called
from participants.findable import make_findable
from participants.models import Participant
from tests.factories.accounts import UserFactory
from tests.factories.audit import EventFactory
from tests.factories.courts import ReferralFactory
from tests.factories.participants import NonAssociationFactory, ParticipantFactory, RestrictionNameFactory
from tests.office.desk import Desk, text

pytestmark = pytest.mark.django_db
TRAIL = "/office/trail/"


@pytest.fixture
def boss(now: datetime) -> Desk:
    return Desk(Role.ADMINISTRATOR)


@pytest.fixture
def ruth() -> User:
    made: User = UserFactory.create(name="Ruth Okafor", roles=[Role.ADMINISTRATOR])
    return made


@pytest.fixture
def man() -> Participant:
    made: Participant = ParticipantFactory.create(first_name="Dorian", last_name="Halloway")
    make_findable([made])
    return made


def found(desk: Desk, **said: object) -> list[tuple[str, str]]:
    page = desk.client.post(TRAIL, said).context["page"]
    return [(one.who, one.what) for one in page.seen]


def errors(desk: Desk, **said: object) -> list[str]:
    answer = desk.client.post(TRAIL, said)
    assert "page" not in answer.context
    return [str(error) for field in answer.context["form"].errors.values() for error in field]


# --- searched


def test_by_who_did_it_also_who_has_left(boss: Desk, ruth: User, now: datetime) -> None:
    record(by=ruth, now=now, verb="court.changed", on="courts.Court:12")
    record(by=boss.user, now=now, verb="court.added", on="courts.Court:13")
    record(by=Task("courts.propose"), now=now, verb="proposal.made", on="courts.Proposal:1")
    User.objects.filter(pk=ruth.pk).update(is_active=False)

    assert found(boss, who="okafor") == [("Ruth Okafor", "Court changed")]
    assert found(boss, who=f"user:{ruth.pk}") == [("Ruth Okafor", "Court changed")]
    assert found(boss, who="what is proposed") == [("What is proposed", "Proposal made")]


def test_by_what_as_it_is_read(boss: Desk, ruth: User, now: datetime) -> None:
    record(by=ruth, now=now, verb="referral.on_hold", on="courts.Referral:1")
    record(by=ruth, now=now, verb="referral.closed", on="courts.Referral:1")

    assert found(boss, what="Referral on hold") == [("Ruth Okafor", "Referral on hold")]
    assert found(boss, what="referral.closed") == [("Ruth Okafor", "Referral closed")]
    assert verbs_called("Referral on hold") == ["referral.on_hold"]
    assert verbs_called("Halloway") == []


def test_by_whole_days_of_the_office(boss: Desk, ruth: User, now: datetime) -> None:
    for days in (0, 1, 2):
        record(by=ruth, now=now - timedelta(days=days), verb=f"day.{days}", on="a.B:1")

    assert found(boss, since="2026-03-02", until="2026-03-02") == [("Ruth Okafor", "Day 1")]
    assert found(boss, until="2026-03-01") == [("Ruth Okafor", "Day 2")]
    assert found(boss, who="ruth", since="2026-03-03") == [("Ruth Okafor", "Day 0")]


def test_by_whom_it_is_about_over_all_his_records(boss: Desk, ruth: User, man: Participant, now: datetime) -> None:
    his, other = ReferralFactory.create(participant=man), ReferralFactory.create()
    record(by=ruth, now=now, verb="referral.accepted", on=his)
    record(by=ruth, now=now, verb="referral.declined", on=other)
    record(by=ruth, now=now, verb="list.taken_in", on="a.B:1", key=his.key, personal={"name": "Halloway"})

    wanted = [("Ruth Okafor", "List taken in"), ("Ruth Okafor", "Referral accepted")]
    assert found(boss, about="halloway dorian") == wanted
    assert found(boss, about=str(man.pk)) == wanted


def test_what_can_t_be_read_says_what_to_do(boss: Desk) -> None:
    assert errors(boss, about="Nobody Atall") == [
        "Nobody here is called that. Write the number of his file, or search for him."
    ]
    assert errors(boss, about="9" * 30) == [
        "Nobody here is called that. Write the number of his file, or search for him."
    ]
    assert errors(boss, who="zzz") == ["Nobody of that name has worked here, and no background job is called that."]
    assert errors(boss, since="2026-03-03", until="2026-03-01") == [
        "This day is before the first one. Exchange the two."
    ]
    assert errors(boss, until="9999-12-31") == ["Choose a day of this century."]


def test_older_ones_follow(boss: Desk, now: datetime) -> None:
    EventFactory.create_batch(A_PAGE + 2, verb="mark.recorded")

    first = boss.client.post(TRAIL, {"what": "mark.recorded"}).context["page"]
    second = boss.client.post(TRAIL, {"what": "mark.recorded", "before": first.before}).context["page"]

    assert (len(first.seen), len(second.seen), second.before) == (A_PAGE, 2, None)
    assert {one.event for one in first.seen}.isdisjoint(one.event for one in second.seen)


def test_that_somebody_searched_is_an_event_without_what_was_typed(boss: Desk, man: Participant) -> None:
    boss.client.post(TRAIL, {"about": "Halloway"})

    event = Event.objects.get(verb="trail.searched")
    assert event.facts == {"found": 0, "men": [man.pk]}
    assert event.actor == f"user:{boss.user.pk}"


@pytest.mark.parametrize("said", [{"what": "Halloway"}, {"who": "user:Dorian Halloway"}])
def test_what_was_typed_stands_in_no_event(boss: Desk, man: Participant, said: dict[str, str]) -> None:
    assert len(errors(boss, **said)) == 1
    assert "alloway" not in str(list(Event.objects.values_list("facts", "record", "actor")))


def test_more_of_a_name_than_can_be_looked_at_is_said(boss: Desk) -> None:
    men = [ParticipantFactory.create(first_name=f"Dorian{number}", last_name="Halloway") for number in range(SHOWN + 1)]
    make_findable(men)

    assert errors(boss, about="Halloway") == [
        "More people are called that than are looked at here. Write the number of his file."
    ]


def test_who_looked_shows_nothing_of_a_record_that_is_a_shut_mans_too(
    boss: Desk, ruth: User, man: Participant, now: datetime
) -> None:
    other = ParticipantFactory.create()
    apart = NonAssociationFactory.create(one=man, other=other)
    record(by=ruth, now=now, verb="nonassociation.looked_at", on=apart)
    RestrictionNameFactory.create(restriction__participant=other, user=ruth)

    assert "nonassociation" not in text(boss.get(f"/office/people/{man.pk}/looks/")).lower()


def test_for_administrators_alone(desk: Desk, now: datetime) -> None:
    assert desk.get(TRAIL).status_code == 403
    assert desk.client.post(TRAIL, {"who": "a"}).status_code == 403
    assert Event.objects.filter(verb="trail.searched").count() == 0


def test_a_shut_file_isn_t_found(boss: Desk, ruth: User, man: Participant, now: datetime) -> None:
    record(by=ruth, now=now, verb="person.changed", on=man)
    RestrictionNameFactory.create(restriction__participant=man, user=ruth)

    assert errors(boss, about="Halloway") == [
        "Nobody here is called that. Write the number of his file, or search for him."
    ]
    assert found(boss, what="person.changed") == []


@pytest.mark.parametrize("events", [1, 3])
def test_asks_as_many_questions_for_one_as_for_three(
    boss: Desk, ruth: User, man: Participant, events: int, now: datetime
) -> None:
    for _ in range(events):
        record(by=ruth, now=now, verb="referral.accepted", on=ReferralFactory.create(participant=man))
    boss.get(TRAIL)

    with CaptureQueriesContext(connection) as asked:
        boss.client.post(TRAIL, {"about": str(man.pk), "who": "ruth"})

    assert len(asked) == SEARCH_QUERIES


SEARCH_QUERIES = 12
LOOKS_QUERIES = 11


# --- who looked at him


def looks(desk: Desk, man: Participant) -> list[tuple[str, str, str]]:
    page = desk.get(f"/office/people/{man.pk}/looks/").context["page"]
    return [(one.who, one.what, one.record) for one in page.seen]


def test_who_looked_at_anything_of_his(desk: Desk, ruth: User, man: Participant, now: datetime) -> None:
    his, other = ReferralFactory.create(participant=man), ReferralFactory.create()
    record(by=ruth, now=now, verb="referral.looked_at", on=his)
    record(by=ruth, now=now, verb="referral.accepted", on=his)
    record(by=ruth, now=now, verb="referral.looked_at", on=other)

    me = (desk.user.name, "Person looked at", f"participants.Participant:{man.pk}")
    assert looks(desk, man) == [me, ("Ruth Okafor", "Referral looked at", f"courts.Referral:{his.pk}")]


def test_who_was_turned_away_stands_there(desk: Desk, man: Participant, now: datetime) -> None:
    his = ReferralFactory.create(participant=man)
    stranger = Desk(Role.FACILITATOR)
    stranger.get(f"/office/people/{man.pk}/")
    stranger.get(f"/office/courts/referral/{his.pk}/")

    refused = [(who, record) for who, what, record in looks(desk, man) if what == "Request refused"]
    assert refused == [
        (stranger.user.name, f"office:courts_referral_change:{his.pk}"),
        (stranger.user.name, f"office:person:{man.pk}"),
    ]


def test_his_page_leads_there_and_the_page_says_who_printed_it(desk: Desk, man: Participant) -> None:
    address = f"/office/people/{man.pk}/looks/"

    assert f'href="{address}"' in desk.get(f"/office/people/{man.pk}/?tab=history").content.decode()
    assert f" by {desk.user.name}. " in text(desk.get(address)).partition("Printed")[2]


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_of_looks_asks_as_many_questions_for_three(
    desk: Desk, ruth: User, man: Participant, count: int, now: datetime
) -> None:
    for _ in range(count):
        record(by=ruth, now=now, verb="referral.looked_at", on=ReferralFactory.create(participant=man))
    desk.get(f"/office/people/{man.pk}/looks/")

    with CaptureQueriesContext(connection) as asked:
        desk.get(f"/office/people/{man.pk}/looks/")

    assert len(asked) == LOOKS_QUERIES


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40])
def test_whatever_stands_in_the_address_it_answers(desk: Desk, man: Participant, before: str) -> None:
    assert desk.get(f"/office/people/{man.pk}/looks/?before={before}").status_code == 200


def test_a_job_is_found_by_what_the_office_calls_it(now: datetime) -> None:
    record(by=Task("audit.seal"), now=now, verb="trail.sealed", on="a.B:1")

    assert actors_called("seal of") == ["task:audit.seal"]
    assert actors_called("task:audit.seal") == ["task:audit.seal"]
    assert actors_called("task:nobody.knows") == []
