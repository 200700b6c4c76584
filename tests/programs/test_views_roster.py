"""/sessions/<id>/: who may see it, what it shows of whom, and what it never shows."""

import re
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.roles import Role
from audit.models import Event
from programs.actions.cohorts import close_session
from programs.actions.marks import excuse, record_mark
from programs.actions.schedules import cancel_session
from programs.kinds import MarkKind
from programs.models import Mark, Session, SessionLeader
from tests.access.people import signed_in
from tests.factories.accounts import UserFactory
from tests.factories.courts import ReferralFactory
from tests.factories.programs import (
    BookingFactory,
    PolicyFactory,
    SessionFactory,
    SessionLeaderFactory,
    SessionNoteFactory,
    VisitorFactory,
)
from tests.programs.evening import Evening, asked, at, clock_at, evening, text_of
from tests.refusals import told

pytestmark = pytest.mark.django_db


def page(tonight: Evening, *, minutes: int = 5, client: Client | None = None) -> Any:
    with clock_at(at(tonight.session, minutes)):
        response = (client or tonight.client).get(tonight.address)
    assert response.status_code == 200
    return response


def names(response: Any) -> list[str]:
    return [row.name for row in response.context["rows"]]


def squares(row: Any) -> list[tuple[int, str]]:
    return [(week["number"], week["state"]) for week in row.weeks]


def marked(tonight: Evening, him: Any, kind: MarkKind, *, session: Session | None = None, **fields: Any) -> Mark:
    on = session or tonight.session
    said = {"idempotency_key": uuid.uuid4(), "by": tonight.scene.leader, "now": at(on, 5), **fields}
    return record_mark(enrollment=him, session=on, kind=kind, **said)


# --- who may see it


def test_the_leader_sees_it_and_that_he_looked_is_told() -> None:
    tonight = evening(1)
    before = Event.objects.count()

    page(tonight)

    assert told(after=before) == [
        (f"user:{tonight.scene.leader.pk}", "session.roster_looked_at", f"programs.Session:{tonight.session.pk}")
    ]


def test_a_substitute_sees_it() -> None:
    tonight = evening(1)
    substitute = UserFactory(roles=[Role.FACILITATOR])
    SessionLeaderFactory(session=tonight.session, user=substitute, role=SessionLeader.Role.SUBSTITUTE)

    assert len(names(page(tonight, client=signed_in(substitute)))) == 1


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_the_office_sees_it(role: Role) -> None:
    tonight = evening(1)

    assert len(names(page(tonight, client=signed_in(UserFactory(roles=[role]))))) == 1


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.CLERK])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("under", ["", "close/", "people/{him}/"])
def test_whoever_else_finds_nothing(role: Role, method: str, under: str) -> None:
    tonight = evening(1)
    stranger = UserFactory(roles=[role])
    SessionLeaderFactory(session=tonight.scene.session(2), user=stranger)
    client = signed_in(stranger, shown="mfa" if role == Role.FACILITATOR else "code")

    with clock_at(at(tonight.session, 5)):
        response = getattr(client, method)(tonight.address + under.format(him=tonight.men[0].pk))

    wrong_method = {("get", "close/"), ("post", "")}
    refused = 403 if role == Role.CLERK else 404
    assert response.status_code == (405 if (method, under) in wrong_method else refused)
    assert tonight.men[0].participant.first_name not in text_of(response)
    assert Mark.objects.count() == 0


def test_an_unknown_session_is_not_found() -> None:
    assert evening(1).client.get("/sessions/99999999999999999999/").status_code == 404


# --- what it shows


def test_says_what_where_and_when() -> None:
    tonight = evening(3)
    module = tonight.session.module
    module.theme = "Consent"
    module.save()

    said = text_of(page(tonight))

    assert "Tuesdays · week 1 of 4 Consent Tue, Mar 10, 6:00 pm · 12 Pier Street" in said
    assert "0 of 3 have a mark" in said


def test_the_name_he_goes_by_and_one_letter() -> None:
    tonight = evening(0)
    tonight.scene.seated(
        participant__first_name="Robert", participant__preferred_name="Bo", participant__last_name="Reyes"
    )
    tonight.scene.seated(participant__first_name="José", participant__last_name="Moreno")
    tonight.scene.seated(participant__first_name="Jose", participant__last_name="Maki")

    response = page(tonight)

    assert names(response) == ["Bo R.", "Jose Ma.", "José Mo."]
    assert "Robert" not in response.content.decode()


