from collections.abc import Callable
from datetime import date, timedelta

import pytest

from audit.actions import record
from audit.models import Event
from courts.actions.changes import take_over
from courts.actions.desks import Desk
from courts.actions.states import reopen
from courts.actions.undoing import BuiltOn, StillComingIn, TooLate, UndoneBefore, undo
from courts.models import Deadline, ListImport, ListUpload, Proposal, Referral
from courts.moves import Closing, State
from participants.models import NameToken, OtherName, Participant
from tests.courts.sending import Office, fresh
from tests.courts.workbook_files import HEADER, man, workbook
from tests.factories.clock import NOW
from tests.factories.courts import (
    CourtPaperFactory,
    ProposalFactory,
    RecipientFactory,
)
from tests.factories.lists import ImposedFactory
from tests.factories.messaging import MessageFactory
from tests.factories.participants import (
    AppointmentFactory,
    ConsentFactory,
    ContactAttemptFactory,
    ContactPointFactory,
    NonAssociationFactory,
    NoteFactory,
    RestrictionFactory,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
DATED = (*HEADER, "complete_by", "date_of_birth")


@pytest.fixture
def office(now) -> Office:
    return Office()


def dated(number: int, on: str = "6/1/2026") -> tuple[str, ...]:
    return (*man(number), on, "3/14/1979")


@pytest.fixture
def made(office: Office) -> ListImport:
    return office.take_in(office.send(workbook(dated(1), dated(2), header=DATED)))


def take_back(office: Office, made: ListImport, *, hours: float = 1) -> int:
    return undo(list_import=made, by=office.by, now=NOW + timedelta(hours=hours))


class TestUndo:
    def test_closes_what_the_list_added_as_entered_by_mistake(self, office: Office, made: ListImport):
        assert take_back(office, made) == 2
        one = Referral.objects.order_by("id")[0]
        assert (one.state, one.closing, one.closed_at, one.fingerprint) == (
            State.CLOSED, Closing.BY_MISTAKE, LATER, None,
        )  # fmt: skip
        assert [(move.new, move.by) for move in one.moves.order_by("number")] == [
            ("received", office.by),
            ("closed", office.by),
        ]
        assert set(Deadline.objects.values_list("state", "next_alert_on")) == {("waived", None)}
        made.refresh_from_db()
        assert (made.undone_at, made.undone_by) == (LATER, office.by)

    def test_is_an_event_with_its_counts(self, office: Office, made: ListImport):
        take_back(office, made)
        event = Event.objects.on(made).get(verb="list.undone")
        assert (event.facts, event.actor) == ({"closed": 2, "proposals": 0}, f"user:{office.by.pk}")
        assert Event.objects.filter(verb="referral.closed").count() == 2

    def test_lets_the_corrected_list_bring_them_anew(self, office: Office, made: ListImport):
        take_back(office, made)
        again = office.take_in(office.send(workbook(dated(1, "7/1/2026"), header=DATED)), now=LATER)
        assert (again.added, again.known) == (1, 0)
        one = Referral.objects.get(list_import=again)
        assert (one.complete_by, one.again_after) == (date(2026, 7, 1), None)
        # The man is the same one, not a second of his name.
        assert Participant.objects.count() == 2

    def test_withdraws_what_the_list_proposed(self, office: Office, made: ListImport):
        second = office.take_in(office.send(workbook(dated(1, "7/1/2026"), header=DATED)), now=LATER)
        assert (second.changed, Proposal.objects.open().count()) == (1, 1)
        assert undo(list_import=second, by=office.by, now=LATER) == 0
        assert Proposal.objects.open().count() == 0
        assert Referral.objects.get(case_number="26-0001").state == State.RECEIVED

    def test_lets_an_earlier_proposal_stand_again(self, office: Office, made: ListImport):
        office.take_in(office.send(workbook(dated(1, "7/1/2026"), header=DATED)), now=LATER)
        third_at = LATER + timedelta(hours=1)
        third = office.take_in(office.send(workbook(dated(1, "8/1/2026"), header=DATED)), now=third_at)
        undo(list_import=third, by=office.by, now=third_at)
        assert Proposal.objects.open().get().facts == {"complete_by": ["2026-06-01", "2026-07-01"]}

    def test_nothing_of_it_stands_on_a_clerks_pages(self, office: Office, made: ListImport):
        desk = Desk(court=office.court)
        assert desk.referrals.count() == 2
        take_back(office, made)
        assert desk.referrals.count() == 0

    def test_one_that_is_opened_again_is_there_again(self, office: Office, made: ListImport):
        take_back(office, made)
        reopen(referral=Referral.objects.get(case_number="26-0001"), why="It was right.", by=office.by, now=LATER)
        assert [one.case_number for one in Desk(court=office.court).referrals] == ["26-0001"]

    def test_takes_back_the_other_names_that_it_brought(self, office: Office, made: ListImport):
        """By one of them a man who was here before would be taken for somebody else."""
        named = (*DATED, "aliases")
        dorian = Participant.objects.get(last_name="Halloway1")
        OtherName.objects.create(participant=dorian, kind="former", name="Dorian Vance", folded="dorian vance")
        row = ("27-1", "Halloway1", "Dorian", "diversion", "", "3/14/1979", "Dory Quill; Dorian Vance")
        second = office.take_in(office.send(workbook(row, header=named)), now=LATER)
        assert second.added == 1
        assert set(dorian.other_names.values_list("name", flat=True)) == {"Dorian Vance", "Dory Quill"}

        undo(list_import=second, by=office.by, now=LATER)

        assert set(dorian.other_names.values_list("name", flat=True)) == {"Dorian Vance"}
        assert not NameToken.objects.filter(token="quill").exists()
        assert NameToken.objects.filter(token="vance", participant=dorian).exists()

    def test_is_possible_for_a_day(self, office: Office, made: ListImport):
        with pytest.raises(TooLate):
            take_back(office, made, hours=24)
        assert take_back(office, made, hours=23.9) == 2

    def test_is_done_once(self, office: Office, made: ListImport):
        take_back(office, made)
        with pytest.raises(UndoneBefore):
            take_back(office, made)

    def test_waits_until_all_of_it_is_in(self, office: Office, made: ListImport):
        ListUpload.objects.update(state=ListUpload.State.COMING_IN)
        with pytest.raises(StillComingIn):
            take_back(office, made)


def changed(one: Referral, office: Office) -> None:
    record(by=office.by, now=LATER, verb="referral.changed", on=one)


def appointed(one: Referral, office: Office) -> None:
    record(by=office.by, now=LATER, verb="appointment.planned", on=AppointmentFactory(participant=one.participant))


BUILT: dict[str, tuple[Callable[[Referral, Office], object], str]] = {
    "decided": (lambda one, office: Referral.objects.filter(pk=one.pk).update(state="declined"), "it was decided"),
    "changed": (changed, "it was changed"),
    "a settled flag": (
        lambda one, office: one.flags.create(
            field="x", raw="", reason="y", made_at=NOW, settled_at=LATER, settled_by=office.by
        ),
        "a value was asked for",
    ),
    "a recipient": (
        lambda one, office: RecipientFactory(referral=one, role="defense", confirmed_at=LATER, confirmed_by=office.by),
        "a recipient was confirmed",
    ),
    "a date": (
        lambda one, office: one.deadlines.update(state="met", settled_at=LATER, next_alert_on=None),
        "a date was met, extended or waived",
    ),
    "a paper": (lambda one, office: CourtPaperFactory(referral=one, key=one.key), "a paper came with it"),
    "a memo": (lambda one, office: ImposedFactory(referral=one), "a memo was written"),
    "a proposal": (lambda one, office: ProposalFactory(referral=one, kind="call"), "something is proposed"),
    "a note": (lambda one, office: NoteFactory(participant=one.participant, at=LATER), "a note was written"),
    "an attempt": (
        lambda one, office: ContactAttemptFactory(participant=one.participant, at=LATER),
        "somebody tried to reach him",
    ),
    "a phone": (
        lambda one, office: ContactPointFactory(participant=one.participant, made_at=LATER),
        "a phone or address was added",
    ),
    "consent": (
        lambda one, office: ConsentFactory(
            contact_point=ContactPointFactory(participant=one.participant, made_at=NOW), at=LATER
        ),
        "his consent was recorded",
    ),
    "a restriction": (
        lambda one, office: RestrictionFactory(participant=one.participant, began_at=LATER),
        "his file was restricted",
    ),
    "apart": (lambda one, office: NonAssociationFactory(one=one.participant, made_at=LATER), "he is kept apart"),
    "a message": (
        lambda one, office: MessageFactory(
            participant=one.participant, user=None, state="sent", sent_at=LATER, planned_at=LATER
        ),
        "a message was sent",
    ),
    "an appointment": (appointed, "an appointment was planned"),
}


@pytest.mark.parametrize(("build", "why"), BUILT.values(), ids=BUILT)
def test_what_was_built_on_one_keeps_all_of_it(
    office: Office, made: ListImport, build: Callable[[Referral, Office], object], why: str
):
    one = Referral.objects.select_related("key", "participant").get(case_number="26-0002")
    build(one, office)
    with pytest.raises(BuiltOn) as refused:
        take_back(office, made)
    assert str(refused.value) == (
        f"Nothing was taken back, because somebody has gone on with 1 of them: 26-0002: {why}."
    )
    assert Referral.objects.get(case_number="26-0001").state == State.RECEIVED
    made.refresh_from_db()
    assert made.undone_at is None


def test_a_change_that_was_decided_keeps_all_of_it(office: Office, made: ListImport):
    second = office.take_in(office.send(workbook(dated(1, "7/1/2026"), dated(3), header=DATED)), now=LATER)
    take_over(proposal=Proposal.objects.get(), by=office.by, now=LATER)
    with pytest.raises(BuiltOn, match="26-0001: its changes were decided"):
        undo(list_import=second, by=office.by, now=LATER)


@pytest.mark.parametrize("verb", ["person.looked_at", "referral.looked_at", "line.given"])
def test_a_look_builds_nothing(office: Office, made: ListImport, verb: str):
    one = Referral.objects.get(case_number="26-0002")
    record(by=office.by, now=LATER, verb=verb, on=one)
    record(by=office.by, now=LATER, verb=verb, on=one.participant)
    assert take_back(office, made) == 2


def test_a_man_who_was_here_before_keeps_what_he_had(office: Office, made: ListImport):
    NoteFactory(participant=Participant.objects.order_by("id")[0], at=NOW + timedelta(minutes=30))
    other = office.take_in(
        office.send(workbook(("26-0099", *man(1)[1:], "6/1/2026", "3/14/1979"), header=DATED)), now=LATER
    )
    assert Participant.objects.count() == 2
    assert undo(list_import=other, by=office.by, now=LATER) == 1
    assert fresh(ListUpload.objects.order_by("id")[0]).list_import == made
    assert Referral.objects.get(case_number="26-0001").state == State.RECEIVED
