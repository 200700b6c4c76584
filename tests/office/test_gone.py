"""What is left to see of what had to be forgotten: that it went, for administrators, in months."""

import re
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from accounts.roles import Role
from courts.models import Referral
from office.columns import cell
from office.doing import offered
from office.exporting import written
from office.site import office
from office.subjects import MAN, SAY_THAT_IT_WENT, rows
from office.waiting import lines
from records.forgetting import forget_referral
from records.models import OwnFile
from tests.access.people import signed_in
from tests.courts.cases import AFTER, delivered
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory, ReferralFactory
from tests.factories.records import DisposalFactory, OwnFileFactory, ReleaseFactory
from tests.office.desk import Desk, buttons, text
from tests.refusals import nothing_written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
# As pages write a day: "Tue, Mar 3", "Mar 3, 2026".
A_DAY = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{1,2}\b")
WENT = "Disposed of on "


@pytest.fixture
def gone() -> Referral:
    """He went through the program, and a letter was delivered about him; then his one case was disposed of."""
    case = delivered().referral
    Referral.objects.filter(pk=case.pk).update(state="closed", closing="dismissed", closed_at=AFTER)
    ended(case)
    case.refresh_from_db()
    return case


def ended(case: Referral) -> None:
    forget_referral(case, by=UserFactory.create(), now=AFTER)


def admin() -> Desk:
    desk = Desk(Role.ADMINISTRATOR)
    desk.client = signed_in(desk.user, again=True)
    return desk


def days_on(desk: Desk, url: str) -> list[str]:
    """All but the day on which it went, and the one on which the page is printed."""
    shown = desk.get(url)
    assert shown.status_code == 200
    main = text(shown).split("Log out")[-1]
    return A_DAY.findall(re.sub(rf"(?:{WENT}|Printed )\w+, \w+ \d+", "", main))


def case_of(record: Referral) -> str:
    return reverse("office:courts_referral_change", args=[record.pk])


def file_of(record: Referral) -> str:
    return reverse("office:person", args=[record.participant_id])


def test_his_case_says_months_alone(gone: Referral) -> None:
    desk = admin()
    shown = text(desk.get(case_of(gone)))
    assert days_on(desk, case_of(gone)) == []
    assert f"Closed {AFTER:%B %Y}" in shown
    assert WENT in shown
    assert "No date binds." not in shown


def test_his_file_says_no_more_than_that_it_went(gone: Referral) -> None:
    desk = admin()
    for tab in ("", "?tab=whole", "?tab=history"):
        assert days_on(desk, file_of(gone) + tab) == []
    shown = text(desk.get(file_of(gone)))
    assert WENT in shown
    assert "Timeline" not in shown


def test_of_two_cases_the_one_that_went_is_a_line_in_his_file(gone: Referral) -> None:
    """His name stays, and his other case with its days."""
    # Not born in a month that is looked for, as by chance he could be.
    born = {"participant__date_of_birth": date(1980, 1, 2)}
    stays = ReferralFactory(closed=True, complete_by=date(2026, 8, 14), case_number="26-0999", **born)
    other = ReferralFactory(closed=True, participant=stays.participant, complete_by=date(2026, 9, 17))
    ended(other)
    shown = text(admin().get(file_of(stays)))
    assert ("Aug 14" in shown, "Sep" in shown, WENT in shown) == (True, False, True)
    assert WENT not in text(Desk(Role.COORDINATOR).get(file_of(stays)))


def test_lists_and_what_leaves_the_house_say_months(gone: Referral) -> None:
    desk = admin()
    for name in ("courts_referral", "participants_participant"):
        assert days_on(desk, reverse(f"office:{name}_changelist")) == []
    admin_of: Any = office.get_model_admin(Referral)
    columns = admin_of.facts
    leaves = [written(cell(one, gone)) for one in columns if one.__name__.endswith(("_on", "_by", "_at"))]
    assert {one for one in leaves if one} <= {"February 2026", "March 2026", f"{AFTER:%B %Y}"}
    assert f"{AFTER:%B %Y}" in leaves


