"""Two files that are one man's: put together, and taken apart again."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model

from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from core.refusal import Refusal
from courts.actions.twice import (
    BornOtherwise,
    BothInOneProgram,
    CannotUndo,
    KeptApart,
    MergedBefore,
    NobodyOpensBoth,
    SameCaseTwice,
    put_together,
    take_apart,
    what_moves,
)
from courts.actions.twice.moving import MOVED, STAYS
from courts.models import Referral
from courts.moves import State
from messaging.addresses import agreed_to_texts, reachable_by
from messaging.models import Channel, Message
from participants.actions import add_participant, keep_apart
from participants.models import Likeness, Merge, NonAssociation, Note, Participant, Restriction
from participants.twice import compare_newcomers, keys_of
from programs.models import Enrollment, Mark
from tests.courts.cases import Case, program, received
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory, IssuedDocumentFactory, ReferralFactory, ReportFactory
from tests.factories.messaging import MessageFactory
from tests.factories.participants import (
    AppointmentFactory,
    ConsentFactory,
    ContactAttemptFactory,
    ContactPointFactory,
    IntakeSheetFactory,
    NonAssociationFactory,
    NoteFactory,
    ParticipantFactory,
    RestrictionFactory,
    RestrictionNameFactory,
)
from tests.factories.programs import EnrollmentFactory, MarkFactory, SeatFactory
from tests.house import our_models
from vault.models import Bond, Key

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
LATER = NOW + timedelta(hours=1)
PARTICIPANT = Participant
# Their own numbers say nothing, and what is told of both files is written anew.
NOT_COMPARED = {"participants.Merge", "participants.Likeness", "audit.Event", "vault.Bond"}
LAID_ANEW = {"participants.NameToken", "participants.Sound"}


@pytest.fixture
def by() -> User:
    return UserFactory.create(roles=[Role.ADMINISTRATOR])


def two(**others: Any) -> tuple[Participant, Participant]:
    """Of one birth date, the second spelled otherwise."""
    by = UserFactory.create()
    born = {"date_of_birth": date(1980, 2, 7)}
    kept = add_participant(first_name="José", last_name="García", time_zone="UTC", by=by, now=NOW, **born)
    left = add_participant(first_name="Jose", last_name="Garzia", time_zone="UTC", by=by, now=NOW, **born | others)
    return kept, left


def dump() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table as it reads; the encrypted as it is revealed."""
    return {
        model._meta.label: sorted(map(_said, model._default_manager.all()), key=str)
        for model in our_models()
        if model._meta.label not in NOT_COMPARED
    }


def _said(row: Model) -> dict[str, Any]:
    """Without `to_compare`, which only asks for another look, and without numbers of what is laid anew."""
    out = {"id"} if row._meta.label in LAID_ANEW else set()
    fields = [field.attname for field in row._meta.concrete_fields if field.attname not in out | {"to_compare"}]
    return {name: _plain(getattr(row, name)) for name in fields}


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def full(man: Participant, **others: Any) -> Enrollment:
    """A man with something of everything."""
    enrollment: Enrollment = EnrollmentFactory(participant=man, state="seated", **others)
    SeatFactory(enrollment=enrollment)
    MarkFactory(enrollment=enrollment, comment="Spoke up.")
    ReferralFactory(participant=man, enrollment=enrollment, program=enrollment.program, state=State.ENROLLED)
    point = ContactPointFactory(participant=man, safe=True)
    ConsentFactory(contact_point=point)
    MessageFactory(user=None, participant=man, state="sent", sent_at=NOW, contact_point=point)
    IntakeSheetFactory(appointment=AppointmentFactory(participant=man), answers={"note": "Tuesdays"})
    NonAssociationFactory(one=man, other=ParticipantFactory(), reason="a no-contact order")
    ContactAttemptFactory(participant=man, note="Left word.")
    NoteFactory(participant=man, text="Asks for Tuesdays.")
    return enrollment


