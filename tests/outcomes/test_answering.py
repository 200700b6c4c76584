import ast
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from audit.models import Event
from outcomes.actions import answering, asking, forgetting, instruments, own_file
from outcomes.actions.codes import code_of, new_code
from outcomes.actions.tickets import TicketOver, token_of
from outcomes.instruments import written
from outcomes.kinds import Moment, Purpose, Way
from outcomes.models import Agreement, Asking, Draft, Instrument, Link, Sheet, Subject, Ticket
from outcomes.scoring import OutOfRange
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.outcomes import AskingFactory
from tests.factories.participants import AppointmentFactory, NoteFactory
from tests.factories.programs import EnrollmentFactory, SeatFactory, SessionLeaderFactory
from tests.outcomes.people import answered, asked, attended, begun, enrolled, ticket
from tests.refusals import refuses
from vault.models import Key

pytestmark = pytest.mark.django_db
ALL = 19  # sixteen items and the three of the questionnaire


def test_at_intake_he_is_asked_both_and_later_only_what_is_measured_again() -> None:
    enrollment = enrolled()
    steps = asked(begun(enrollment)).steps
    assert [step.instrument.code for step in steps] == ["beliefs"] * 16 + ["frequency"] * 3

    answered(enrollment)
    attended(enrollment)
    assert len(asked(begun(enrollment, Moment.AFTER)).steps) == 16


def test_saved_as_he_goes_and_again_changes_nothing() -> None:
    browser = begun(enrolled())

    for _ in range(2):
        browser.save({0: 5}, now=NOW)
    told = browser.save({1: None}, now=NOW)

    assert (told.answers, told.next, told.is_whole) == ({0: 5, 1: None}, 2, False)
    assert Sheet.objects.count() == 1


def test_he_may_go_back_and_choose_otherwise() -> None:
    browser = begun(enrolled())
    browser.save({0: 5}, now=NOW)

    assert browser.save({0: 1}, now=NOW).answers == {0: 1}


def test_what_he_could_not_choose_is_refused_and_nothing_is_kept() -> None:
    browser = begun(enrolled())

    wrong: list[dict[int, int | None]] = [{0: 6}, {0: 1, 1: 0}, {16: 5}]
    for given in wrong:
        with pytest.raises(OutOfRange):
            browser.save(given, now=NOW)

    assert asked(browser).answers == {}


def test_handed_in_only_when_each_has_an_answer() -> None:
    browser = begun(enrolled())
    browser.save(dict.fromkeys(range(ALL), 1) | {4: None}, now=NOW)
    sheet = Sheet.objects.get(instrument__code="frequency")
    sheet.answers = {"times": 1}
    sheet.save()

    refused = refuses(answering.NotAllAsked, answering.finish, token=browser.token, secret=browser.secret, now=NOW)

    assert getattr(refused, "first", None) == 17


def test_done_is_all_that_the_office_learns(now: datetime) -> None:
    enrollment = enrolled()
    subject = answered(enrollment)

    assert Asking.objects.get().state == "done"
    assert {sheet.month.isoformat() for sheet in Sheet.objects.filter(subject=subject)} == {"2026-03-01"}
    assert [sheet.is_done for sheet in Sheet.objects.all()] == [True, True]
    told = [str(event.facts) + event.record for event in Event.objects.all()]
    assert [str(subject.pk) in said for said in told] == [False] * len(told)


def test_a_second_tap_on_hand_in() -> None:
    enrollment = enrolled()
    browser = begun(enrollment)
    browser.save(dict.fromkeys(range(ALL), 1), now=NOW)
    browser.finish(now=NOW)

    refuses(TicketOver, answering.finish, token=browser.token, secret=browser.secret, now=NOW)
    assert Sheet.objects.filter(is_done=True).count() == 2


def test_the_key_of_his_answers_tells_the_month_alone() -> None:
    subject = answered(enrolled())

    begins = datetime(2026, 3, 1, tzinfo=subject.program.zone)
    assert subject.key.made_at == Link.objects.get().key.made_at == begins


def test_an_instrument_that_changes_in_the_middle_is_his_to_the_end() -> None:
    enrollment = enrolled()
    browser = begun(enrollment)
    browser.save({0: 5}, now=NOW)
    old = Instrument.objects.get(code="beliefs")
    content = written(old.document)
    content["items"] = content["items"][:8]
    content["least"] = 1
    by = UserFactory.create()
    instruments.put_to_use(
        draft=instruments.save_draft(instrument=old, content=content, by=by, now=NOW), by=by, now=NOW
    )

    told = asked(browser)

    assert len([step for step in told.steps if step.instrument == old]) == 16
    assert told.answers == {0: 5}
    assert len(asked(begun(enrolled(program=enrollment.program))).steps) == 8 + 3
    answered(enrollment)
    attended(enrollment)
    assert {step.instrument for step in asked(begun(enrollment, Moment.AFTER)).steps} == {old}


# --- He says no


