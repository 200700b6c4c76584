"""Which pages show what stands and write it anew, and that none of them undoes unseen what somebody else wrote."""

from typing import Any

import pytest
import time_machine
from django.db.models import Model

from accounts.roles import Role
from courts.models import Recipient
from office.deeds import declared
from office.forms.base import Confirm, DeedForm
from programs.models import Policy
from tests.courts.cases import AFTER, accepted, cohort, completed, copy_to, issued, program, seated
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import DeadlineFactory, RecipientFactory, ReportFactory
from tests.factories.participants import RestrictionFactory, RestrictionNameFactory
from tests.factories.programs import SessionLeaderFactory
from tests.office.desk import Desk, text
from tests.office.test_deeds_policies import filled
from tests.programs.scene import Scene, scene
from tests.refusals import nothing_written

pytestmark = pytest.mark.django_db

# A row more each time: two people write two.
ADDS = {
    "agency.invite", "appointment.again", "cohort.makeup", "contactpoint.consent", "court.closure", "court.invite",
    "court.let-in", "enrollment.break", "enrollment.makeup", "enrollment.requirement", "module.makeup",
    "participant.apart",
    "participant.appointment", "participant.contact", "participant.note", "participant.reach",
    "program.agency", "program.closure", "program.allow-phrase", "program.cohort", "program.court", "program.day-off",
    "program.invite", "program.question", "program.signer", "referral.add-recipient", "referral.begin-report",
    "report.own-copy", "session.substitute", "enrollment.more-time", "enrollment.pay", "enrollment.refund",
    "enrollment.new-link", "enrollment.paper", "enrollment.says-no", "enrollment.tablet",
    "referral.impose", "participant.legal-hold", "participant.release", "referral.legal-hold",
}  # fmt: skip
# Done once: its state moves on with it, and whoever comes second is told so, with what was typed.
MOVES_ON = {
    "appointment.move", "appointment.settle", "cohort.merge", "deadline.extend", "delivery.delivered",
    "enrollment.seat", "enrollment.waive", "feeentry.take-back", "flag.settle", "mark.excuse",
    "nonassociation.end", "recipient.attachment", "referral.accept", "referral.close",
    "referral.decline", "referral.hold", "referral.reopen", "report.correct", "report.correction-asked",
    "report.stands", "report.withdraw", "session.cancel", "session.close", "session.double", "user.end",
    "disposal.approve", "disposal.refuse", "enrollment.arrest",
    "ownfile.hand", "ownfile.identify",
    "participant.own-file",
    "referral.court-order", "release.hand", "release.refuse",
}  # fmt: skip
# What one looked at goes with the form by another way: a digest of the facts, or the lines that will come of it.
LOOKED_AT = {
    "enrollment.assess", "enrollment.plan", "program.cancel-day", "program.close-books", "report.issue",
    "report.looked", "session.swap", "program.keep",
}  # fmt: skip


def test_each_page_that_could_undo_something_says_how_it_does_not() -> None:
    told = {
        f"{deed.noun._meta.model_name}.{deed.name}": deed.form
        for deed in declared()
        if not (deed.form is Confirm or deed.form.standing is not DeedForm.standing)
    }
    watched = {name for name, form in told.items() if form.watched is not DeedForm.watched}

    assert watched == {"enrollment.seat", "enrollment.transfer"}
    assert told.keys() - {"enrollment.transfer"} == ADDS | MOVES_ON | LOOKED_AT
    assert set() == ADDS & MOVES_ON | ADDS & LOOKED_AT | MOVES_ON & LOOKED_AT


def both(record: Model, name: str, first: dict[str, Any], second: dict[str, Any], role: Role = Role.COORDINATOR) -> str:
    """Two open the page; one saves, then the other: what that one reads. Nothing of theirs is written."""
    one, other = Desk(role), Desk(role)
    page = one.as_it_was(record, name)
    saved = other.press(record, name, as_it_was=page, **first)
    if saved.status_code == 200 and saved.context.get("seen"):
        saved = other.press(record, name, as_it_was=page, seen=saved.context["seen"], **first)
    assert saved.status_code == 302, text(saved)
    with nothing_written():
        answer = one.press(record, name, as_it_was=page, **second)
    assert answer.status_code == 409, text(answer)
    said = text(answer)
    assert f"Somebody else changed this meanwhile {other.user.name}, " in said
    return said.partition("It says now You typed ")[2].partition(" Not now")[0]


class TestASchedule:
    @pytest.fixture(autouse=True)
    def _clock(self, now: Any) -> None:
        """Before its first evening."""

    @pytest.fixture
    def running(self) -> Scene:
        return scene()

    def test_seats(self, running: Scene):
        said = both(running.cohort, "seats", {"capacity": 10}, {"capacity": 8})
        assert said.startswith("Seats 10 8 ")

    def test_a_session_that_was_moved(self, running: Scene):
        session = running.session(2)
        said = both(session, "move", {"to": "2026-03-18T18:00"}, {"to": "2026-03-19T18:00"})
        assert said.startswith("New day and time Wed, Mar 18, 6:00 pm Thu, Mar 19, 6:00 pm ")
        session.refresh_from_db()
        assert session.on.isoformat() == "2026-03-18"

    def test_where_it_is_held(self, running: Scene):
        stands = {"place": running.session(2).place, "link": running.session(2).link}
        said = both(running.session(2), "place", stands | {"place": "Annex"}, stands | {"place": "Library"})
        assert said.startswith("Where Annex Library ")

    def test_who_leads(self, running: Scene):
        was, one, other = (UserFactory.create(name=name, roles=[Role.FACILITATOR]) for name in ("Was", "Uno", "Dos"))
        session = running.session(2)
        session.led.all().delete()
        SessionLeaderFactory(session=session, user=was)
        said = both(session, "leaders", {"leaders": [was.pk, one.pk]}, {"leaders": [was.pk, other.pk]})
        assert said.startswith(f"Led by {one}, {was} {other}, {was} ")


