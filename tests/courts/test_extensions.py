from datetime import date
from typing import Any

import pytest

from accounts.actors import Task
from courts.actions import deadlines
from courts.deadlines import DeadlineKind
from courts.models import Deadline, Extension, Referral
from tests.courts.cases import AFTER, Case, rows, seated
from tests.factories.clock import NOW
from tests.factories.courts import DeadlineFactory

pytestmark = pytest.mark.django_db

BY = Task("courts.propose")
OPEN, MET, WAIVED, EXTENDED = "open", "met", "waived", "extended"


def told(referral: Referral) -> list[tuple[str, date, str]]:
    return [(d.kind, d.due_on, d.state) for d in referral.deadlines.order_by("due_on", "id")]


class TestExtending:
    @pytest.fixture
    def case(self) -> Case:
        case = seated(complete_by=date(2026, 7, 1))
        deadlines.lay(case.referral, by=case.by, now=NOW)
        return case

    def extend(self, case: Case, due_on: date = date(2026, 8, 3), **fields: Any) -> Extension:
        usual: dict[str, Any] = {"basis": Extension.Basis.ORDER, "judge": "Hon. J. Whitlatch"}
        deadline = fields.pop("deadline", None) or case.referral.deadlines.open().get()
        return deadlines.extend(deadline=deadline, due_on=due_on, by=case.by, now=NOW, **usual | fields)

    @pytest.mark.parametrize("basis", [Extension.Basis.ORDER, Extension.Basis.MINUTE_ENTRY])
    def test_by_paper_needs_no_confirmation(self, case: Case, basis: Extension.Basis):
        extension = self.extend(case, basis=basis, told_by="nobody", told_on=date(2026, 3, 3))

        assert told(case.referral) == [
            ("complete_by", date(2026, 7, 1), EXTENDED),
            ("complete_by", date(2026, 8, 3), OPEN),
        ]
        assert (extension.new.next_alert_on, extension.judge, extension.told_by) == (
            date(2026, 7, 20),
            "Hon. J. Whitlatch",
            None,
        )
        assert list(Extension.objects.unconfirmed()) == []
        assert case.enrollment.finish_by == date(2026, 8, 3)
        assert case.referral.complete_by == date(2026, 8, 3)

    def test_by_word_of_mouth_stays_open_until_confirmed(self, case: Case):
        told_on = date(2026, 3, 2)
        extension = self.extend(case, basis=Extension.Basis.ORAL, told_by="the clerk, by phone", told_on=told_on)
        assert list(Extension.objects.unconfirmed()) == [extension]

        deadlines.confirm_extension(extension=extension, by=case.by, now=AFTER)

        extension.refresh_from_db()
        assert (extension.told_by, extension.told_on) == ("the clerk, by phone", told_on)
        assert (extension.confirmed_at, extension.confirmed_by) == (AFTER, case.by)
        assert list(Extension.objects.unconfirmed()) == []
        with pytest.raises(deadlines.AlreadyConfirmed):
            deadlines.confirm_extension(extension=extension, by=case.by, now=AFTER)

    def test_on_paper_can_not_be_confirmed(self, case: Case):
        extension = self.extend(case)
        with pytest.raises(deadlines.AlreadyConfirmed):
            deadlines.confirm_extension(extension=extension, by=case.by, now=AFTER)

    def test_never_to_a_day_before_the_order(self, case: Case):
        """A list had the order's day wrong, or the deadline's."""
        type(case.referral).objects.filter(pk=case.referral.pk).update(ordered_on=date(2026, 9, 1))
        before = rows()

        with pytest.raises(deadlines.BeforeTheOrder) as refused:
            self.extend(case)

        assert str(refused.value) == "The court ordered it only on September 1, 2026. Choose a day after the order."
        assert rows() == before

    @pytest.mark.parametrize(
        ("told_on", "error", "sentence"),
        [
            (
                date(2026, 2, 1),
                deadlines.BeforeTheOrder,
                "Nobody can extend an order before it is made, on February 2, 2026. Check the day.",
            ),
            (date(2026, 3, 4), deadlines.NotYetTold, "The day on which you were told is still to come. Check it."),
        ],
    )
    def test_nobody_is_told_before_the_order_or_in_the_future(
        self, case: Case, told_on: date, error: type[Exception], sentence: str
    ):
        type(case.referral).objects.filter(pk=case.referral.pk).update(ordered_on=date(2026, 2, 2))
        before = rows()

        with pytest.raises(error) as refused:
            self.extend(case, basis=Extension.Basis.ORAL, told_by="the clerk", told_on=told_on)

        assert (str(refused.value), rows()) == (sentence, before)

    def test_may_follow_another_one(self, case: Case):
        self.extend(case)
        self.extend(case, due_on=date(2026, 9, 1))

        assert [state for _, _, state in told(case.referral)] == [EXTENDED, EXTENDED, OPEN]
        assert case.enrollment.finish_by == date(2026, 9, 1)

    @pytest.mark.parametrize(
        ("fields", "error", "sentence"),
        [
            (
                {"due_on": date(2026, 7, 1)},
                deadlines.NotLater,
                "An extension ends after July 1, 2026. Choose a later day.",
            ),
            (
                {"basis": Extension.Basis.ORAL, "told_by": "the clerk"},
                deadlines.WhoToldMissing,
                "Say who told you of the extension, and on which day.",
            ),
            (
                {"basis": Extension.Basis.ORAL, "told_on": date(2026, 3, 3)},
                deadlines.WhoToldMissing,
                "Say who told you of the extension, and on which day.",
            ),
        ],
        ids=["not later", "oral, no day", "oral, by nobody"],
    )
    def test_refuses_and_writes_nothing(
        self, case: Case, fields: dict[str, Any], error: type[Exception], sentence: str
    ):
        before = rows()

        with pytest.raises(error) as refusal:
            self.extend(case, **fields)

        assert (str(refusal.value), rows()) == (sentence, before)
        assert told(case.referral) == [("complete_by", date(2026, 7, 1), OPEN)]

    @pytest.mark.parametrize("kind", [DeadlineKind.HEARING, DeadlineKind.NO_SHOW_REPORT])
    def test_moves_only_dates_that_a_court_set_by_order(self, case: Case, kind: DeadlineKind):
        deadline = DeadlineFactory(referral=case.referral, kind=kind, due_on=date(2026, 7, 1))
        with pytest.raises(deadlines.NotExtendable):
            self.extend(case, deadline=deadline)

    @pytest.mark.parametrize("state", [Deadline.State.MET, Deadline.State.WAIVED])
    def test_moves_no_date_that_is_settled(self, case: Case, state: Deadline.State):
        deadline = DeadlineFactory(referral=case.referral, settled=True, state=state)
        with pytest.raises(deadlines.NotOpen):
            self.extend(case, deadline=deadline)

    def test_goes_by_what_stands_in_the_database(self, case: Case):
        stale = case.referral.deadlines.get()
        self.extend(case)
        with pytest.raises(deadlines.NotOpen):
            self.extend(case, deadline=stale, due_on=date(2026, 9, 1))
