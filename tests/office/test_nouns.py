"""Every noun has its list and its page; neither asks more for more rows, and none shows what is nobody's to see."""

from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Device, Invitation, User
from accounts.roles import Role
from audit.models import Event
from courts.models import DeliveryLink, DeskInvitation, DisposedNumber, ListUpload, NumberToken, Submission
from office.admin import office
from office.models import Assignment, SavedFilter, Snooze
from office.subjects import man, page
from participants.models import IntakeSheet, Likeness, NameToken, RestrictionName, Sound
from programs.models import CalendarFeed, FeeStep, FundShare, Installment, SessionNote, Visitor
from records.models import DeadlineRemains, Remains
from tests.courts.cases import seated
from tests.factories.courts import CourtFactory, CourtPaperFactory, ReferralFactory, ReportFactory
from tests.factories.participants import NoteFactory
from tests.factories.registry import by_model
from tests.house import our_models
from tests.office.desk import Desk, buttons, text
from vault.models import Bond, Key

pytestmark = pytest.mark.django_db
NOUNS = [model for model, _ in office.nouns()]
# Of these the desk's own user, or what tests begin with, is always there.
NEVER_EMPTY = {"accounts.User", "accounts.RoleGrant"}
# Keys and what opens a door are nobody's to read. A facilitator's note is his own; an incident stands in Today and in
# the man's file, visitors on the roster of their evening. What is being typed belongs to whoever types; tokens and
# sounds are how one searches; the desk's own rows stand on Today and beside the lists; a list on its way in, two who
# may be one, and the lines of a scale or a plan have a place of their own. A print of a number that stays out says
# nothing to anybody, and what the figures keep of a case that is gone is nobody's. What
# men answer stands behind a wall.
ELSEWHERE = {
    Key, CalendarFeed, DeliveryLink, SessionNote, Visitor, DeskInvitation, Submission, IntakeSheet, RestrictionName,
    NameToken, NumberToken, Assignment, Snooze, SavedFilter, Sound, Bond, Likeness, FeeStep, FundShare, Installment,
    ListUpload, Device, DisposedNumber, Remains, DeadlineRemains,
    *apps.get_app_config("outcomes").get_models(),
}  # fmt: skip
EACH = pytest.mark.parametrize("model", NOUNS, ids=lambda model: model._meta.label)


@pytest.fixture
def desk(now: datetime) -> Desk:
    """The administrator's, who may look at all of it."""
    return Desk(Role.ADMINISTRATOR)


def list_of(model: type[Model]) -> str:
    return reverse(f"office:{model._meta.app_label}_{model._meta.model_name}_changelist")


def queries(desk: Desk, url: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert desk.get(url).status_code == 200
    return len(asked)


def test_every_model_of_ours_is_here_but_the_keys() -> None:
    assert set(our_models()) - set(NOUNS) == ELSEWHERE


def test_every_noun_says_what_it_is_and_what_fills_it() -> None:
    told = {model._meta.label: (admin.about, admin.empty) for model, admin in office.nouns()}

    assert [label for label, said in told.items() if not all(one.endswith(".") for one in said)] == []


@EACH
def test_none(model: type[Model], desk: Desk) -> None:
    if model._meta.label in NEVER_EMPTY:
        return
    shown = text(desk.get(list_of(model)))

    assert dict(office.nouns())[model].empty in shown


@EACH
def test_one_and_three_ask_the_same(model: type[Model], desk: Desk) -> None:
    make = by_model()[model]
    make()
    one = queries(desk, list_of(model))
    make()
    make()

    assert queries(desk, list_of(model)) == one


@EACH
def test_a_record_has_a_page(model: type[Model], desk: Desk) -> None:
    record: Any = by_model()[model]()

    assert desk.get(page(record)).status_code == 200


@EACH
def test_a_look_at_a_man_is_an_event(model: type[Model], desk: Desk) -> None:
    record: Any = by_model()[model]()
    noun = "person" if man(record) == record else model._meta.model_name
    desk.get(page(record))

    looks = list(Event.objects.filter(verb__endswith="looked_at").values_list("verb", "record", "actor"))

    wanted = (f"{noun}.looked_at", f"{model._meta.label}:{record.pk}", f"user:{desk.user.pk}")
    assert looks == ([wanted] if man(record) else [])


def test_no_page_shows_a_key_a_hash_or_a_ciphertext(desk: Desk) -> None:
    invitation = by_model()[Invitation]()
    user: Any = by_model()[User](password="pbkdf2_sha256$1000$made-up")
    records = [by_model()[model]() for model in NOUNS if model is not Invitation] + [invitation, user]
    pages = [desk.get(url).content.decode() for url in (*map(list_of, NOUNS), *map(page, records))]

    # Every Fernet token begins so: wrapped keys, and what was encrypted under them.
    assert [shown for shown in pages if "gAAAAA" in shown] == []
    assert [shown for shown in pages if "pbkdf2" in shown] == []
    assert [shown for shown in pages if invitation.token_hash in shown] == []


def test_a_list_never_decrypts(desk: Desk) -> None:
    note: Any = NoteFactory()
    shown = text(desk.get("/office/participants/note/"))

    assert note.text not in shown
    assert note.text in text(desk.get(page(note)))


def test_a_drafts_paper_is_nobodys_business_yet(desk: Desk) -> None:
    draft: Any = CourtPaperFactory(submission__sent=False)

    assert desk.get(page(draft)).status_code == 404
    assert "No papers yet." in text(desk.get("/office/courts/courtpaper/"))


def test_what_nobody_noted_is_one_line_and_no_row_each(desk: Desk) -> None:
    shown = text(desk.get(page(CourtFactory.create(city="Kent", county="", phone="", code="X7", address="5 Elm"))))

    assert "County –" not in shown
    assert "City Kent" in shown
    assert "Nothing noted: County, Phone. " in shown


def test_where_all_is_noted_nothing_more_is_said(desk: Desk) -> None:
    shown = text(desk.get(page(CourtFactory.create(city="Kent", county="King", phone="1", code="X7", address="5 Elm"))))

    assert "Nothing noted" not in shown


def test_a_roster_leads_to_each_man_and_has_no_buttons_of_its_own(desk: Desk) -> None:
    case = seated()
    session = case.cohort.sessions.earliest("starts_at")
    answer = desk.get(page(session))

    assert buttons(answer) == ["substitute", "cancel", "move", "swap", "double", "place", "leaders"]
    assert f"/office/people/{case.referral.participant_id}/" in answer.content.decode()


def test_nothing_found_says_what_to_try(desk: Desk) -> None:
    ReferralFactory()
    shown = text(desk.get("/office/courts/referral/?state__exact=closed"))

    assert shown.count("Nothing fits Try fewer words, or clear the filters.") == 1


def test_a_state_narrows_a_list(desk: Desk) -> None:
    ReferralFactory(case_number="26-CR-1", closed=True)
    ReferralFactory(case_number="26-CR-2")
    shown = desk.get("/office/courts/referral/?state__exact=closed")

    assert ("26-CR-1" in text(shown), "26-CR-2" in text(shown)) == (True, False)


def test_reports_by_their_newest_step(desk: Desk) -> None:
    ReportFactory(referral__case_number="26-CR-1", steps=["proposed", "in_review"])
    ReportFactory(referral__case_number="26-CR-2", steps=["proposed", "in_review", "withdrawn"])
    shown = text(desk.get("/office/courts/report/?state=in_review"))

    assert ("26-CR-1" in shown, "26-CR-2" in shown) == (True, False)