# --- What goes over


def test_every_way_to_a_man_is_moved_or_named_as_staying() -> None:
    ways = {
        (model._meta.label, field.name)
        for model in our_models()
        for field in model._meta.concrete_fields
        if field.related_model is PARTICIPANT
    }
    assert ways == MOVED | set(STAYS)


def test_all_goes_over_and_reads_as_before(by: User) -> None:
    kept, left = two()
    enrollment = full(left)
    counts = what_moves(left)
    assert counts == {"referral": 1, "enrollment": 1, "phone number": 1, "appointment": 1, "message": 1}

    merge = put_together(kept=kept, left=left, by=by, now=LATER)

    for model, field in sorted(MOVED - {("participants.NonAssociation", "other")}):
        assert not apps.get_model(model)._default_manager.filter(**{field: left}).exists(), model
    assert what_moves(kept) == counts
    assert Mark.objects.get(enrollment=enrollment).comment == "Spoke up."
    assert kept.appointments.get().sheet.answers == {"note": "Tuesdays"}
    (apart,) = NonAssociation.objects.of(kept)
    assert apart.reason == "a no-contact order"
    assert Note.objects.get(participant=left).text == "Asks for Tuesdays."
    left.refresh_from_db()
    assert (left.merged_into, merge.left, merge.by) == (kept, left, by)
    assert set(kept.other_names.values_list("name", flat=True)) == {"Jose Garzia"}
    assert set(kept.name_tokens.values_list("token", flat=True)) >= {"garcia", "garzia"}
    assert not left.name_tokens.exists()
    assert not left.sounds.exists()
    event = Event.objects.get(verb="participant.put_together")
    assert event.facts == {"merge": merge.pk, "left": left.pk, "moved": counts, "changed": {}}


def test_taken_apart_every_row_is_as_it_was(by: User) -> None:
    kept, left = two()
    full(kept)
    full(left)
    RestrictionNameFactory(restriction=RestrictionFactory(participant=left), user=by)
    ContactPointFactory(participant=kept, value="+13605550199")
    ContactPointFactory(participant=left, value="+13605550199", safe=True)
    before = dump()

    merge = put_together(kept=kept, left=left, chosen={"last_name": "Garzia"}, by=by, now=LATER)
    assert dump() != before
    take_apart(merge=merge, by=by, now=LATER + timedelta(days=1))

    assert dump() == before
    assert (merge.left, Merge.objects.standing().count()) == (left, 0)


def test_what_somebody_wrote_since_stays_where_it_is(by: User) -> None:
    kept, left = two(language="es")
    full(left)
    merge = put_together(kept=kept, left=left, chosen={"language": "es"}, by=by, now=LATER)
    point = kept.contact_points.get()
    point.ended_at = LATER
    point.save()
    Participant.objects.filter(pk=kept.pk).update(language="vi")
    note = NoteFactory(participant=kept, text="Since.")

    take_apart(merge=merge, by=by, now=LATER)

    assert left.contact_points.get().ended_at == LATER
    assert Participant.objects.get(pk=kept.pk).language == "vi"
    assert Note.objects.get(participant=kept) == note
    with pytest.raises(CannotUndo, match="undone already"):
        take_apart(merge=merge, by=by, now=LATER)


def test_chosen_values_and_their_way_back(by: User) -> None:
    kept, left = two(date_of_birth=date(1980, 7, 2))
    chosen = {"last_name": "Garzia", "date_of_birth": date(1980, 7, 2)}
    with pytest.raises(BornOtherwise):
        put_together(kept=kept, left=left, chosen=chosen, by=by, now=LATER)
    merge = put_together(kept=kept, left=left, chosen=chosen, born_looked_at=True, by=by, now=LATER)
    kept.refresh_from_db()
    assert (kept.last_name, kept.date_of_birth, kept.folded_name) == ("Garzia", date(1980, 7, 2), "josegarzia")
    # No value of his stands in clear text, and what was chosen goes back.
    assert "Garzia" not in str(merge.moved)
    assert "Garzia" not in str(Event.objects.get(verb="participant.put_together").facts)
    take_apart(merge=merge, by=by, now=LATER)
    kept.refresh_from_db()
    assert (kept.last_name, kept.date_of_birth, kept.folded_name) == ("García", date(1980, 2, 7), "josegarcia")


