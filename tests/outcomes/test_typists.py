"""Whoever has a name in a row about him may not type in his sheet; which rows those are is read off the models."""

from collections.abc import Callable

import pytest

from accounts.models import User
from outcomes.actions import answering
from outcomes.actions.tickets import token_of
from outcomes.typists import BELOW, LEFT_OUT, names, ways, works_on_his_case
from participants.models import Participant
from programs.models import Session
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.outcomes import AgreementFactory
from tests.factories.participants import ParticipantFactory
from tests.factories.programs import BookingFactory, EnrollmentFactory, MarkFactory, SessionLeaderFactory
from tests.house import our_models
from tests.outcomes.typists import Named, judged, named, said, sheet_of
from tests.refusals import refuses

pytestmark = pytest.mark.django_db
# Who is named in a row that is about no man: what a program is, who signs in, a whole list, a line of Today.
ABOUT_NOBODY = {
    "accounts.Device.user", "accounts.Invitation.accepted_by", "accounts.Invitation.invited_by",
    "accounts.RoleGrant.user",
    "courts.Clerkship.user", "courts.Closure.made_by", "courts.ListImport.by", "courts.ListImport.undone_by",
    "courts.ListMapping.made_by", "courts.ListUpload.uploaded_by", "courts.Membership.user",
    "messaging.DiscretionException.ended_by", "messaging.DiscretionException.made_by", "messaging.Wording.by",
    "office.Assignment.by", "office.Assignment.to", "office.FunderReport.made_by", "office.FunderReport.published_by",
    "office.FunderReport.taken_off_by", "office.SavedFilter.user", "office.Snooze.by",
    "outcomes.Draft.changed_by", "outcomes.Instrument.used_by",
    "programs.BooksClosing.by", "programs.CalendarFeed.user", "programs.FeeSchedule.made_by", "programs.Signer.user",
    "programs.Visitor.noted_by", "programs.Visitor.taken_back_by",
    "records.RetentionRule.made_by",
}  # fmt: skip
# A session has no man in its row; who was there leads to it.
BY_THE_GROUP = {"programs.Session.closed_by", "programs.SessionLeader.user"}


def test_each_name_in_a_row_counts_or_is_left_out_with_a_reason() -> None:
    every = {
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.concrete_fields
        if field.related_model is User
    }
    counted = {f"{model._meta.label}.{name}" for model in our_models() if ways(model) for name in names(model)}

    assert every - counted == ABOUT_NOBODY | BY_THE_GROUP | LEFT_OUT
    assert {label.split(".")[0] for label in counted} == {*BELOW, "courts", "records"}


def test_sessions_alone_have_people_by_a_table_between() -> None:
    between = [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.many_to_many
        if field.related_model is User
    ]

    assert between == ["programs.Session.leaders"]


@pytest.mark.parametrize("one", named(BELOW), ids=said)
def test_who_is_named_in_a_row_about_him_does_not_type_in_his_sheet(one: Named) -> None:
    assert judged(works_on_his_case, one) == ({True}, False)


def test_the_action_refuses_him_at_both_steps() -> None:
    mark = MarkFactory.create()
    sheet = sheet_of(mark.enrollment.participant)
    refuses(answering.NotYourCase, answering.paper, code=token_of(sheet), by=mark.by, now=NOW)
    typed = {"code": token_of(sheet), "agreement": (False, False), "given": {}}
    refuses(answering.NotYourCase, answering.type_in, ticket=sheet, **typed, by=mark.by, now=NOW)


def led_where_he_came(man: Participant, by: User) -> None:
    mark = MarkFactory.create(enrollment__participant=man)
    SessionLeaderFactory.create(session=mark.session, user=by)


def led_where_he_is_booked(man: Participant, by: User) -> None:
    booking = BookingFactory.create(enrollment__participant=man)
    SessionLeaderFactory.create(session=booking.session, user=by)


def closed_where_he_came(man: Participant, by: User) -> None:
    session = MarkFactory.create(enrollment__participant=man).session
    held = {"state": "held", "taught": session.module, "minutes_held": 120, "closed_at": NOW, "closed_by": by}
    Session.objects.filter(pk=session.pk).update(**held)


@pytest.mark.parametrize("worked", [led_where_he_came, led_where_he_is_booked, closed_where_he_came])
def test_an_evening_in_another_group_counts_as_his_own_does(worked: Callable[[Participant, User], None]) -> None:
    man, other = ParticipantFactory.create_batch(2)
    by, nobody = UserFactory.create_batch(2)
    worked(man, by)
    worked(other, nobody)
    sheet = sheet_of(man)

    assert [works_on_his_case(user, sheet) for user in (by, nobody)] == [True, False]


def test_who_typed_in_his_sheet_before_may_type_in_the_next() -> None:
    enrollment = EnrollmentFactory.create()
    before = AgreementFactory.create(enrollment=enrollment, recorded_by=UserFactory.create())

    assert works_on_his_case(before.recorded_by, sheet_of(enrollment.participant)) is False