def test_never_a_last_name_a_case_number_a_court_or_a_colleagues_note() -> None:
    tonight = evening(0)
    him = tonight.scene.seated(participant__first_name="Dorian", participant__last_name="Halloway")
    ReferralFactory(
        participant=him.participant,
        enrollment=him,
        enrolled=True,
        court__name="Kent Municipal Court",
        case_number="26-04131",
    )
    colleague = UserFactory(roles=[Role.FACILITATOR])
    SessionLeaderFactory(session=tonight.session, user=colleague)
    marked(tonight, him, MarkKind.PRESENT, by=colleague, comment="He wept in the break.")

    html = page(tonight).content.decode()

    assert "Dorian H." in html
    for secret in ("Halloway", "26-04131", "Kent Municipal", "wept"):
        assert secret not in html


def test_the_own_note_comes_back() -> None:
    tonight = evening(1)
    marked(tonight, tonight.men[0], MarkKind.PRESENT, comment="He wept in the break.")

    assert "He wept in the break.</textarea>" in page(tonight).content.decode()


def test_nothing_is_preselected() -> None:
    html = page(evening(2)).content.decode()

    assert html.count('role="radio"') == 8
    assert html.count('aria-checked="false"') == 8
    assert not re.search(r"<input[^>]+checked", html)


def test_the_choices_stand_in_the_same_order_in_every_row() -> None:
    tonight = evening(2)
    marked(tonight, tonight.men[0], MarkKind.ABSENT)

    html = page(tonight).content.decode()

    order = ["present", "late", "left_early", "absent"]
    assert re.findall(r'value="(\w+)" role="radio"', html) == order * 2


def test_the_mark_that_stands_is_checked_and_says_when() -> None:
    tonight = evening(1)
    marked(tonight, tonight.men[0], MarkKind.ABSENT)

    response = page(tonight)

    assert re.findall(r'value="(\w+)" role="radio" aria-checked="true"', response.content.decode()) == ["absent"]
    assert "Saved 6:05 pm" in text_of(response)
    assert "1 of 1 has a mark" in text_of(response)


def test_a_colleagues_mark_says_whose_it_is() -> None:
    tonight = evening(1)
    colleague = UserFactory(roles=[Role.COORDINATOR], name="Robin Ashdown")
    marked(tonight, tonight.men[0], MarkKind.PRESENT, by=colleague)

    assert "Saved 6:05 pm by Robin Ashdown" in text_of(page(tonight))


def test_that_it_is_excused_is_shown_but_not_why() -> None:
    tonight = evening(1)
    absent = marked(tonight, tonight.men[0], MarkKind.ABSENT)
    excuse(
        mark=absent,
        excuse=Mark.Excuse.ILLNESS,
        idempotency_key=uuid.uuid4(),
        by=tonight.scene.coordinator,
        now=at(tonight.session, 9),
    )

    response = page(tonight)

    assert "Absent, excused" in text_of(response)
    assert "illness" not in response.content.decode().lower()


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        (MarkKind.LATE, {"minutes": 15}, "15 minutes: present, with credit for this week"),
        (MarkKind.LATE, {"minutes": 18}, "18 minutes: present, no credit for this week"),
        (MarkKind.LEFT_EARLY, {"minutes": 10}, "10 minutes: present, with credit for this week"),
        (MarkKind.SENT_HOME, {"rule": "No phones"}, "Sent home: No phones"),
        (MarkKind.ABSENT, {"gave_reason": True}, "Absent, gave a reason"),
        (MarkKind.NOT_PROVIDED, {}, "Not provided"),
    ],
)
def test_says_more_than_its_button_can(kind: MarkKind, fields: dict[str, Any], said: str) -> None:
    tonight = evening(1)
    marked(tonight, tonight.men[0], kind, **fields)

    assert said in text_of(page(tonight))


@pytest.mark.parametrize(
    ("counts_as", "said"),
    [
        ("excused", "18 minutes: no credit for this week, an excused absence"),
        ("unexcused", "18 minutes: no credit for this week, an unexcused absence"),
    ],
)
def test_what_follows_is_by_the_policy(counts_as: str, said: str) -> None:
    tonight = evening(1, policy={"no_credit_counts_as": counts_as, "late_limit": 17})
    marked(tonight, tonight.men[0], MarkKind.LATE, minutes=18)

    assert said in text_of(page(tonight))


def test_his_weeks_so_far() -> None:
    tonight = evening(1, weeks=7)
    him, session = tonight.men[0], tonight.scene.session
    marked(tonight, him, MarkKind.PRESENT, session=session(1))
    marked(tonight, him, MarkKind.LATE, session=session(2), minutes=40)
    marked(tonight, him, MarkKind.ABSENT, session=session(3))
    marked(tonight, him, MarkKind.NOT_PROVIDED, session=session(4))
    late = Evening(tonight.scene, session(6), tonight.men, tonight.client)

    response = page(late)

    assert squares(response.context["rows"][0]) == [
        (1, "filled"),
        (2, "half"),
        (3, "crossed"),
        (4, "hollow"),
        (5, "ahead"),
        (6, "now"),
        (7, "ahead"),
    ]
    assert "Week 2: came, no credit Week 3: absent" in text_of(response)