def test_a_no_leaves_nothing_under_a_code_and_he_is_not_asked_again() -> None:
    enrollment = enrolled()
    browser = begun(enrollment, agreed=False)
    subject = browser.subject(now=NOW)

    assert not browser.agree(statistics=False, now=NOW)

    assert Agreement.objects.newest(enrollment) == {"statistics": False, "follow_up": False}
    assert (Asking.objects.get().state, Subject.objects.count(), Link.objects.count()) == ("declined", 0, 0)
    assert Key.objects.living().filter(kind__in=["subject", "link"]).count() == 0
    assert Key.objects.get(pk=subject.key_id).destroyed_at == NOW
    assert asking.to_hand(enrollment, now=NOW) == []


def test_a_no_later_on_takes_what_he_answered() -> None:
    enrollment = enrolled()
    answered(enrollment)
    by = UserFactory.create()

    forgetting.revoke(enrollment=enrollment, purpose=Purpose.STATISTICS, by=by, now=NOW)

    assert (Sheet.objects.count(), Subject.objects.count(), code_of(enrollment)) == (0, 0, None)
    assert Agreement.objects.order_by("-pk")[0].recorded_by == by


def test_a_no_to_being_asked_again_keeps_them() -> None:
    enrollment = enrolled()
    answered(enrollment)

    forgetting.revoke(enrollment=enrollment, purpose=Purpose.FOLLOW_UP, by=UserFactory.create(), now=NOW)

    assert Sheet.objects.filter(is_done=True).count() == 2
    assert Agreement.objects.newest(enrollment) == {"statistics": True, "follow_up": False}


def test_forgotten_they_go_and_others_stay() -> None:
    enrollment, other = enrolled(), enrolled()
    subject, stays = answered(enrollment), answered(other)

    assert forgetting.forget(enrollment=enrollment, by=UserFactory.create(), now=NOW)
    assert not forgetting.forget(enrollment=enrollment, by=UserFactory.create(), now=NOW)

    assert list(Subject.objects.all()) == [stays]
    assert Key.objects.get(pk=subject.key_id).destroyed_at == NOW
    assert {sheet.subject_id for sheet in Sheet.objects.all()} == {stays.pk}


# --- Who is asked in person


def test_whom_there_is_nothing_to_ask() -> None:
    over = EnrollmentFactory.create(ended=True)
    waiting = enrolled()

    assert [asking.to_hand(one, now=NOW) for one in (over, waiting)] == [[], [Moment.INTAKE]]
    given = {"way": Way.TABLET, "by": UserFactory.create(), "now": NOW}
    refuses(asking.NotToAsk, asking.hand, enrollment=over, moment=Moment.INTAKE, **given)
    refuses(asking.NotToAsk, asking.hand, enrollment=waiting, moment=Moment.AFTER, **given)
    refuses(asking.NotToAsk, asking.hand, enrollment=waiting, moment=Moment.SIX, **given)


@pytest.mark.parametrize("state", ["planned", "handed", "done", "declined", "missed"])
def test_after_the_last_week_only_who_answered_at_intake(state: str) -> None:
    """A pair is all that counts."""
    enrollment = attended(enrolled())
    new_code(enrollment, now=NOW)
    AskingFactory(enrollment=enrollment, state=state, closes_on=NOW.date() - timedelta(days=1), due_on=date(2026, 1, 5))

    assert asking.to_hand(enrollment, now=NOW) == ([Moment.AFTER] if state == "done" else [])


def test_what_is_done_is_not_asked_again() -> None:
    enrollment = enrolled()
    answered(enrollment)

    given = {"way": Way.TABLET, "by": UserFactory.create(), "now": NOW}
    refuses(asking.NotToAsk, asking.hand, enrollment=enrollment, moment=Moment.INTAKE, **given)


# --- On paper


def typed(enrollment: object, made: Ticket, **fields: object) -> None:
    said = {"agreement": (True, True), "given": dict.fromkeys(range(ALL), 1), "by": UserFactory.create(), "now": NOW}
    answering.type_in(**{"ticket": made, "code": token_of(made), **said, **fields})  # type: ignore[arg-type]


def test_a_sheet_of_paper_is_typed_in_at_once() -> None:
    enrollment = enrolled()
    made = ticket(enrollment, way=Way.PAPER, now=NOW)
    by = UserFactory.create()
    code = token_of(made)
    assert answering.paper(code=f"{code[:4]}-{code[4:8]} {code[8:].upper()}", by=by, now=NOW) == made

    typed(enrollment, made, by=by)

    assert Asking.objects.get().state == "done"
    assert Agreement.objects.filter(recorded_by=by).count() == 2


def test_a_no_said_after_the_sheet_was_handed_out_stands_against_it() -> None:
    enrollment = enrolled()
    made = ticket(enrollment, way=Way.PAPER, now=NOW)
    by = UserFactory.create()
    forgetting.revoke(enrollment=enrollment, purpose=Purpose.FOLLOW_UP, by=by, now=NOW)

    typed(enrollment, made)

    assert Agreement.objects.newest(enrollment) == {Purpose.STATISTICS: True, Purpose.FOLLOW_UP: False}


