"""What he is told of all that is kept about him, and what isn't his to be told."""

import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import privacy
from core.privacy import Whose
from courts.steps import ReportKind
from participants.models import Participant
from records.disclosure import collecting, paper
from records.disclosure.bundle import digest, zipped
from records.disclosure.marks import LEFT_OUT, TOLD
from tests.courts.cases import AFTER
from tests.courts.marked import PRIVATE, WITHOUT_TEXT, marked, marker, markers, named, staff_but
from tests.factories.accounts import UserFactory
from tests.factories.audit import EventFactory
from tests.factories.clock import NOW
from tests.factories.courts import ChargeFactory, IssuedDocumentFactory, ReferralFactory
from tests.factories.messaging import MessageFactory
from tests.factories.participants import (
    ContactPointFactory,
    NonAssociationFactory,
    OtherNameFactory,
    ParticipantFactory,
)
from tests.factories.programs import EnrollmentFactory
from tests.factories.records import OwnFileFactory, ReleaseFactory
from tests.factories.registry import by_model
from vault.models import Key

ZONE = ZoneInfo("America/Los_Angeles")


def file_of(man: Participant, now: datetime = AFTER) -> str:
    return paper.as_json(collecting.collect(man, now=now), ZONE).decode()


# --- The registry


def test_of_every_field_somebody_has_decided() -> None:
    assert collecting.undecided() == []


def test_a_field_that_nobody_decided_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = privacy.FIELDS["participants.Note"] | {"participant": privacy.NONE}
    monkeypatch.setitem(privacy.FIELDS, "participants.Note", fields)
    monkeypatch.delitem(TOLD, "participants.OtherName")
    monkeypatch.setitem(TOLD["participants.ContactPoint"].held, "value", "")
    monkeypatch.delitem(TOLD["participants.ContactPoint"].held, "source")

    assert collecting.undecided() == ["participants.OtherName.*", "participants.ContactPoint.source"]


def test_no_mark_is_about_what_there_is_not() -> None:
    assert TOLD.keys() & LEFT_OUT.keys() == set()
    assert (TOLD.keys() | LEFT_OUT.keys()) - privacy.FIELDS.keys() == set()
    unknown = {
        (label, name)
        for label, told in TOLD.items()
        for name in (*told.shown, *told.held)
        if name not in privacy.FIELDS[label]
    }
    assert unknown == set()


def test_no_secret_is_told() -> None:
    secrets = [
        (label, name)
        for label, told in TOLD.items()
        for name in told.shown
        if privacy.FIELDS[label][name][0] is Whose.SECRET
    ]
    assert secrets == []


def test_something_leads_from_each_row_to_him() -> None:
    assert [label for label in TOLD if not collecting.ways(apps.get_model(label))] == []


# --- What stands in it

# Said by staff and by others, whatever the marks say.
CONFIDENCES = (
    "participants.Note.text", "participants.ContactAttempt.note", "participants.NonAssociation.reason",
    "participants.ContactPoint.source", "participants.Restriction.why", "programs.SessionNote.text",
    "programs.Mark.comment", "programs.Visitor.alias", "courts.Extension.told_by", "courts.Flag.raw",
    "courts.Recipient.address", "courts.ReportStep.note", "courts.Submission.answers", "courts.CourtPaper.name",
)  # fmt: skip
# Told, but that man has none of it.
NONE_OF_HIS = {
    "messaging.InboundText.number", "messaging.InboundText.body", "participants.Participant.suffix",
}  # fmt: skip


@pytest.mark.django_db
def test_he_is_told_what_is_marked_so_and_not_a_word_more(now: datetime) -> None:
    case = marked(ReportKind.COMPLETION)
    staff_but()
    found = markers(file_of(case.referral.participant))

    told, texts = set(), {}
    for label, name in PRIVATE:
        if label in TOLD and collecting.held(apps.get_model(label), name) is None:
            told.add(marker(label, name))
            if not isinstance(apps.get_model(label)._meta.get_field(name), WITHOUT_TEXT):
                texts[marker(label, name)] = f"{label}.{name}"
    # Those of his other case, and the other court’s name.
    elsewhere = {marker("courts.Referral", name, at="x") for name in _OF_CASE} | {"Zq98qZ"}
    assert found & named(*CONFIDENCES) == set()
    assert found - told - elsewhere == set()
    assert {texts[one] for one in texts.keys() - found} == NONE_OF_HIS


_OF_CASE = ("name_as_charged", "plaintiff", "case_number", "incident_number", "judge")


@pytest.mark.django_db
def test_no_name_of_ours_stands_where_there_is_a_word(now: datetime) -> None:
    man = ParticipantFactory.create(language="es")
    MessageFactory.create(participant=man, user=None, kind="session_reminder", language="en")
    said = file_of(man)
    assert {word: word in said for word in ("Session reminder", "English", "Spanish", "session_reminder")} == {
        "Session reminder": True, "English": True, "Spanish": True, "session_reminder": False,
    }  # fmt: skip


@pytest.mark.django_db
def test_the_other_one_of_two_who_are_kept_apart_is_nowhere_in_it(now: datetime) -> None:
    pair = NonAssociationFactory(one__last_name="Merriweather", other__last_name="Quackenbush", reason="He knows why")

    for man, other in ((pair.one, "Quackenbush"), (pair.other, "Merriweather")):
        said = file_of(man)
        assert man.last_name in said
        assert [word for word in (other, "He knows why") if word in said] == []