def test_a_guest_is_shown_by_the_rules_and_weeks_of_his_own_group() -> None:
    tonight = evening(1)
    strict = PolicyFactory(program=tonight.scene.program, late_limit=2)
    elsewhere = tonight.scene.another_cohort()
    elsewhere.policy = strict
    elsewhere.save()
    guest = tonight.scene.seated(elsewhere, participant__first_name="Aaron")
    BookingFactory(enrollment=guest, session=tonight.session)
    marked(tonight, guest, MarkKind.LATE, minutes=3)

    response = page(tonight)

    assert names(response)[0].startswith("Aaron")
    assert "3 minutes: present, no credit for this week" in text_of(response)
    assert "Up to 2 minutes he keeps the credit" in text_of(response)


def test_one_who_left_the_group_is_not_expected_any_more() -> None:
    tonight = evening(2)
    tonight.men[0].seats.update(
        to_on=date(2026, 3, 9), closed_at=at(tonight.session, -600), closed_by=tonight.scene.coordinator
    )

    assert [row.enrollment for row in page(tonight).context["rows"]] == [tonight.men[1]]


# --- when nothing can be marked


def test_a_session_to_come_says_from_when() -> None:
    tonight = evening(1)

    response = page(tonight, minutes=-31)

    assert "You can mark people from Tue, Mar 10, 5:30 pm." in text_of(response)
    assert len(names(response)) == 1
    assert b'name="choice"' not in response.content
    assert b'name="choice"' in page(tonight, minutes=-30).content


def test_a_canceled_session_says_why() -> None:
    tonight = evening(1)
    cancel_session(
        session=tonight.session, why=Session.Canceled.WEATHER, by=tonight.scene.coordinator, now=at(tonight.session)
    )

    response = page(tonight)

    assert "This session was canceled: the weather." in text_of(response)
    assert b'name="choice"' not in response.content
    assert "Close the session" not in text_of(response)


def test_where_nobody_is_expected_it_says_who_will_be() -> None:
    assert "People appear here once the coordinator seats them" in text_of(page(evening(0)))


def test_a_makeup_session_has_no_group() -> None:
    tonight = evening(0)
    makeup = tonight.scene.makeup(2, at(tonight.session))
    guest = tonight.scene.seated()
    BookingFactory(enrollment=guest, session=makeup)

    response = page(Evening(tonight.scene, makeup, [guest], tonight.client))

    assert "Make-up session · week 2 of 4" in text_of(response)
    assert len(names(response)) == 1


def test_a_closed_session_says_what_was_confirmed_and_hides_the_buttons_in_a_correction() -> None:
    tonight = evening(1)
    marked(tonight, tonight.men[0], MarkKind.PRESENT)
    close_session(
        session=tonight.session,
        taught=tonight.scene.session(2).module,
        minutes_held=100,
        by=tonight.scene.leader,
        now=at(tonight.session, 120),
    )

    response = page(tonight, minutes=130)

    assert "8:00 pm: week 2, Theme of week 2, 100 minutes." in text_of(response)
    assert "Present Saved 6:05 pm" in text_of(response)
    assert "Correct this mark" in text_of(response)
    assert b'name="correction"' in response.content


# --- what it costs, and what the browser is told


@pytest.mark.parametrize("men", [3, 12])
def test_three_and_twelve_people_ask_for_as_much(men: int) -> None:
    tonight = evening(men)
    for him in tonight.men[:2]:
        marked(tonight, him, MarkKind.LATE, minutes=20, comment="By himself.")
        key = him.participant.key
        SessionNoteFactory(session=tonight.session, enrollment=him, key=key, by=tonight.scene.leader)
        VisitorFactory(session=tonight.session)

    with clock_at(at(tonight.session, 9)):
        # The first look of an evening also keeps whoever looks signed in until its end.
        tonight.client.get(tonight.address)
        with asked() as queries:
            tonight.client.get(tonight.address)

    assert len(queries) == 9


def test_no_script_and_no_style_stands_in_the_page() -> None:
    html = page(evening(1)).content.decode()

    assert not re.search(r"\sstyle=|\son[a-z]+=|hx-on|javascript:", html)
    assert re.findall(r"<script(?![^>]+src=)", html) == []
    assert re.findall(r'(?:src|href|action)="(?!/|#|\?)([^"]+)"', html) == []


def test_another_hours_program_is_shown_by_its_own_clock() -> None:
    session = SessionFactory(cohort__program__time_zone="America/New_York")
    leader = UserFactory(roles=[Role.FACILITATOR])
    SessionLeaderFactory(session=session, user=leader)

    with clock_at(at(session) + timedelta(minutes=5)):
        said = text_of(signed_in(leader).get(f"/sessions/{session.pk}/"))

    assert "Tue, Mar 10, 8:00 am" in said