def test_what_hung_on_it_is_on_no_page(gone: Referral) -> None:
    """Marks, seats, fees, moves, reports, messages: their days are exact, and counted alone."""
    desk = admin()
    there = {model for model in MAN if model._default_manager.exists()}
    assert len(there) > 15, "he left rows of many kinds"
    client = desk.client
    for model in there - SAY_THAT_IT_WENT:
        row = model._default_manager.first()
        assert row is not None
        page = reverse(f"office:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.pk])
        assert client.get(page).status_code == 404, model
    assert rows(Referral).count() == 1, "where nobody looks, all of it is there"


def test_nothing_is_done_to_what_he_or_somebody_asked_for() -> None:
    """An own file that waits keeps him; after a restore one may stand open all the same."""
    case: Any = ReferralFactory(closed=True)
    man, by = case.participant, UserFactory()
    own = OwnFileFactory(
        participant=man, identified_at=NOW, identified_by=UserFactory(), shown_by="known", approved_at=NOW,
        approved_by=by, withdrawn_at=NOW, withdrawn_by=by,
    )  # fmt: skip
    ready = {"first_at": NOW, "first_by": by, "second_at": NOW, "second_by": UserFactory()}
    release = ReleaseFactory(participant=man, referral=case, key=case.key, **ready)
    ended(case)
    OwnFile.objects.update(withdrawn_at=None, withdrawn_by=None)

    desk = admin()
    for one, taken in ((own, "own_file_made"), (release, "release_made")):
        fresh = type(one)._default_manager.get(pk=one.pk)
        shown = desk.get(reverse(f"office:records_{one._meta.model_name}_change", args=[one.pk]))
        names = [deed.name for deed in offered(fresh)]
        assert (shown.status_code, buttons(shown), names) == (200, ["close"], ["close"])
        assert "Where it stands Disposed of before it was handed over" in text(shown)
        take = reverse(f"office:{taken}", args=[one.pk])
        assert take not in shown.content.decode()
        with nothing_written():
            assert (desk.get(take).status_code, desk.client.post(take).status_code) == (409, 409)
    with nothing_written():
        answers = [desk.press(own, "withdraw"), desk.press(release, "refuse", why="x")]
    assert [one.status_code for one in answers] == [409, 409]
    assert [line.key for line in lines(now=NOW, today=NOW.date()) if line.key.startswith(("own_file", "release"))] == []


def test_a_disposal_of_what_is_gone_already_can_be_settled() -> None:
    case: Any = ReferralFactory(closed=True, court=CourtFactory())
    one = DisposalFactory(referral=case)
    ended(case)
    assert [deed.name for deed in offered(one)] == ["approve", "refuse"]


def test_a_request_for_what_is_gone_is_closed_and_nothing_else(now: Any) -> None:
    release = ReleaseFactory()
    release.key.__class__.objects.filter(pk=release.key_id).destroy(now=NOW)
    desk = admin()
    with nothing_written():
        refused = desk.press(release, "refuse", why="x")
    assert refused.status_code == 409

    assert desk.notice(desk.press(release, "close")) == (
        "Closed: nothing went. The legal hold stands until somebody lifts it."
    )

    shown = desk.get(reverse("office:records_release_change", args=[release.pk]))
    assert "Where it stands Closed: nothing went" in text(shown)
    assert buttons(shown) == []
    assert desk.press(release, "close").status_code == 409


def test_his_own_file_is_closed_once_he_is_gone_and_not_before(now: Any) -> None:
    own = OwnFileFactory()
    desk = admin()
    assert desk.press(own, "close").status_code == 409
    own.participant.key.__class__.objects.filter(pk=own.participant.key_id).destroy(now=NOW)

    assert desk.notice(desk.press(own, "close")) == "Closed: nothing went."

    shown = desk.get(reverse("office:records_ownfile_change", args=[own.pk]))
    assert "Where it stands Closed: nothing went" in text(shown)
    assert buttons(shown) == []
    assert desk.press(own, "close").status_code == 409


def test_while_he_waits_for_his_file_it_is_said_before_anybody_approves() -> None:
    case: Any = ReferralFactory(closed=True)
    one = DisposalFactory(referral=case, by_order=True, court=case.court)
    OwnFileFactory(participant=case.participant)
    desk = admin()
    with nothing_written():
        answer = desk.press(one, "approve")
    assert "He asked for what is kept about him, and it isn’t handed over yet." in text(answer)
    page = text(desk.get(reverse("office:records_disposal_change", args=[one.pk])))
    assert "Waits for He asked for what is kept about him" in page