class TestWhatAProgramGoesBy:
    @pytest.fixture(autouse=True)
    def _clock(self, now: Any) -> None:
        """In March."""

    @pytest.mark.parametrize("whence", ["program", "version"])
    def test_a_policy(self, whence: str):
        of = program()
        record, name = (of, "policy") if whence == "program" else (of.policies.get(), "version")
        stands = filled(Desk(), record, name)
        said = both(record, name, stands | {"late_limit": 7}, stands | {"late_limit": 9})
        assert said.startswith("Minutes late with credit 7 9 ")
        assert Policy.objects.latest("version").late_limit == 7

    def test_a_curriculum_and_also_the_order_of_its_weeks(self):
        of = program()
        stands = filled(Desk(), of, "curriculum")
        one, two, three = stands["themes"].splitlines()
        swapped = {"themes": f"{two}\n{one}\n{three}"}
        said = both(of, "curriculum", stands | swapped, stands | {"themes": f"{one}\n{three}\n{two}"})
        assert said.startswith(f"Weeks {two} {one} {three} {one} {three} {two} ")


def test_a_restricted_file_keeps_whom_the_other_named(now: Any) -> None:
    of = RestrictionFactory.create()
    was, one, other = (UserFactory.create(name=name, roles=[Role.ADMINISTRATOR]) for name in ("Ada", "Bea", "Cleo"))
    first, second = Desk(Role.ADMINISTRATOR), Desk(Role.ADMINISTRATOR)
    for user in (was, first.user, second.user):
        RestrictionNameFactory(restriction=of, user=user)
    page, always = first.as_it_was(of, "names"), [was.pk, first.user.pk, second.user.pk]

    assert second.press(of, "names", as_it_was=page, names=[*always, one.pk]).status_code == 302
    answer = first.press(of, "names", as_it_was=page, names=[*always, other.pk])
    assert answer.status_code == 409
    assert of.names.filter(ended_at=None, user=one).exists()
    assert not of.names.filter(user=other).exists()


def test_a_release(now: Any) -> None:
    recipient = RecipientFactory.create(referral=accepted().referral, role=Recipient.Role.DEFENSE)
    said = both(recipient, "release", {"begins_on": "2026-03-02"}, {"begins_on": "2026-03-03"})
    assert said.startswith("Signed on Mon, Mar 2 Tue, Mar 3 ")


def test_moved_to_another_cohort_from_where_he_no_longer_sits(now: Any) -> None:
    case = seated()
    second, third = (cohort(case.referral.program, name=name) for name in ("Second", "Third"))
    said = both(case.enrollment, "transfer", {"cohort": second.pk}, {"cohort": third.pk})
    assert said.startswith("He sits in Second ")


@pytest.fixture
def later() -> Any:
    with time_machine.travel(AFTER, tick=False):
        yield


@pytest.mark.usefixtures("later")
class TestAReport:
    def test_a_reviewers_free_text(self):
        report = ReportFactory.create(referral=completed().referral, kind="progress", steps=["proposed", "in_review"])
        said = both(report, "words", {"remarks": "Came on time."}, {"remarks": "Came each week."})
        assert said.startswith("Remarks Came on time. Came each week. ")

    def test_its_page_carries_what_stood_there(self):
        report = ReportFactory.create(referral=completed().referral, kind="progress", steps=["proposed", "in_review"])
        one, other = Desk(), Desk()
        shown = one.get(f"/office/courts/report/{report.pk}/")
        page = shown.context["review"].words.as_it_was
        assert 'name="as_it_was"' in shown.content.decode()
        other.press(report, "words", remarks="Came on time.")
        assert one.press(report, "words", as_it_was=page, remarks="Came each week.").status_code == 409

    def test_a_copy_that_came_back(self):
        case, document = issued()
        copy_to(case, Recipient.Role.DEFENSE, Recipient.Channel.PAPER)
        delivery = document.deliveries.get()
        said = both(
            delivery, "failed", {"state": "returned", "reason": "Moved"}, {"state": "failed", "reason": "No stamp"}
        )
        assert said.startswith("What happened It came back It could not be sent Why Moved No stamp ")


def test_what_was_chosen_in_a_form_that_is_over_is_still_there(now: Any) -> None:
    deadline = DeadlineFactory(referral=accepted().referral, kind="complete_by", due_on=NOW.date())
    said = {"due_on": "2026-06-01", "basis": "oral", "told_by": "Clerk Ames", "told_on": "2026-03-02"}
    assert Desk().press(deadline, "extend", **said).status_code == 302
    answer = Desk().press(deadline, "extend", **said | {"due_on": "2026-06-08"})

    assert answer.status_code == 409
    assert "copy what you need. New date 2026-06-08 By Oral Told by Clerk Ames Told on 2026-03-02 Back" in text(answer)