def test_what_he_says_himself_later_counts() -> None:
    enrollment = enrolled()
    forgetting.revoke(enrollment=enrollment, purpose=Purpose.FOLLOW_UP, by=UserFactory.create(), now=NOW)

    begun(enrollment)

    assert Agreement.objects.newest(enrollment) == {Purpose.STATISTICS: True, Purpose.FOLLOW_UP: True}


def test_a_sheet_that_says_no() -> None:
    enrollment = enrolled()
    made = ticket(enrollment, way=Way.PAPER, now=NOW)

    typed(enrollment, made, agreement=(False, False), given={})

    assert (Asking.objects.get().state, Sheet.objects.count()) == ("declined", 0)


def test_a_sheet_with_one_left_out_or_out_of_range_keeps_nothing() -> None:
    enrollment = enrolled()
    made = ticket(enrollment, way=Way.PAPER, now=NOW)
    given = dict.fromkeys(range(ALL), 1)

    with pytest.raises(OutOfRange):
        typed(enrollment, made, given=given | {3: 9})
    with pytest.raises(answering.NotAllAsked):
        typed(enrollment, made, given=dict.fromkeys(range(ALL - 1), 1))

    assert [sheet.answers for sheet in Sheet.objects.all()] == [{}, {}], "only which versions were printed"
    assert (Agreement.objects.count(), Asking.objects.get().state) == (0, "handed")
    typed(enrollment, made)
    assert Asking.objects.get().state == "done"


def works(enrollment: object) -> list[object]:
    """Whoever has to do with his case, each in one way."""
    man = enrollment.participant  # type: ignore[attr-defined]
    users = [UserFactory.create() for _ in range(4)]
    seat = SeatFactory(enrollment=enrollment, opened_by=users[0])
    SessionLeaderFactory(user=users[1], session__cohort=seat.cohort, session__program=seat.cohort.program)
    NoteFactory(participant=man, by=users[2])
    AppointmentFactory(participant=man, with_whom=users[3])
    return list(users)


def test_nobody_types_in_a_sheet_who_works_on_his_case() -> None:
    enrollment = enrolled()
    made = ticket(enrollment, way=Way.PAPER, now=NOW)

    for by in (*works(enrollment), made.made_by):
        refuses(answering.NotYourCase, answering.paper, code=token_of(made), by=by, now=NOW)
        with pytest.raises(answering.NotYourCase):
            typed(enrollment, made, by=by)


# --- His own file


def test_his_own_answers_for_himself() -> None:
    enrollment = enrolled()
    browser = begun(enrollment)
    browser.save({0: 5, 1: None}, now=NOW)

    told = own_file.answers_of(enrollment=enrollment, by=UserFactory.create(), now=NOW)

    assert [(one.moment, one.title) for one in told] == [(Moment.INTAKE, "What do you think?")]
    assert [answer for _, answer in told[0].said] == ["Strongly agree", None]
    assert own_file.answers_of(enrollment=enrolled(), by=UserFactory.create(), now=NOW) == []


# --- Three readers


def test_only_three_actions_read_the_way_from_a_man_to_his_code() -> None:
    reading = {
        path.stem
        for path in Path("outcomes").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and {"code_of", "subject_of", "Link"} & {one.name for one in node.names}
    }
    elsewhere = [
        str(path)
        for top in ("office", "courts", "records", "programs", "config", "demo", "messaging")
        for path in Path(top).rglob("*.py")
        if "outcomes.actions.codes" in path.read_text() or "import Link\n" in path.read_text()
    ]

    # `codes` makes and destroys it, `jobs` only asks whether one is there.
    assert reading == {"asking", "forgetting", "own_file", "codes", "jobs"}
    assert elsewhere == []


def test_a_draft_is_put_to_use_once_and_says_what_is_wrong() -> None:
    program, by = enrolled().program, UserFactory.create()
    instruments.ensure_shipped(program, now=NOW)
    instruments.ensure_shipped(program, now=NOW)
    assert Instrument.objects.count() == 2
    instrument = Instrument.objects.get(code="beliefs")
    said = {"by": by, "now": NOW}
    same = instruments.save_draft(instrument=instrument, content=instrument.content, **said)
    refuses(instruments.NothingChanged, instruments.put_to_use, draft=same, **said)

    said_after = said | {"after": instruments.mark(same)}
    empty = instruments.save_draft(instrument=instrument, content=instrument.content | {"items": []}, **said_after)
    refused = refuses(instruments.NotReady, instruments.put_to_use, draft=empty, **said)
    assert str(refused).startswith("It has no item.")

    after, late = instruments.mark(empty), NOW + timedelta(minutes=1)
    later = instruments.save_draft(instrument=instrument, after=after, content=empty.content, by=by, now=late)
    refuses(instruments.ChangedMeanwhile, instruments.put_to_use, draft=empty, **said)
    said_after = said | {"after": instruments.mark(later)}

    other = instruments.save_draft(instrument=instrument, content=instrument.content | {"least": 2}, **said_after)
    made = instruments.put_to_use(draft=other, **said)
    instrument.refresh_from_db()
    assert (made.version, instrument.retired_at, Draft.objects.count()) == (2, NOW, 0)
    refuses(instruments.NoDraft, instruments.put_to_use, draft=other, **said)
