"""Lists: they answer whatever stands in their address, count only as far as one turns pages, and keep filters."""

import re

import pytest
from django.urls import reverse

from accounts.roles import Role
from courts.models import Referral
from office import paging
from office.filters import AT_MOST, cleaned
from office.models import SavedFilter
from office.paging import Bounded
from tests.factories.courts import CourtFactory, ReferralFactory
from tests.factories.messaging import MessageFactory
from tests.factories.office import SavedFilterFactory
from tests.factories.participants import ParticipantFactory
from tests.factories.programs import CohortFactory, SessionFactory
from tests.office.desk import Desk, text

pytestmark = pytest.mark.django_db
REFERRALS = "/office/courts/referral/"
SAVE = "/office/lists/courts.referral/filters/"
UNREAD = "The filter in this address can't be read."
HOSTILE = [
    "state__exact=%00",
    "court=abc",
    "court=99999999999999999999999999",
    "court=-1",
    "court=%27%3B--",
    "participant__folded_name=halloway",
    "participant__key__wrapped__startswith=g",
    "id__in=1,x",
    "nothing=1",
    "state__regex=(",
    "state__isnull=perhaps",
    "p=9999999",
    "p=x",
    "p=-1",
    "o=99.x",
    "o=" + "1." * 400,
    "all=x",
    "_facets=True",
    "_popup=1",
    "_to_field=participant",
    "q=x",
    "e=1",
]


@pytest.mark.parametrize("query", HOSTILE)
def test_whatever_stands_in_the_address_the_list_answers(desk: Desk, query: str) -> None:
    ReferralFactory()
    answer = desk.client.get(f"{REFERRALS}?{query}", follow=True)

    assert answer.status_code == 200


@pytest.mark.parametrize("query", ["court=abc", "nothing=1", "participant__folded_name=halloway"])
def test_a_filter_that_cannot_be_read_is_left_out_and_it_says_so(desk: Desk, query: str) -> None:
    ReferralFactory(case_number="26-CR-1")
    shown = text(desk.client.get(f"{REFERRALS}?{query}", follow=True))

    assert (shown.count(UNREAD), shown.count("26-CR-1")) == (1, 1)


def test_by_court(desk: Desk) -> None:
    kent, other = CourtFactory(name="Kent Court"), CourtFactory(name="Silent Court")
    ReferralFactory(court=kent, case_number="26-CR-1")
    ReferralFactory(case_number="26-CR-2")
    shown = text(desk.get(f"{REFERRALS}?court={kent.pk}"))

    assert ("26-CR-1" in shown, "26-CR-2" in shown, other.name in shown) == (True, False, False)


def test_by_cohort_those_that_meet(desk: Desk) -> None:
    meeting = SessionFactory(cohort__name="Tuesday 14", module__theme="Empathy")
    CohortFactory(name="Old 3", closed_at=meeting.starts_at)
    SessionFactory(module__theme="Another")
    shown = text(desk.get(f"/office/programs/session/?cohort={meeting.cohort_id}"))

    assert ("Empathy" in shown, "Another" in shown, "Old 3" in shown) == (True, False, False)


@pytest.mark.parametrize(
    ("asked", "found"), [("es", "Halloway"), ("other", "Okonjo"), ("vi", "Okonjo"), ("en", "Penhale")]
)
def test_people_by_what_they_speak(asked: str, found: str, desk: Desk) -> None:
    for code, name in (("es", "Halloway"), ("vi", "Okonjo"), ("en", "Penhale")):
        ParticipantFactory(language=code, last_name=name)
    shown = text(desk.get(f"/office/participants/participant/?language={asked}"))

    assert [name for name in ("Halloway", "Okonjo", "Penhale") if name in shown] == [found]


def test_messages_by_what_they_say(desk: Desk) -> None:
    MessageFactory(kind="report_waiting", reason="the one that waits")
    MessageFactory(kind="deadline_alert", reason="the other one")
    shown = text(desk.get("/office/messaging/message/?kind=report_waiting"))

    assert ("the one that waits" in shown, "the other one" in shown) == (True, False)


