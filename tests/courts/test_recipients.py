"""Who gets a report: added, confirmed by calling back, ended; and his own copy."""

from datetime import date, timedelta
from typing import Any

import pytest

from audit.models import Event
from courts.actions import deliveries, life, recipients, reports
from courts.models import Delivery, Recipient
from courts.moves import Closing
from courts.steps import ReportKind, Step
from tests.courts.cases import AFTER, Case, completed, issued, seated
from tests.courts.stations import untouched
from tests.factories.clock import NOW
from tests.factories.courts import RecipientFactory
from tests.factories.participants import ContactPointFactory
from tests.refusals import refuses

pytestmark = pytest.mark.django_db

Channel, Role = Recipient.Channel, Recipient.Role
LATER = AFTER + timedelta(hours=1)


def add(case: Case, **other: Any) -> Recipient:
    said = {"role": Role.DEFENSE, "name": "M. Ostrow", "channel": Channel.EMAIL, "address": "ostrow@law.example"}
    return recipients.add(referral=case.referral, by=case.by, now=NOW, **(said | other))


class TestAdding:
    def test_writes_it_down_unconfirmed(self):
        made = add(seated(), kinds=[ReportKind.COMPLETION], release_on=date(2026, 3, 2))

        assert (made.role, made.name, made.channel, made.address) == (
            "defense", "M. Ostrow", "email", "ostrow@law.example",
        )  # fmt: skip
        assert (made.kinds, made.release_on, made.release_until) == (["completion"], date(2026, 3, 2), None)
        assert (made.confirmed_at, made.confirmed_by) == (None, None)

    def test_lets_no_report_go_before_somebody_has_called_back(self):
        case = completed()
        made = add(case)
        report = case.in_review()

        assert made not in life.recipients_of(report, now=AFTER)
        recipients.confirm(recipient=made, by=case.by, now=LATER)
        assert made in life.recipients_of(report, now=AFTER)
        made.refresh_from_db()
        assert (made.confirmed_at, made.confirmed_by) == (LATER, case.by)

    def test_is_an_event_without_the_address(self):
        case = seated()
        made = add(case)
        (event,) = Event.objects.on(made)
        assert (event.verb, event.facts) == (
            "recipient.added",
            {"referral": case.referral.pk, "role": "defense", "channel": "email"},
        )

    @pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.FAX, Channel.PAPER])
    def test_needs_an_address(self, channel: Recipient.Channel):
        refuses(recipients.AddressMissing, add, case=seated(), channel=channel, address="")

    @pytest.mark.parametrize("channel", [Channel.PORTAL, Channel.EFILING, Channel.BY_HAND])
    def test_needs_none_where_it_goes_to_none(self, channel: Recipient.Channel):
        assert add(seated(), channel=channel, address="").address == ""

    def test_twice_is_refused(self):
        case = seated()
        add(case)
        refuses(recipients.RecipientThere, add, case=case)

    @pytest.mark.parametrize(
        "release",
        [{"release_until": date(2026, 4, 1)}, {"release_on": date(2026, 4, 2), "release_until": date(2026, 4, 1)}],
    )
    def test_with_a_release_that_ends_before_it_begins_is_refused(self, release: dict[str, Any]):
        refuses(recipients.ReleaseOutOfOrder, add, case=seated(), **release)

    def test_of_himself_by_an_address_is_refused(self):
        refuses(recipients.NoSafeAddress, add, case=seated(), role=Role.HIMSELF)