# --- One number in both files


def test_a_number_in_both_files_is_his_once_as_he_spoke_of_it_last(by: User) -> None:
    kept, left = two()
    number = "+12065550101"
    mine = ContactPointFactory(participant=kept, value=number, safe=True)
    his = ContactPointFactory(participant=left, value=number, safe=True)
    ConsentFactory(contact_point=mine, given=True, at=NOW)
    ConsentFactory(contact_point=his, given=False, at=LATER)

    merge = put_together(kept=kept, left=left, by=by, now=LATER)

    assert list(kept.contact_points.in_use()) == [his]
    assert reachable_by([kept.pk, left.pk]) == {}
    assert not agreed_to_texts(kept.pk, number)
    take_apart(merge=merge, by=by, now=LATER)
    assert (list(kept.contact_points.in_use()), list(left.contact_points.in_use())) == ([mine], [his])
    assert reachable_by([kept.pk, left.pk]) == {kept.pk: Channel.TEXT}


def test_nothing_that_was_not_marked_safe_becomes_so(by: User) -> None:
    kept, left = two()
    point = ContactPointFactory(participant=left, value="+12065550101")
    ConsentFactory(contact_point=point)
    put_together(kept=kept, left=left, by=by, now=LATER)
    assert reachable_by([kept.pk]) == {}


# --- One program in both files


def test_the_empty_enrollment_ends_and_its_referral_goes_on_in_the_other(by: User) -> None:
    kept, left = two()
    case = Case.of(received(participant=left, program=program()))
    waiting = case.accept()
    sits = EnrollmentFactory(participant=kept, program=case.referral.program, state="seated")
    SeatFactory(enrollment=sits)
    before = dump()

    merge = put_together(kept=kept, left=left, by=by, now=LATER)
    referral = Referral.objects.get(pk=case.referral.pk)
    waiting.refresh_from_db()
    assert (referral.enrollment, referral.state) == (sits, State.ENROLLED)
    assert (waiting.state, waiting.ended_why, waiting.participant) == ("ended", "no_referral_left", kept)

    take_apart(merge=merge, by=by, now=LATER)
    after = dump()
    # How it came to be so stays told.
    moves = [(one["old"], one["new"]) for one in after.pop("courts.ReferralMove")]
    assert sorted(moves) == [
        ("", "received"),
        ("accepted", "enrolled"),
        ("enrolled", "accepted"),
        ("received", "accepted"),
    ]
    before.pop("courts.ReferralMove")
    changes = {"programs.StandingChange"}
    assert {label: rows for label, rows in after.items() if label not in changes} == {
        label: rows for label, rows in before.items() if label not in changes
    }


def test_two_that_have_both_begun_are_not_joined(by: User) -> None:
    kept, left = two()
    one = full(kept)
    full(left, program=one.program)
    refused(kept, left, BothInOneProgram, by)


def refused(kept: Participant, left: Participant, how: type[Refusal], by: User) -> None:
    before = dump()
    with pytest.raises(how):
        put_together(kept=kept, left=left, by=by, now=LATER)
    assert dump() == before


# --- What is refused


def test_one_case_open_in_both(by: User) -> None:
    kept, left = two()
    mine = ReferralFactory(participant=kept)
    ReferralFactory(participant=left, court=mine.court, case_number=mine.case_number)
    refused(kept, left, SameCaseTwice, by)
    Referral.objects.filter(pk=mine.pk).update(state=State.CLOSED, closing="by_mistake", closed_at=NOW)
    put_together(kept=kept, left=left, by=by, now=LATER)