def test_counts_as_far_as_one_turns_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "COUNTED", 3)
    told = []
    for _ in range(4):
        ReferralFactory()
        pages = Bounded(Referral.objects.order_by("-id"), 2)
        told.append((pages.count, pages.said))

    assert told == [
        (1, "1 in all"), (2, "2 in all"), (3, "3 in all"), (3, "More than 3: filter to see the rest"),
    ]  # fmt: skip


class TestSavedFilters:
    def test_saved_shown_and_deleted(self, desk: Desk) -> None:
        answer = desk.client.post(SAVE, {"name": "Waiting", "query": "state__exact=received&p=3"}, follow=True)
        made = SavedFilter.objects.get()

        assert (made.user, made.noun, made.query) == (desk.user, "courts.referral", "state__exact=received")
        assert answer.request["QUERY_STRING"] == "state__exact=received"
        assert '<a class="btn btn-sm" href="?state__exact=received" aria-current="true">Waiting</a>' in (
            answer.content.decode()
        )
        desk.client.post(reverse("office:delete_filter", args=[made.pk]))
        assert SavedFilter.objects.count() == 0

    def test_the_same_name_takes_the_place_of_the_old(self, desk: Desk) -> None:
        for query in ("state__exact=received", "state__exact=closed"):
            desk.client.post(SAVE, {"name": "Mine", "query": query})

        assert list(SavedFilter.objects.values_list("query", flat=True)) == ["state__exact=closed"]

    def test_not_more_than_fit(self, desk: Desk) -> None:
        SavedFilterFactory.create_batch(AT_MOST, user=desk.user)
        SavedFilterFactory()
        answer = desk.client.post(SAVE, {"name": "One more", "query": "p=1"}, follow=True)

        assert text(answer).count(f"You have {AT_MOST} filters on this list. Delete one first.") == 1
        assert SavedFilter.objects.filter(user=desk.user).count() == AT_MOST

    @pytest.mark.parametrize(
        "said", [{"name": ""}, {"name": "x" * 61}, {"name": "a\x00b"}, {"name": "x", "query": "y" * 501}]
    )
    def test_what_can_be_no_filter(self, desk: Desk, said: dict[str, str]) -> None:
        answer = desk.client.post(SAVE, said, follow=True)

        assert text(answer).count("Give the filter a name of up to 60 letters.") == 1
        assert SavedFilter.objects.count() == 0

    def test_nobody_sees_or_deletes_anothers(self, desk: Desk) -> None:
        other = SavedFilterFactory(name="His own")
        ReferralFactory()

        assert "His own" not in text(desk.get(REFERRALS))
        assert desk.client.post(reverse("office:delete_filter", args=[other.pk])).status_code == 404
        assert SavedFilter.objects.count() == 1

    def test_a_list_that_is_not_his_takes_none(self, desk: Desk) -> None:
        answer = desk.client.post("/office/lists/accounts.invitation/filters/", {"name": "x", "query": ""})
        boss = Desk(Role.ADMINISTRATOR)

        assert answer.status_code in (403, 404)
        assert boss.client.post("/office/lists/accounts.invitation/filters/", {"name": "x"}).status_code == 302


@pytest.mark.parametrize(
    ("query", "kept"),
    [("state=a&p=2&e=1&all=", "state=a"), ("", ""), ("q=halloway&state=a", "state=a"), ("a=1&a=2", "a=1&a=2")],
)
def test_what_a_filter_keeps(query: str, kept: str) -> None:
    assert cleaned(query) == kept


def test_on_a_narrow_page_each_cell_says_its_column_and_an_empty_one_is_left_out(desk: Desk) -> None:
    man = ParticipantFactory(first_name="<b>", last_name="O&G")
    ReferralFactory(case_number="26-CR-1", complete_by=None, participant=man)
    page = desk.get(REFERRALS).content.decode()
    row = page[page.index("<tbody>") : page.index("</tbody>")]

    labels = re.findall(r'<td data-label="([^"]*)"( data-nothing)?', row)
    assert [said for said, _ in labels] == ["Who", "Court", "State", "Received", "Complete by", "Proof due"]
    assert [said for said, nothing in labels if nothing] == ["Complete by", "Proof due"]
    assert row.count("<td") == len(labels) + 1  # the case number is what the row is
    assert "&lt;b&gt; O&amp;G" in row