@pytest.mark.django_db
def test_who_else_asked_is_not_told_and_neither_is_that_it_was_noted(now: datetime) -> None:
    release = ReleaseFactory(who="Grand jury of the county", asked_for="All of it", cited="GJ-77")
    EventFactory(on=f"records.Release:{release.pk}", verb="release.noted", key=release.participant.key)
    EventFactory(on=f"participants.Participant:{release.participant_id}", verb="person.looked_at")

    said = file_of(release.participant)
    assert [word for word in ("Grand jury", "GJ-77", "release noted") if word in said] == []
    assert "person looked at" in said


@pytest.mark.django_db
def test_who_worked_in_it_is_a_number(now: datetime) -> None:
    user = UserFactory(name="Imogen Featherstone")
    man = ParticipantFactory()
    EventFactory(on=f"participants.Participant:{man.pk}", verb="person.looked_at", by=user)
    EventFactory(on=f"participants.Participant:{man.pk}", verb="person.looked_at")

    worked = collecting.collect(man, now=AFTER)["worked"]
    assert [one["who"] for one in worked] == [f"Person {user.pk}", "The program itself"]
    assert "Featherstone" not in file_of(man)


@pytest.mark.django_db
def test_a_forgotten_case_is_no_part_of_it(now: datetime) -> None:
    kept = ChargeFactory(text="Kept charge").referral
    gone = ChargeFactory(text="Gone charge", referral__participant=kept.participant).referral
    Key.objects.filter(pk=gone.key_id).destroy(now=NOW)

    said = file_of(kept.participant)
    assert ("Kept charge" in said, "Gone charge" in said) == (True, False)


@pytest.mark.django_db
def test_what_was_written_before_two_files_became_one_is_in_it(now: datetime) -> None:
    man = ParticipantFactory()
    OtherNameFactory(participant__merged_into=man, name="Eustace Vandermeer")
    OtherNameFactory(name="Somebody Else")

    said = file_of(man)
    assert ("Eustace Vandermeer" in said, "Somebody Else" in said) == (True, False)


@pytest.mark.django_db
def test_it_asks_as_often_for_three_rows_as_for_one(now: datetime) -> None:
    case = marked(ReportKind.COMPLETION)
    man = case.referral.participant
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            file_of(man)
        asked.append(len(queries))
        ChargeFactory.create_batch(2, referral=case.referral)
        OtherNameFactory.create_batch(2, participant=man)
        OwnFileFactory(participant=man, withdrawn_at=NOW, withdrawn_by=UserFactory())
        ReferralFactory.create_batch(2, participant=man)
    assert asked[0] == asked[1]


# Of which a factory makes nobody’s.
HIS: dict[str, Any] = {
    "messaging.InboundText": lambda: {"contact_point": ContactPointFactory()},
    "messaging.Message": lambda: {"participant": ParticipantFactory(), "user": None},
    "programs.SessionNote": lambda: {"enrollment": EnrollmentFactory()},
    "courts.Submission": lambda: {"referral": ReferralFactory(), "sent_at": NOW},
    "courts.CourtPaper": lambda: {"referral": ReferralFactory()},
}


@pytest.mark.django_db
def test_every_kind_of_row_can_be_told(now: datetime) -> None:
    """Whatever stands in a row goes into the JSON and on paper."""
    factories, missing = by_model(), {}
    for label in TOLD:
        row = factories[apps.get_model(label)](**HIS.get(label, dict)())
        way = collecting.ways(type(row))[0]
        man: Any = Participant.objects.get(pk=type(row)._default_manager.values_list(way, flat=True).get(pk=row.pk))
        collected = collecting.collect(man, now=AFTER)
        kinds = [kind for chapter in collected["chapters"] for kind in chapter["kinds"] if kind["model"] == label]
        if not kinds[0]["rows"]:
            missing[label] = row
        json.loads(paper.as_json(collected, ZONE))
    assert missing == {}


# --- On paper


def a_paper(man: Participant, now: datetime = AFTER) -> paper.Paper:
    collected = collecting.collect(man, now=now)
    return paper.own_file(
        collected, sender="Harbor Office", callback_number="206-555-0100", kept="ten years", zone=ZONE
    )


@pytest.mark.django_db
def test_the_same_paper_is_the_same_bytes(now: datetime) -> None:
    man = ParticipantFactory(last_name="Ōtōmo \N{SNOWMAN}", middle_name="\N{RIGHT-TO-LEFT OVERRIDE}")
    IssuedDocumentFactory(report__referral__participant=man)
    first, second = (paper.render(a_paper(man)) for _ in range(2))

    assert first.startswith(b"%PDF-1.")
    assert first == second
    assert first != paper.render(a_paper(man, AFTER + timedelta(days=1)))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (True, "Yes"),
        (False, "No"),
        (datetime(2026, 3, 3, 4, 5, tzinfo=ZoneInfo("UTC")), "March 2, 2026, 8:05 PM"),
        (["report", "letter"], "report, letter"),
        ({"has_work": True, "said": ""}, "Has work: Yes; Said: "),
        (12, "12"),
    ],
)
def test_what_a_value_says(value: Any, words: str) -> None:
    assert paper.said(value, ZONE) == words


def test_files_as_one_are_the_same_bytes_each_time() -> None:
    files = [("a.pdf", b"1"), ("b/c.json", b"{}")]

    assert zipped(files) == zipped(files)
    assert digest(zipped(files)) != digest(zipped(files[:1]))
