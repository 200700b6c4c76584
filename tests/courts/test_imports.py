"""A list from a file to the rows it becomes; what comes again, and what comes otherwise."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actors import Task
from accounts.roles import Role
from audit.models import Event
from courts.actions import disposed, drafts, imports
from courts.actions.imports import NO_COURT, AlreadyReferred, NotFiled, receive
from courts.lists import WINDOW, Joined, Row
from courts.models import Charge, Court, Flag, ListImport, Referral
from participants.models import Participant
from programs.models import Program
from tests.courts.listed import ALWAYS_ADDED, BORN, BY, TakeIn, charge, counts, filler, importer
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory, ReferralFactory
from tests.factories.programs import ProgramFactory

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def program() -> Program:
    return ProgramFactory()


@pytest.fixture
def court() -> Court:
    return CourtFactory(name="Kent Municipal Court", city="Kent")


@pytest.fixture
def take(tmp_path, program, court) -> TakeIn:
    return importer(tmp_path, program, court)


# --- what a row brings ---


def test_a_full_row_becomes_a_referral_with_all_that_hangs_on_it(take, program, court):
    taken = take(
        {
            "middle_name": "Luis",
            "suffix": "Jr.",
            "name_as_charged": "DORIAN HALLOWAY",
            "aliases": "Dory; D. Hallow",
            **BORN,
            "phone": "206-555-0103",
            "email": "d@example.net",
            "address": "12 Main St",
            "language": "Spanish",
            "interpreter": "Y",
            "statute": "RCW 9A.88.110",
            "charge": "Patronizing",
            "ordered_on": "12/3/2025",
            "received_on": "1/5/2026",
            "complete_by": "5/29/2026",
            "proof_due_by": "6/3/2026",
            "hearing_at": "6/10/2026 9:00 AM",
            "judge": "Hon. J. Whitlatch",
            "prosecutor_email": "p@example.org",
            "attorney": "N. Voss",
            "attorney_email": "v@example.org",
            "probation_officer": "B. Ames",
        }
    )
    assert taken.counts == (1, 0, 0, 0)
    referral = Referral.objects.get()
    man = referral.participant
    assert (referral.court, referral.program, referral.kind) == (court, program, "pretrial_diversion")
    assert (referral.name_as_charged, referral.judge) == ("DORIAN HALLOWAY", "Hon. J. Whitlatch")
    assert (referral.case_number, referral.normalized_case_number) == ("26-001", "26001")
    assert (referral.ordered_on, referral.received_on) == (date(2025, 12, 3), date(2026, 1, 5))
    assert (man.legal_name, man.date_of_birth) == ("Dorian Luis Halloway Jr.", date(1979, 3, 14))
    assert (man.language, man.needs_interpreter, man.time_zone) == ("es", True, program.time_zone)
    assert set(man.other_names.values_list("name", flat=True)) == {"Dory", "D. Hallow"}
    assert set(man.contact_points.values_list("kind", "value", "source", "safe_at")) == {
        ("phone", "+12065550103", "list of Kent Municipal Court", None),
        ("email", "d@example.net", "list of Kent Municipal Court", None),
        ("postal", "12 Main St", "list of Kent Municipal Court", None),
    }
    assert list(referral.charges.values_list("statute", "text")) == [("RCW 9A.88.110", "Patronizing")]
    assert [h.at.astimezone(UTC) for h in referral.hearings.all()] == [datetime(2026, 6, 10, 16, tzinfo=UTC)]
    assert set(referral.recipients.values_list("role", "name", "channel", "address", "confirmed_at")) == {
        ("clerk", "", "portal", "", None),
        ("prosecutor", "", "email", "p@example.org", None),
        ("defense", "N. Voss", "email", "v@example.org", None),
        ("probation", "B. Ames", "paper", "", None),
    }
    assert list(referral.deadlines.values_list("kind", "due_on", "state")) == [
        ("complete_by", date(2026, 5, 29), "open"),
        ("proof_due_by", date(2026, 6, 3), "open"),
        ("hearing", date(2026, 6, 10), "open"),
    ]
    assert [(move.number, move.old, move.new, move.by) for move in referral.moves.all()] == [(1, "", "received", None)]


def test_the_trail_tells_who_came_by_which_list_and_names_him_only_under_his_key(take):
    take(BORN)
    referral, came = Referral.objects.get(), ListImport.objects.get()
    received = Event.objects.on(referral).get()
    assert received.reveal() == {"name": "Dorian Halloway", "number": "26-001"}
    assert (received.verb, received.actor) == ("referral.received", "task:courts.import_referrals")
    assert received.facts == {"participant": referral.participant_id, "list": came.pk}
    assert Event.objects.on(came).get().facts == {"added": 1, "known": 0, "changed": 0, "refused": 0}
    assert (came.added, came.known, came.changed, came.refused) == (1, 0, 0, 0)


def test_an_unreadable_value_comes_in_empty_and_is_flagged_with_what_stood_there(take):
    taken = take({"complete_by": "31/31/2026", "phone": "12"})
    referral = Referral.objects.get()
    assert (referral.complete_by, referral.participant.contact_points.count()) == (None, 0)
    assert [(one.field, one.raw) for one in Flag.objects.order_by("field")] == [
        ("complete_by", "31/31/2026"),
        ("phone", "12"),
    ]
    assert taken.outcome.flagged == 1


def test_what_could_not_be_read_is_kept_encrypted(take):
    take({"complete_by": "a secret word"})
    stored: tuple[Any] = Flag.objects.values_list("raw").get()
    assert b"secret" not in bytes(stored[0])
    assert Flag.objects.get().raw == "a secret word"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"last_name": ""}, "There is no last name. Fill it in and send the row again."),
        (
            {"case_number": ""},
            "There is no case number and no incident number. Fill in one and send the row again.",
        ),
        (
            {"court": "Nowhere Court"},
            'We know no court called "Nowhere Court". Check its name, or add the court first.',
        ),
        ({"court": "Ken\ufffdt"}, "There is no readable court. Write its name and send the row again."),
        ({"court": "x" * 10_001}, "There is no readable court. Write its name and send the row again."),
        (
            {"court": "Kent Municipal Court", "case_number": "", "referral_kind": "self"},
            "There is a court but no number. Fill in the number, or take out the court, and send the row again.",
        ),
    ],
    ids=["no name", "no number", "unknown court", "unreadable court", "endless court", "self-referred to a court"],
)
def test_only_a_name_a_court_or_a_number_refuses_a_row(take, cells, reason):
    taken = take(cells, {"case_number": "26-002"})
    assert (taken.refused, taken.counts) == ([(2, reason)], (1, 0, 0, 1))
    assert Referral.objects.get().case_number == "26-002"


def test_no_court_anywhere_refuses(tmp_path, program):
    taken = importer(tmp_path, program, None)({})
    assert (taken.refused, taken.counts) == ([(2, NO_COURT)], (0, 0, 0, 1))


def test_courts_that_share_a_name_are_told_apart_by_city(take):
    for city in ("Salem", "Lawrence"):
        CourtFactory(name="Essex County Superior Court", state="MA", city=city)
    taken = take({"court": "Essex County Superior Court"}, {"court": "Essex County Superior Court, Lawrence"})
    assert taken.counts == (1, 0, 0, 1)
    (_, reason), *_ = taken.refused
    assert reason.startswith('Several courts are called "Essex County Superior Court". Write it as ')
    assert Referral.objects.values_list("court__city", flat=True).get() == "Lawrence"


def test_a_self_referral_has_no_court_and_nobody_to_report_to(take):
    take({"referral_kind": "self", "case_number": ""})
    referral = Referral.objects.get()
    assert (referral.court, referral.recipients.count()) == (None, 0)


def test_an_uncharged_man_is_seen_by_no_clerk(take):
    take(
        {
            "referral_kind": "prefiling",
            "case_number": "",
            "incident_number": "K25-1",
            "prosecutor_email": "p@example.org",
        }
    )
    assert list(Referral.objects.get().recipients.values_list("role", flat=True)) == ["prosecutor"]


def test_a_court_with_a_very_long_name_is_no_trouble(tmp_path, program):
    taken = importer(tmp_path, program, CourtFactory(name="A" * 200))({"phone": "206-555-0103"})
    assert taken.counts == (1, 0, 0, 0)


# --- the same again, and a dry run ---


def test_the_same_file_twice_adds_nothing_at_all(take):
    rows = (charge(1) | {"phone": "x", "hearing_at": "6/10/2026"}, *filler(WINDOW + 20), charge(2), {"last_name": ""})
    take(*rows)
    before = counts(*ALWAYS_ADDED)
    again = take(*rows, now=NOW + WEEK)
    assert (again.outcome.added, again.outcome.changed, again.outcome.flagged) == (0, 0, 0)
    assert counts(*ALWAYS_ADDED) == before


def test_a_dry_run_counts_the_same_and_keeps_nothing(take):
    rows = (charge(1), *filler(WINDOW + 20), charge(2), charge(1) | {"judge": "A"}, {"last_name": ""})
    before = counts()
    tried = take(*rows, dry_run=True)
    assert counts() == before
    taken = take(*rows)
    assert (tried.outcome, tried.refused) == (taken.outcome, taken.refused)
    assert taken.counts == (WINDOW + 21, 0, 1, 1)


CELLS = st.fixed_dictionaries(
    {
        "case_number": st.sampled_from(["26-001", "26-002", ""]),
        "incident_number": st.sampled_from(["", "K-1"]),
        "first_name": st.sampled_from(["Dorian", "Đorian"]),
        "suffix": st.sampled_from(["", "Jr."]),
        "date_of_birth": st.sampled_from(["", "3/14/1979", "3/14/1980", "none"]),
        "ordered_on": st.sampled_from(["", "12/3/2025", "12/4/2025"]),
        "phone": st.sampled_from(["", "206-555-0103", "206-555-0104", "x"]),
        "hearing_at": st.sampled_from(["", "6/10/2026", "6/10/2026 9:00 AM", "6/11/2026"]),
        "attorney": st.sampled_from(["", "N. Voss", "B. Ames"]),
        "aliases": st.sampled_from(["", "Dory"]),
        "charge": st.sampled_from(["", "Count 1", "Count 2"]),
        "referral_kind": st.sampled_from(["diversion", "self", "SOC", ""]),
        "court": st.sampled_from(["", "Renton Municipal Court", "Nowhere"]),
    }
)


@pytest.fixture
def renton() -> Court:
    return CourtFactory(name="Renton Municipal Court")


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(CELLS, min_size=1, max_size=12))
def test_any_mix_of_rows_taken_in_twice_is_taken_in_once(take, renton, rows):
    with transaction.atomic():
        first = take(*rows)
        before = counts(*ALWAYS_ADDED)
        second = take(*rows, now=NOW + WEEK)
        assert (second.outcome.added, second.outcome.changed) == (0, 0)
        assert counts(*ALWAYS_ADDED) == before
        assert second.refused == first.refused
        transaction.set_rollback(True)


# --- what had to be forgotten ---


def test_a_number_that_was_disposed_of_stays_out_and_the_others_come_in(take, court):
    gone = ReferralFactory(court=court, case_number="26-0413 KPD", incident_number="")
    disposed.keep_out(gone, now=NOW)
    Referral.objects.filter(pk=gone.pk).update(case_number="gone", normalized_case_number="gone")

    taken = take({"case_number": "26-0413kpd"}, {"case_number": "26-0414"})

    assert taken.counts == (1, 0, 0, 1)
    assert taken.refused == [(2, disposed.STAYS_OUT)]


def test_another_man_who_was_let_in_comes_in_under_it(take, court):
    disposed.keep_out(ReferralFactory(court=court, case_number="26-0413", incident_number=""), now=NOW)
    Referral.objects.update(case_number="gone", normalized_case_number="gone")
    administrator = UserFactory(roles=[Role.ADMINISTRATOR])
    named: dict[str, Any] = {"number": "26-0413", "first_name": "Marco", "last_name": "Diaz"}
    disposed.let_in(court=court, by=administrator, now=NOW + WEEK, why=disposed.WhyIn.SAME_CASE, **named)
    rows = [{"case_number": "26-0413", "first_name": first, "last_name": "Diaz"} for first in ("MARCO", "Luis")]

    taken = take(*rows)

    assert taken.refused == [(3, disposed.STAYS_OUT)]
    assert Referral.objects.get(case_number="26-0413").participant.first_name == "MARCO"
    # As it comes again: he is known by now.
    assert take(*rows).counts == (0, 1, 0, 1)


def test_another_courts_case_of_the_same_number_comes_in(take, court):
    disposed.keep_out(ReferralFactory(case_number="26-0413", incident_number=""), now=NOW)

    assert take({"case_number": "26-0413"}).counts == (1, 0, 0, 0)


def test_a_batch_that_fails_refuses_no_row_twice(take, court, monkeypatch):
    disposed.keep_out(ReferralFactory(court=court, case_number="26-0413", incident_number=""), now=NOW)
    Referral.objects.update(case_number="gone", normalized_case_number="gone")
    seen: list[int] = []

    def fails_once(made, **said):
        seen.append(len(made))
        if len(seen) == 1:
            raise IntegrityError
        drafts.save_all(made, **said)

    monkeypatch.setattr(imports, "save_all", fails_once)

    assert take({"case_number": "26-0413"}, {"case_number": "26-0414"}).refused == [(2, disposed.STAYS_OUT)]


def test_a_single_one_stays_out_too(court, program):
    disposed.keep_out(ReferralFactory(court=court, case_number="26-0413"), now=NOW)
    Referral.objects.update(
        case_number="gone", normalized_case_number="gone", incident_number="", normalized_incident_number=""
    )

    with pytest.raises(disposed.StaysOut):
        receive(said=said(case_number="26-0413"), court=court, program=program, by=Task("office"), now=NOW)
    assert Referral.objects.count() == 1


# --- one at a time ---


def said(case_number: str = "") -> Joined:
    return Joined(Row(line=0, raw={}, last_name="Halloway", first_name="Dorian", case_number=case_number))


def test_a_referral_that_comes_by_itself_is_received_once(program, court):
    got = receive(said=said(case_number="26-001"), court=court, program=program, by=Task("office"), now=NOW)
    assert (got.court, got.case_number, got.list_import) == (court, "26-001", None)
    with pytest.raises(AlreadyReferred) as refusal:
        receive(said=said(case_number="26 001"), court=court, program=program, by=BY, now=NOW)
    assert refusal.value.referral == got
    assert Referral.objects.count() == 1


def test_a_referral_to_a_court_needs_a_number(program, court):
    with pytest.raises(NotFiled):
        receive(said=said(), court=court, program=program, by=BY, now=NOW)
    assert (Referral.objects.count(), Participant.objects.count(), Charge.objects.count()) == (0, 0, 0)