class TestOnceAdded:
    def test_are_confirmed_by_a_person(self):
        case = untouched()
        recipient = RecipientFactory(referral=case.referral, channel=Recipient.Channel.FAX)
        assert list(case.referral.recipients.confirmed()) == []

        recipients.confirm(recipient=recipient, by=case.by, now=NOW)

        assert list(case.referral.recipients.confirmed()) == [recipient]
        assert [e.verb for e in Event.objects.on(recipient)] == ["recipient.confirmed"]

    def test_are_ended_once(self):
        case = untouched()
        recipient = RecipientFactory(referral=case.referral)

        recipients.end(recipient=recipient, by=case.by, now=LATER)

        assert list(case.referral.recipients.in_use()) == []
        assert [(e.verb, e.actor, e.facts) for e in Event.objects.on(recipient)] == [
            ("recipient.ended", f"user:{case.by.pk}", {"referral": case.referral.pk})
        ]
        with pytest.raises(recipients.RecipientEnded, match="ended already"):
            recipients.end(recipient=recipient, by=case.by, now=LATER)

    @pytest.mark.parametrize(
        ("day", "told"),
        [(date(2026, 3, 3), False), (date(2026, 3, 4), True), (date(2026, 3, 8), True), (date(2026, 3, 9), False)],
    )
    def test_are_told_while_their_release_runs(self, day: date, told: bool):
        case = untouched()
        recipient = RecipientFactory(referral=case.referral)

        recipients.record_release(
            recipient=recipient,
            begins_on=date(2026, 3, 4),
            ends_on=date(2026, 3, 8),
            by=case.by,
            now=NOW,
        )

        assert recipient.may_be_told_on(day) is told

    def test_have_no_release_that_ends_before_it_begins(self):
        case = untouched()
        recipient = RecipientFactory(referral=case.referral)

        with pytest.raises(recipients.ReleaseOutOfOrder):
            recipients.record_release(
                recipient=recipient,
                begins_on=date(2026, 3, 4),
                ends_on=date(2026, 3, 3),
                by=case.by,
                now=NOW,
            )


class TestTheAttachment:
    def test_is_noted_with_the_day(self):
        case = seated()
        made = add(case)
        recipients.note_attachment_asked(recipient=made, on=date(2026, 3, 1), by=case.by, now=NOW)
        made.refresh_from_db()
        assert made.attachment_asked_on == date(2026, 3, 1)

    def test_is_none_on_paper(self):
        case = seated()
        made = add(case, channel=Channel.PAPER)
        refuses(
            recipients.NoAttachmentThere,
            recipients.note_attachment_asked,
            recipient=made,
            on=date(2026, 3, 1),
            by=case.by,
            now=NOW,
        )


def copy(case: Case, channel: Recipient.Channel = Channel.BY_HAND) -> Delivery:
    report = case.referral.reports.get()
    return recipients.give_him_a_copy(report=report, channel=channel, by=case.by, now=LATER)


class TestHisOwnCopy:
    def test_is_handed_to_him(self):
        case, document = issued()

        made = copy(case)

        assert (made.document, made.channel, made.state) == (document, "by_hand", "queued")
        himself = made.recipient
        assert (himself.role, himself.address, himself.confirmed_by) == ("himself", "", case.by)

    @pytest.mark.parametrize(("channel", "kind"), [(Channel.EMAIL, "email"), (Channel.PAPER, "postal")])
    def test_goes_only_to_a_safe_contact_point(self, channel: Recipient.Channel, kind: str):
        case, _ = issued()
        at_home = ContactPointFactory.create(participant=case.referral.participant, kind=kind, value="at home")
        refuses(recipients.NoSafeAddress, copy, case=case, channel=channel)

        at_home.safe_at, at_home.safe_by = NOW, case.by
        at_home.save()
        assert copy(case, channel).channel == channel

    def test_goes_once_each_way(self):
        case, _ = issued()
        copy(case)
        refuses(recipients.RecipientThere, copy, case=case)

    @pytest.mark.parametrize("step", [None, Step.WITHDRAWN])
    def test_is_of_a_report_that_stands(self, step: Step | None):
        case = completed()
        report = case.in_review()
        if step:
            case.issue(report)
            reports.withdraw(report=report, why="wrong man", by=case.by, now=AFTER)
        refuses(recipients.NotIssued, copy, case=case)

    def test_keeps_neither_the_court_waiting_nor_the_referral_open(self):
        case, document = issued()
        deliveries.deliver_queued(now=LATER)
        copy(case)

        assert [step.step for step in document.report.steps.order_by("number")][3:] == [Step.DELIVERED]
        case.close(Closing.COMPLETED, now=LATER)

    def test_that_comes_back_leaves_the_courts_date_met(self):
        case, _ = issued()
        deadline = case.referral.deadlines.create(
            kind="proof_due_by", due_on=date(2026, 5, 1), made_at=NOW, next_alert_on=date(2026, 4, 1)
        )
        deliveries.deliver_queued(now=LATER)
        made = copy(case)
        deliveries.deliver(delivery=made, by=case.by, now=LATER)
        deliveries.deliver_failed(
            delivery=made, state=Delivery.State.RETURNED, reason="not there", by=case.by, now=LATER
        )
        deadline.refresh_from_db()
        assert deadline.state == "met"