def test_the_same_number_at_two_courts_is_two_cases(by: User) -> None:
    kept, left = two()
    mine = ReferralFactory(participant=kept)
    ReferralFactory(participant=left, court=CourtFactory(), case_number=mine.case_number)
    put_together(kept=kept, left=left, by=by, now=LATER)


def test_who_are_kept_apart(by: User) -> None:
    kept, left = two()
    keep_apart(one=kept, other=left, reason="brothers", by=by, now=NOW)
    refused(kept, left, KeptApart, by)


def test_one_file_is_no_two(by: User) -> None:
    kept, left = two()
    refused(kept, kept, MergedBefore, by)
    put_together(kept=kept, left=left, by=by, now=LATER)
    refused(kept, left, MergedBefore, by)
    refused(left, ParticipantFactory(), MergedBefore, by)


# --- Restricted files: nobody comes to anything new


def shut(man: Participant, *users: User) -> Restriction:
    made: Restriction = RestrictionFactory(participant=man)
    for user in users:
        RestrictionNameFactory(restriction=made, user=user)
    return made


def opens(man: Participant, user: User) -> bool:
    return not Restriction.objects.shut_to(user).filter(participant=man).exists()


def test_a_restriction_goes_over(by: User) -> None:
    kept, left = two()
    shut(left, by)
    other = UserFactory.create(roles=[Role.COORDINATOR])
    merge = put_together(kept=kept, left=left, by=by, now=LATER)
    assert (opens(kept, by), opens(kept, other)) == (True, False)
    take_apart(merge=merge, by=by, now=LATER)
    assert (opens(kept, other), opens(left, other)) == (True, False)


def test_of_two_restricted_files_who_may_open_both(by: User) -> None:
    kept, left = two()
    one, other = (UserFactory.create(roles=[Role.ADMINISTRATOR]) for _ in range(2))
    shut(kept, by, one)
    shut(left, by, other)
    merge = put_together(kept=kept, left=left, by=by, now=LATER)
    assert [opens(kept, user) for user in (by, one, other)] == [True, False, False]
    take_apart(merge=merge, by=by, now=LATER)
    assert [opens(kept, user) for user in (by, one, other)] == [True, True, False]
    assert [opens(left, user) for user in (by, one, other)] == [True, False, True]


def test_with_nobody_who_may_open_both_nothing_is_done(by: User) -> None:
    kept, left = two()
    shut(kept, by)
    shut(left, UserFactory.create(roles=[Role.ADMINISTRATOR]))
    refused(kept, left, NobodyOpensBoth, by)


def test_restricted_meanwhile_both_stay_shut(by: User) -> None:
    kept, left = two()
    other = UserFactory.create(roles=[Role.COORDINATOR])
    merge = put_together(kept=kept, left=left, by=by, now=NOW)
    made = shut(kept, by)
    Restriction.objects.filter(pk=made.pk).update(began_at=LATER)
    take_apart(merge=merge, by=by, now=LATER)
    assert (opens(kept, other), opens(left, other), opens(left, by)) == (False, False, True)


# --- Again and again


def test_three_files_of_one_man(by: User) -> None:
    first, second = two()
    third = ParticipantFactory(first_name="Pepe", last_name="Garcia", date_of_birth=first.date_of_birth)
    mark = MarkFactory(enrollment=full(first), comment="First.")
    one = put_together(kept=second, left=first, by=by, now=LATER)
    put_together(kept=third, left=second, by=by, now=LATER)
    assert Mark.objects.get(pk=mark.pk).comment == "First."
    assert set(Participant.objects.filter(merged_into=third)) == {first, second}
    with pytest.raises(CannotUndo, match="Undo that first"):
        take_apart(merge=one, by=by, now=LATER)
    take_apart(merge=Merge.objects.get(kept=third), by=by, now=LATER)
    assert Participant.objects.get(pk=first.pk).merged_into == second
    take_apart(merge=one, by=by, now=LATER)
    assert Mark.objects.get(pk=mark.pk).enrollment.participant == first


