"""The pages about keeping: administrators hold, note orders and approve; nobody else finds any of it."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.roles import Role
from core import clock
from courts.models import Referral
from office.today import Line
from office.waiting import lines
from records import forgetting
from records.kinds import Basis
from records.models import Disposal, LegalHold, RetentionRule
from tests.access.people import signed_in
from tests.courts.cases import delivered, program
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory, ReferralFactory, SubmissionFactory
from tests.factories.participants import ParticipantFactory, RestrictionNameFactory
from tests.factories.records import DisposalFactory, LegalHoldFactory, RetentionRuleFactory
from tests.office.desk import Desk, buttons, refusals, text
from tests.refusals import nothing_written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
TODAY = date(2026, 3, 3)
LONG_AGO = NOW - timedelta(days=8 * 366)
OURS = ("legal-hold", "court-order", "lift", "approve", "refuse", "keep")


class Admin(Desk):
    """Whose second factor was asked for just now."""

    def __init__(self) -> None:
        super().__init__(Role.ADMINISTRATOR)
        self.client = signed_in(self.user, again=True)

    def confirms(self, one: Disposal) -> Any:
        """Reads what comes of it, and presses again."""
        first = self.press(one, "approve")
        assert first.status_code == 200
        return self.press(one, "approve", seen=first.context["seen"])


@pytest.fixture
def admin() -> Admin:
    return Admin()


def old_case(**fields: Any) -> Any:
    return DisposalFactory.create(referral=ReferralFactory(closed=True, closed_at=LONG_AGO, **fields))


def an_order(**fields: Any) -> Any:
    case = ReferralFactory(closed=True, **fields)
    return DisposalFactory.create(referral=case, by_order=True, court=case.court)


def case_of(record: Referral) -> str:
    return f"/office/courts/referral/{record.pk}/"


def page_of(one: Disposal) -> str:
    return f"/office/records/disposal/{one.pk}/"


# --- Holds


def test_a_hold_stands_above_the_case_and_the_file_and_in_the_list(admin: Admin) -> None:
    one = old_case()
    man, case = one.referral.participant, one.referral
    admin.press(case, "legal-hold", why="The Smith suit")
    hold = LegalHold.objects.get()

    said = "since Tue, Mar 3, 4:00 am: none of it is disposed of."
    for url in (case_of(case), f"/office/people/{man.pk}/"):
        assert said in text(admin.get(url))
        assert f"/office/do/legalhold/{hold.pk}/lift/" in admin.get(url).content.decode()
    assert "Waits for approval. Held: nothing goes" in text(admin.get("/office/records/disposal/"))
    assert "Held A legal hold stands: nothing of this is disposed of until it is lifted." in text(
        admin.get(page_of(one))
    )
    assert "For The Smith suit" in text(admin.get(f"/office/records/legalhold/{hold.pk}/"))


def test_a_hold_on_all_of_him_is_lifted_again(admin: Admin) -> None:
    man = ParticipantFactory()
    admin.press(man, "legal-hold", why="A subpoena")
    hold = LegalHold.objects.get()

    assert (hold.participant, hold.referral) == (man, None)
    assert admin.notice(admin.press(hold, "lift")) == "The hold is lifted."
    assert "Legal hold" not in text(admin.get(f"/office/people/{man.pk}/")).replace("Place a legal hold", "")


def test_a_coordinator_finds_none_of_it(admin: Admin) -> None:
    desk, one = Desk(Role.COORDINATOR), old_case()
    LegalHoldFactory(participant=one.referral.participant)
    for url in (case_of(one.referral), f"/office/people/{one.referral.participant_id}/"):
        shown = desk.get(url)
        assert [name for name in buttons(shown) if name in OURS] == []
        assert ("Legal hold" in text(shown), "disposed" in text(shown)) == (False, False)
        assert "Legal hold" in text(admin.get(url))
    assert [desk.get(url).status_code for url in (page_of(one), "/office/records/disposal/")] == [403, 403]


# --- Orders


def test_an_order_is_noted_at_the_case(admin: Admin) -> None:
    case = ReferralFactory(closed=True, court=CourtFactory(name="Kent Municipal Court"), case_number="26-0413")
    said = {"basis": "vacated", "ordered_on": "2026-02-20", "court": case.court_id}
    told = admin.notice(admin.press(case, "court-order", **said))

    assert told == "Noted. It is carried out once it has been approved twice; begin now."
    one = Disposal.objects.get()
    assert (one.basis, one.ordered_on, one.court) == (Basis.VACATED, date(2026, 2, 20), case.court)
    waits = "To be disposed of: An order to vacate of Fri, Feb 20 · Kent Municipal Court · 26-0413."
    assert waits in text(admin.get(case_of(case)))


@pytest.mark.parametrize("wrong", ["court", "open"])
def test_an_order_that_does_not_fit_is_a_sentence_and_nothing_is_written(admin: Admin, wrong: str) -> None:
    case = ReferralFactory(closed=wrong == "court")
    court = CourtFactory() if wrong == "court" else case.court
    with nothing_written():
        answer = admin.press(case, "court-order", basis="sealed", ordered_on="2026-02-20", court=court.pk)

    wanted = {
        "court": "This case isn't filed at the court that made the order. Look at the case number on the order, and "
        "note it at the case of that court.",
        "open": "This case is still open. Close it first, as the order says, for example as dismissed.",
    }
    assert refusals(answer) == [wanted[wrong]]
    assert 'value="2026-02-20"' in answer.content.decode()


# --- Approvals


def test_what_goes_and_what_stays_is_said_before_it_is_done(admin: Admin) -> None:
    case = delivered().referral
    Referral.objects.filter(pk=case.pk).update(state="closed", closing="dismissed", closed_at=NOW)
    one = DisposalFactory(referral=case, by_order=True, court=case.court)
    with nothing_written():
        said = text(admin.press(one, "approve"))

    assert "Nothing of it can be brought back, not even from a backup." in said
    assert "Goes: His whole file: it is his last case that is kept." in said
    assert "Stays: That something was here, with its months" in said
    assert "Can’t be recalled: copies that were delivered to" in said
    assert "A second approval carries it out. Nothing is changed yet." in said


def test_two_administrators_dispose_of_it(admin: Admin) -> None:
    one, other = an_order(case_number="26-0413"), Admin()
    assert admin.notice(admin.confirms(one)) == "Approved once. A second approval carries it out."
    assert refusals(admin.confirms(one)) == ["You approved this already. Another administrator confirms it."]
    assert other.notice(other.confirms(one)) == "Disposed of. It can't be brought back."

    case = one.referral
    case.refresh_from_db()
    assert "26-0413" not in case.case_number
    for url in (case_of(case), f"/office/people/{case.participant_id}/"):
        shown = admin.get(url)
        assert "Disposed of on Tue, Mar 3." in text(shown)
        assert buttons(shown) == []
        assert Desk(Role.COORDINATOR).get(url).status_code == 404
    assert "Disposed of Tue, Mar 3" in text(admin.get(page_of(one)))


def test_nothing_is_done_any_more_to_what_is_gone(admin: Admin) -> None:
    case = ReferralFactory(closed=True)
    forgetting.forget_referral(case, by=admin.user, now=NOW)
    with nothing_written():
        answers = [admin.press(case, "reopen", why="x"), admin.press(case.participant, "note", text="x")]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert "This has been disposed of. Nothing is done to it any more." in text(answers[0])


def test_a_hold_is_said_before_anybody_approves(admin: Admin) -> None:
    one = an_order()
    LegalHoldFactory(participant=one.referral.participant)
    with nothing_written():
        answer = admin.press(one, "approve")

    said = "A legal hold stands: nothing of this goes until it is lifted. Nothing was destroyed."
    assert refusals(answer) == [said]


def test_it_stays_with_a_reason(admin: Admin) -> None:
    one = old_case()
    assert admin.notice(admin.press(one, "refuse", why="The county's audit")) == "It stays."
    assert "Why it stays The county's audit" in text(admin.get(page_of(one)))


def test_a_file_that_is_shut_to_her_shows_in_no_list(admin: Admin) -> None:
    one = old_case()
    shut_to = UserFactory(roles=[Role.ADMINISTRATOR])
    RestrictionNameFactory(restriction__participant=one.referral.participant, user=shut_to)

    assert admin.get(page_of(one)).status_code == 404
    assert "Nothing is due." in text(admin.get("/office/records/disposal/"))


@pytest.mark.parametrize(
    ("how", "wanted"),
    [("open", {"open", "held"}), ("held", {"held"}), ("done", {"done"}), ("stays", {"stays"}), ("", None)],
)
def test_by_how_it_stands(admin: Admin, how: str, wanted: set[str] | None) -> None:
    by = UserFactory()
    made: dict[str, Any] = {
        "open": old_case(),
        "held": old_case(),
        "done": DisposalFactory(approved=True, done_at=NOW),
        "stays": DisposalFactory(refused_at=NOW, refused_by=by, refused_why="The audit"),
    }
    LegalHoldFactory(participant=made["held"].referral.participant)
    shown = admin.get(f"/office/records/disposal/?how={how}").content.decode()

    assert {name for name, one in made.items() if page_of(one) in shown} == (wanted or set(made))


def test_each_kind_has_a_page(admin: Admin) -> None:
    man = DisposalFactory(referral=None, participant=ParticipantFactory())
    draft = DisposalFactory(referral=None, submission=SubmissionFactory(sent=False))

    assert "Its time is over · The whole file" in text(admin.get(page_of(man)))
    assert "A referral that was begun and never sent" in text(admin.get(page_of(draft)))


# --- Today


def on_today(kind: str) -> list[Line]:
    return [line for line in lines(now=clock.now(), today=TODAY) if line.key.startswith(kind)]


def test_an_order_is_urgent_and_counts_the_days(admin: Admin) -> None:
    one = an_order(court=CourtFactory(name="Kent Municipal Court"), case_number="26-0413")
    (line,) = on_today("order:")

    assert (line.what, line.whom) == ("An order to vacate", one.referral.participant.legal_name)
    assert line.why == "Ordered Fri, Feb 20 · Kent Municipal Court · 26-0413. Two must approve it."
    assert (line.when(TODAY), line.tone(TODAY), line.url) == ("For 11 days", "late", page_of(one))
    admin.confirms(one)
    assert on_today("order:")[0].why.endswith("One approved it; a second must.")


def test_what_is_due_is_one_line(admin: Admin) -> None:
    assert on_today("due:") == []
    old_case()
    assert [line.what for line in on_today("due:")] == ["1 record is due to be disposed of"]
    old_case()
    assert [line.what for line in on_today("due:")] == ["2 records are due to be disposed of"]


@pytest.mark.parametrize(("role", "sees"), [(Role.ADMINISTRATOR, True), (Role.COORDINATOR, False)])
def test_administrators_alone_see_it(role: Role, *, sees: bool) -> None:
    old_case(), an_order()
    shown = text(Desk(role).get("/office/"))

    assert ("1 record is due to be disposed of" in shown, "An order to vacate" in shown) == (sees, sees)


# --- How long


def test_the_rules_with_what_is_due_by_them(admin: Admin) -> None:
    program()
    RetentionRuleFactory(kind="draft", months=6, source="RCW 40.14")
    ReferralFactory(closed=True, closed_at=LONG_AGO)
    shown = text(admin.get("/office/settings/keeping/"))

    assert "A case, after it was closed 7 years as Onus came – 1" in shown
    assert "never sent, after its last change 6 months RCW 40.14 0" in shown


def test_a_rule_is_previewed_and_then_changed(admin: Admin) -> None:
    of = program()
    ReferralFactory(closed=True, closed_at=LONG_AGO)
    said = {"kind": "case", "months": "120", "source": "RCW 40.14"}
    with nothing_written():
        first = admin.press(of, "keep", **said)
    assert first.context["ahead"] == [
        "A case, after it was closed: 7 years until now, 10 years from now on.",
        "Due to be disposed of: 1 now, 0 by the new rule. Two administrators look at each.",
    ]
    told = admin.notice(admin.press(of, "keep", **said, seen=first.context["seen"]))
    assert told == "A case, after it was closed: 10 years from now on."
    assert RetentionRule.objects.get().source == "RCW 40.14"


@pytest.mark.parametrize("months", ["0", "601", "seven", "", "9" * 30])
def test_no_length_is_refused_beside_its_field(admin: Admin, months: str) -> None:
    of = program()
    with nothing_written():
        answer = admin.press(of, "keep", kind="case", months=months, source="")
    assert list(answer.context["form"].errors) == ["months"]
