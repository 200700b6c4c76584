"""What is left of a case, and of a man: a row with a month, and pages that don't find him."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from accounts.roles import Role
from audit.models import Event
from courts.actions import links
from courts.actions.verification import check
from courts.models import Charge, Deadline, Hearing, IssuedDocument, NumberToken, Referral
from courts.moves import Closing
from courts.verifying import Answer
from messaging.models import Message
from participants.models import ContactPoint, NonAssociation, Participant
from records.forgetting import (
    AlreadySent,
    AskedFor,
    HeldBack,
    JustNow,
    NotOver,
    StillKept,
    forget_person,
    forget_referral,
    forget_submission,
)
from records.models import DeadlineRemains, Remains
from tests.access.people import signed_in
from tests.courts.cases import AFTER, delivered
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import (
    ChargeFactory,
    ClerkshipFactory,
    CourtFactory,
    DeadlineFactory,
    HearingFactory,
    NumberTokenFactory,
    ReferralFactory,
    SubmissionFactory,
)
from tests.factories.messaging import MessageFactory
from tests.factories.participants import (
    ContactAttemptFactory,
    ContactPointFactory,
    NonAssociationFactory,
    ParticipantFactory,
)
from tests.factories.records import LegalHoldFactory, OwnFileFactory
from vault.fields import FORGOTTEN
from vault.models import Key

pytestmark = [pytest.mark.django_db, pytest.mark.both_columns]

BY = UserFactory


def closed(**fields: object) -> Referral:
    over = {"state": "closed", "closing": Closing.DISMISSED, "closed_at": NOW}
    made: Referral = ReferralFactory.create(**over | fields)
    return made


def forget(referral: Referral, now: datetime = AFTER) -> None:
    forget_referral(referral, by=BY.create(), now=now)
    referral.refresh_from_db()


def test_a_case_keeps_its_months_and_nothing_that_names_it(now: datetime) -> None:
    referral = closed(ordered_on=date(2026, 2, 17), received_on=date(2026, 2, 20), judge="Hon. Ruth Sandoval")
    ChargeFactory(referral=referral)
    NumberTokenFactory(referral=referral)

    forget(referral)

    assert (referral.case_number, referral.normalized_case_number, referral.judge) == ("forgotten", "", "")
    assert (referral.ordered_on, referral.received_on) == (date(2026, 2, 1), date(2026, 2, 1))
    assert (Charge.objects.count(), NumberToken.objects.count()) == (0, 0)
    assert referral.participant.legal_name == "Forgotten Person"


def test_a_case_with_the_number_of_the_police_alone(now: datetime) -> None:
    """Filed, it must have one of the two."""
    referral = closed(case_number="", normalized_case_number="", incident_number="K26-118")
    forget(referral)
    assert referral.numbers == ("", "forgotten")


def test_hearings_of_one_month_stand_beside_each_other(now: datetime) -> None:
    referral = closed(court=CourtFactory(time_zone="America/Los_Angeles"))
    for day in (5, 19):
        HearingFactory(referral=referral, at=datetime(2026, 3, day, 17, tzinfo=UTC))
    forget(referral)
    first = datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert list(Hearing.objects.order_by("at").values_list("at", "time_known")) == [
        (first, False),
        (first.replace(second=1), False),
    ]


def test_the_last_case_takes_his_own_key_along(now: datetime) -> None:
    one = closed()
    other = closed(participant=one.participant, court=CourtFactory())
    forget(one)
    assert one.participant.first_name != "Forgotten"
    assert not one.participant.key.destroyed_at
    forget(other)
    man = Participant.objects.get(pk=one.participant_id)
    assert (man.first_name, man.last_name, man.folded_name, man.date_of_birth) == ("Forgotten", "Person", "", None)
    assert Key.objects.living().filter(pk__in=[one.key_id, other.key_id, man.key_id]).count() == 0


def test_his_other_file_goes_too(now: datetime) -> None:
    referral = closed()
    aside = closed(participant__merged_into=referral.participant).participant
    Referral.objects.filter(participant=aside).update(participant=referral.participant)
    for one in referral.participant.referrals.all():
        forget(one)
    aside.refresh_from_db()
    assert (aside.first_name, aside.key.destroyed_at) == ("Forgotten", AFTER)


def test_points_of_one_kind_are_freed(now: datetime) -> None:
    referral = closed()
    for value in ("+12065550163", "+12065550164"):
        ContactPointFactory(participant=referral.participant, kind="phone", value=value)
    forget(referral)
    assert set(ContactPoint.objects.values_list("value", "ended_at")) == {("", AFTER)}


def test_what_was_said_of_two_goes_with_either(now: datetime) -> None:
    """It is written under the key of the one who stays."""
    other, referral = closed().participant, closed()
    NonAssociationFactory(one=other, other=referral.participant, reason="Co-defendant of Halloway")
    forget(referral)
    assert NonAssociation.objects.get().reason == "forgotten"


def test_days_are_kept_once_and_for_all(now: datetime) -> None:
    referral = closed(received_on=date(2026, 3, 10))
    ContactAttemptFactory(participant=referral.participant, at=datetime(2026, 3, 14, 20, tzinfo=UTC), result="reached")
    due = {"referral": referral, "state": Deadline.State.MET, "next_alert_on": None}
    due["settled_at"] = datetime(2026, 3, 12, 20, tzinfo=UTC)
    DeadlineFactory(kind="progress_report", due_on=date(2026, 3, 12), **due)
    DeadlineFactory(kind="proof_due_by", due_on=date(2026, 3, 11), **due)
    forget(referral)
    forget(referral)
    kept = Remains.objects.get()
    assert (kept.tried_days, kept.reached_days, kept.intake_days, kept.seat_days) == (4, 4, None, None)
    assert list(DeadlineRemains.objects.order_by("deadline_id").values_list("in_time", flat=True)) == [True, False]
    assert set(Deadline.objects.values_list("due_on", flat=True)) == {date(2026, 3, 1)}


def test_what_was_still_to_come_is_not_late_from_its_months_first_day(now: datetime) -> None:
    """As of a case that was declined: its report is owed until it is delivered."""
    referral = closed()
    for day in (19, 21):
        DeadlineFactory(referral=referral, kind="progress_report", due_on=date(2026, 3, day))
    forget(referral, datetime(2026, 3, 20, 20, tzinfo=UTC))
    left = Deadline.objects.order_by("pk").values_list("state", "due_on", "next_alert_on")
    assert list(left) == [("open", date(2026, 3, 1), None), ("waived", date(2026, 3, 2), None)]


def test_a_case_that_came_over_keeps_its_first_day(now: datetime) -> None:
    here = closed(received_on=date(2026, 3, 20))
    there = closed(participant=here.participant, received_on=date(2026, 3, 5), moved_to=here, closing=Closing.MOVED)
    forget(there)
    kept = Remains.objects.get(referral=here)
    assert (kept.came_on, kept.shrunk) == (date(2026, 3, 5), False)


def test_it_is_audited_once_by_ids(now: datetime) -> None:
    referral = closed()
    forget(referral)
    forget(referral)
    verbs = ["referral.forgotten", "participant.forgotten"]
    said = Event.objects.filter(verb__in=verbs).order_by("pk").values_list("verb", "record", "personal")
    assert list(said) == [
        ("referral.forgotten", f"courts.Referral:{referral.pk}", None),
        ("participant.forgotten", f"participants.Participant:{referral.participant_id}", None),
    ]


def test_nothing_more_is_sent(now: datetime) -> None:
    referral = closed()
    MessageFactory(user=None, about=f"courts.Referral:{referral.pk}", state="queued")
    forget(referral)
    assert Message.objects.values_list("state", "reason").get() == ("skipped", "forgotten")


# --- What is refused


def test_an_open_case_stays(now: datetime) -> None:
    referral = ReferralFactory.create()
    with pytest.raises(NotOver):
        forget(referral)
    assert Key.objects.living().filter(pk=referral.key_id).exists()


def test_what_is_held_stays(now: datetime) -> None:
    referral = closed()
    LegalHoldFactory(participant=referral.participant)
    with pytest.raises(HeldBack):
        forget(referral)
    assert Key.objects.living().filter(pk=referral.key_id).exists()


@pytest.mark.parametrize("whose", ["his", "of a file put together with his"])
def test_while_he_waits_for_his_own_file_it_stays(now: datetime, whose: str) -> None:
    referral = closed()
    man = referral.participant
    asked = man if whose == "his" else ParticipantFactory(merged_into=man)
    OwnFileFactory(participant=asked)
    with pytest.raises(AskedFor) as refused:
        forget(referral)
    assert str(refused.value) == (
        "He asked for what is kept about him, and it isn’t handed over yet. Hand it over first, or note that he no "
        "longer asks. Nothing was destroyed."
    )
    assert Key.objects.living().filter(pk__in=[referral.key_id, man.key_id]).count() == 2
    Referral.objects.filter(pk=referral.pk).delete()
    with pytest.raises(AskedFor):
        forget_person(man, by=BY.create(), now=AFTER)


def test_what_he_asked_for_and_got_or_gave_up_keeps_nothing(now: datetime) -> None:
    referral = closed()
    by = UserFactory()
    OwnFileFactory(participant=referral.participant, withdrawn_at=NOW, withdrawn_by=by)
    OwnFileFactory()  # another man's
    forget(referral)
    assert referral.key.destroyed_at == AFTER


def test_while_a_message_goes_out_it_waits(now: datetime) -> None:
    referral = closed()
    sending = {"state": "sending", "claim": "6f2e8a7e-7d3c-4f57-9d0e-2f5f6f0a1b11", "lease_until": AFTER}
    MessageFactory(user=None, about=f"courts.Referral:{referral.pk}", **sending)
    with pytest.raises(JustNow):
        forget(referral)
    assert Key.objects.living().filter(pk=referral.key_id).exists()


def test_a_man_with_a_case_stays(now: datetime) -> None:
    with pytest.raises(StillKept):
        forget_person(closed().participant, by=BY.create(), now=AFTER)


def test_a_draft_that_was_sent_is_a_case(now: datetime) -> None:
    referral = closed()
    sent = SubmissionFactory(key=referral.key, referral=referral, sent_at=NOW)
    with pytest.raises(AlreadySent):
        forget_submission(sent, by=BY.create(), now=AFTER)


def test_a_draft_goes(now: datetime) -> None:
    draft = SubmissionFactory(answers={"name": "Halloway"})
    forget_submission(draft, by=BY.create(), now=AFTER)
    draft = type(draft).objects.get(pk=draft.pk)
    assert (draft.answers, draft.discarded_at) == (FORGOTTEN, AFTER)


# --- Who still sees what


def test_an_administrator_alone_sees_that_he_was_here(now: datetime) -> None:
    referral = closed()
    forget(referral)
    pages = [
        reverse("office:person", args=[referral.participant_id]),
        reverse("office:courts_referral_change", args=[referral.pk]),
    ]
    seen = {
        role: [signed_in(UserFactory.create(roles=[role])).get(page).status_code for page in pages]
        for role in (Role.ADMINISTRATOR, Role.COORDINATOR)
    }
    assert seen == {Role.ADMINISTRATOR: [200, 200], Role.COORDINATOR: [404, 404]}


def test_a_coordinator_sees_the_man_without_the_case_that_went(now: datetime) -> None:
    gone = closed()
    stays = closed(participant=gone.participant, court=CourtFactory())
    forget(gone)
    client = signed_in(UserFactory.create(roles=[Role.COORDINATOR]))
    pages = [
        reverse("office:courts_referral_change", args=[stays.pk]),
        reverse("office:courts_referral_change", args=[gone.pk]),
        reverse("office:person", args=[gone.participant_id]),
    ]
    assert [client.get(page).status_code for page in pages] == [200, 404, 200]


def test_a_letter_and_its_number_are_unknown(now: datetime) -> None:
    case = delivered()
    document = IssuedDocument.objects.get()
    code = document.snapshot["verify"]["code"]
    delivery = document.deliveries.get()
    token = links.token_of(links.make(delivery, now=AFTER))
    clerk = UserFactory.create(roles=[Role.CLERK])
    ClerkshipFactory(court=case.referral.court, user=clerk)
    page = reverse("court:report", args=[document.report_id])
    assert check(number=document.number.text, code=code, now=AFTER).answer is Answer.GENUINE
    assert signed_in(clerk).get(page).status_code == 200
    Referral.objects.filter(pk=case.referral.pk).update(state="closed", closing=Closing.DISMISSED, closed_at=AFTER)

    forget(case.referral)

    assert check(number=document.number.text, code=code, now=AFTER).answer is Answer.UNKNOWN
    assert signed_in(clerk).get(page).status_code == 404
    with pytest.raises(links.UnknownLink):
        links.find(token=token, now=AFTER)