def test_who_was_told_apart_from_him_is_not_asked_about_again(by: User) -> None:
    kept, left = two()
    other: Participant = ParticipantFactory()
    one, second = sorted((left, other), key=lambda man: man.pk)
    Likeness.objects.create(one=one, other=second, score=70, found_at=NOW, settled_at=NOW, settled_by=by)
    merge = put_together(kept=kept, left=left, by=by, now=LATER)
    assert Likeness.objects.of(kept.pk, [other.pk]).open().count() == 0
    assert Likeness.objects.of(kept.pk, [other.pk]).count() == 1
    take_apart(merge=merge, by=by, now=LATER)
    assert Likeness.objects.of(kept.pk, [other.pk]).count() == 0
    compare_newcomers(now=LATER)
    assert Likeness.objects.of(kept.pk, [left.pk]).open().count() == 0


def test_a_report_issued_since_on_both_files_binds(by: User) -> None:
    kept, left = two()
    case = Case.of(received(participant=left, program=program()))
    case.accept()
    SeatFactory(enrollment=EnrollmentFactory(participant=kept, program=case.referral.program, state="seated"))
    merge = put_together(kept=kept, left=left, by=by, now=NOW)
    IssuedDocumentFactory(report=ReportFactory(referral=case.referral), issued_at=LATER)
    with pytest.raises(CannotUndo, match="A report was issued since"):
        take_apart(merge=merge, by=by, now=LATER)


# --- Keys


@pytest.mark.parametrize("first", ["kept", "left"])
def test_forgetting_while_the_merge_stands_leaves_nothing_readable(first: str, by: User) -> None:
    kept, left = two()
    mark = MarkFactory(enrollment=full(left), comment="Spoke up.")
    put_together(kept=kept, left=left, by=by, now=LATER)
    both = {"kept": kept.key_id, "left": left.key_id}
    assert set(keys_of(kept).values_list("pk", flat=True)) == set(both.values())
    # One after the other, in either order: with one of the two gone it is never an error.
    Key.objects.filter(pk=both.pop(first)).destroy(now=LATER)
    assert str(Mark.objects.get(pk=mark.pk).comment) == "forgotten"
    keys_of(kept).destroy(now=LATER)
    assert str(Mark.objects.get(pk=mark.pk).comment) == "forgotten"
    assert str(Note.objects.get(participant=left).text) == "forgotten"


def test_keys_are_bonded_and_stay_so(by: User) -> None:
    kept, left = two()
    enrollment = full(left)
    merge = put_together(kept=kept, left=left, by=by, now=LATER)
    meanwhile = MarkFactory(enrollment=Enrollment.objects.get(pk=enrollment.pk), comment="Meanwhile.")
    take_apart(merge=merge, by=by, now=LATER)
    assert Mark.objects.get(pk=meanwhile.pk).enrollment.participant == left
    assert Mark.objects.get(pk=meanwhile.pk).comment == "Meanwhile."
    assert Bond.objects.count() == 1


# --- Messages


def test_what_was_sent_meanwhile_to_his_number_is_his(by: User) -> None:
    kept, left = two()
    point = ContactPointFactory(participant=left, safe=True)
    merge = put_together(kept=kept, left=left, by=by, now=NOW)
    sent = MessageFactory(
        user=None, participant=kept, state="sent", sent_at=LATER, planned_at=LATER, contact_point=point
    )
    other = MessageFactory(user=None, participant=kept, state="sent", sent_at=LATER, planned_at=LATER)
    take_apart(merge=merge, by=by, now=LATER)
    owners = dict(Message.objects.filter(pk__in=[sent.pk, other.pk]).values_list("pk", "participant"))
    assert owners == {sent.pk: left.pk, other.pk: kept.pk}
