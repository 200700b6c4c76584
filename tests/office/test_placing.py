"""The page on which a man is placed."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from audit.models import Event
from courts.moves import State
from programs.kinds import RequirementKind
from programs.models import Cohort
from tests.courts.cases import FIRST, Case, accepted, cohort, seated
from tests.factories.clock import NOW
from tests.factories.programs import SeatFactory
from tests.office.desk import Desk, text


def waits(**said: Any) -> Case:
    case = accepted(**said)
    case.meet(RequirementKind.INTAKE, NOW.date())
    return case


def page(case: Case, **asked: Any) -> str:
    query = "&".join(f"{name}={value}" for name, values in asked.items() for value in values)
    return f"/office/enrollments/{case.enrollment.pk}/place/" + (f"?{query}" if query else "")


def offered(answer: Any) -> list[str]:
    return [row.cohort.name for row in answer.context["offers"]]


def test_what_fits_the_best_first_with_its_days(desk: Desk) -> None:
    case = waits(complete_by=date(2026, 4, 20))
    later = cohort(case.referral.program, name="Later", first=FIRST + timedelta(days=7))
    first = cohort(case.referral.program, name="Sooner", weekday=1)
    answer = desk.get(page(case))

    assert offered(answer) == ["Sooner", "Later"]
    assert (
        "Sooner Tuesdays at 6:00 pm, 12 Pier Street, second floor "
        "Next evening Tue, Mar 10 Last evening Tue, Mar 24 In hand 27 days Free seats 12 "
        "All that he needs is still to come there. Can finish on March 24, 2026, with 27 days in hand. "
        "Seat him here : Sooner" in text(answer)
    )
    assert {first.pk, later.pk} == {
        int(pk) for pk in re.findall(r'name="cohort" value="(\d+)"', answer.content.decode())
    }


def test_one_button_seats_him(desk: Desk) -> None:
    case = waits()
    there = cohort(case.referral.program, name="Tuesdays")
    shown = desk.get(page(case)).content.decode()
    (action,), once = (
        re.findall(r'class="place-do" method="post" action="([^"]+)"', shown),
        re.findall(r'name="once" value="([^"]+)"', shown),
    )
    answer = desk.client.post(action, {"once": once[0], "cohort": there.pk})

    assert desk.notice(answer) == "Seated in Tuesdays."
    assert answer["Location"] == f"/office/people/{case.referral.participant_id}/"
    assert (case.enrollment.state, case.state()) == ("seated", State.ENROLLED)


def test_who_sits_already_is_moved(desk: Desk) -> None:
    case = seated()
    cohort(case.referral.program, name="Wednesdays")
    answer = desk.get(page(case))

    assert offered(answer) == ["Wednesdays"]
    assert f"/office/do/enrollment/{case.enrollment.pk}/transfer/" in answer.content.decode()
    assert "Move him here" in text(answer)


def test_before_the_intake_nobody_is_seated(desk: Desk) -> None:
    case = accepted()
    cohort(case.referral.program, name="Tuesdays")
    answer = desk.get(page(case))

    assert "His intake isn't done yet: what fits is shown, and nobody is seated before it." in text(answer)
    assert (offered(answer), '<form class="place-do"' in answer.content.decode()) == (["Tuesdays"], False)


def test_what_does_not_fit_says_why(desk: Desk) -> None:
    case = waits(complete_by=date(2026, 4, 20))
    cohort(case.referral.program, name="Spanish", language="es")
    full = cohort(case.referral.program, name="Full", capacity=2)
    SeatFactory.create_batch(2, cohort=full)
    answer = desk.get(page(case))

    assert [(row.cohort.name, row.why) for row in answer.context["barred"]] == [
        ("Full", "No seat is free."),
        ("Spanish", "It is held in another language than his."),
    ]


def test_only_on_days_on_which_he_can_come(desk: Desk) -> None:
    case = waits()
    of = case.referral.program
    cohort(of, name="Tuesdays", weekday=1)
    cohort(of, name="Wednesdays", weekday=2, first=FIRST + timedelta(days=1))

    assert offered(desk.get(page(case, weekdays=[2, 5], in_hand=[7]))) == ["Wednesdays"]
    assert offered(desk.get(page(case, weekdays=[4], in_hand=[7]))) == []


def test_the_days_in_hand_can_be_said(desk: Desk) -> None:
    case = waits(complete_by=date(2026, 3, 26))
    cohort(case.referral.program, name="Tuesdays")

    assert offered(desk.get(page(case))) == []
    assert offered(desk.get(page(case, in_hand=[2]))) == ["Tuesdays"]
    assert offered(desk.get(page(case, in_hand=[3]))) == []


@pytest.mark.parametrize("in_hand", ["-1", "x", ""])
def test_what_is_no_number_is_marked_and_counts_as_not_said(desk: Desk, in_hand: str) -> None:
    case = waits(complete_by=date(2026, 3, 26))
    answer = desk.get(page(case, in_hand=[in_hand]))

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["in_hand"]
    assert answer.context["wishes"].days_in_hand == 7


def test_where_none_fits_the_earliest_date_is_asked_for(desk: Desk) -> None:
    case = waits(complete_by=date(2026, 3, 26))
    there = cohort(case.referral.program, name="Tuesdays", weekday=1)
    answer = desk.get(page(case, weekdays=[1], in_hand=[9]))

    assert (
        "No cohort fits In Tuesdays he could finish on March 24, 2026: ask the court for time until April 2, 2026. "
        f"Open a cohort : {case.referral.program.name} Propose to ask for time until Thu, Apr 2" in text(answer)
    )
    shown = answer.content.decode()
    (action,) = re.findall(r'<form method="post" action="([^"]+more-time/)"', shown)
    sent = dict(re.findall(r'<input type="hidden" name="(once|in_hand|weekdays)" value="([^"]+)"', shown))
    assert (sent["in_hand"], sent["weekdays"]) == ("9", "1")

    notice = desk.notice(desk.client.post(action, sent))

    assert notice == "Proposed: ask the court for time until Thu, Apr 2. Look at it, and begin the report."
    made = case.referral.proposals.open().get(kind="more_time")
    assert (made.facts["cohort"], made.facts["ask_for"]) == (there.pk, "2026-04-02")


def test_where_no_date_would_do_nothing_is_asked(desk: Desk) -> None:
    case = waits(complete_by=date(2026, 3, 26))
    answer = desk.get(page(case))

    assert "No later date of the court would change that. Open a cohort, or free a seat." in text(answer)
    assert "more-time" not in answer.content.decode()


def test_it_begins_too_late_for_the_court(desk: Desk) -> None:
    case = waits(start_by=date(2026, 3, 9))
    cohort(case.referral.program, name="Tuesdays")

    (row,) = desk.get(page(case)).context["barred"]
    assert row.why == "Its next evening is on March 10, 2026; he is to start by March 9, 2026."


def test_a_look_is_written_down(desk: Desk) -> None:
    case = waits()
    before = Event.objects.count()
    desk.get(page(case))

    assert list(Event.objects.order_by("id").values_list("verb", flat=True)[before:]) == ["enrollment.looked_at"]


def test_his_file_and_today_lead_there(desk: Desk) -> None:
    case = waits()

    for url in ("/office/", f"/office/people/{case.referral.participant_id}/"):
        assert f'href="/office/enrollments/{case.enrollment.pk}/place/' in desk.get(url).content.decode()
    assert "Find him a cohort" in text(desk.get(f"/office/programs/enrollment/{case.enrollment.pk}/"))


def test_nobody_reads_more_than_so_many(desk: Desk) -> None:
    case = waits()
    for number in range(27):
        cohort(case.referral.program, name=f"Cohort {number:02}")
    answer = desk.get(page(case))

    assert (len(offered(answer)), "2 more fit, less well." in text(answer)) == (25, True)
    assert Cohort.objects.count() == 27
