"""The numbers of a year: who is in them, what is kept, and that it is made once."""

import json
from datetime import UTC, date, datetime

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actors import Task
from audit.models import Event
from outcomes.actions.years import NotOver, close_year, close_years, last_over, whole_so_far
from outcomes.change import changes
from outcomes.kinds import Arrest, Moment, State
from outcomes.models import YearOfChange
from outcomes.pairs import of_year
from outcomes.scoring import scores
from outcomes.shipped import beliefs
from outcomes.tables import BAND, LANGUAGE, TOTAL, Missed, comparisons
from tests.factories.outcomes import AskingFactory, FollowUpFactory, InstrumentFactory, SheetFactory
from tests.factories.programs import EnrollmentFactory, ProgramFactory
from tests.outcomes.sheets import TOLD, Answering, alike
from vault.models import Key, KeyLost

pytestmark = pytest.mark.django_db

BY = Task("outcomes.years")
LATE = datetime(2026, 2, 1, 18, tzinfo=UTC)


@pytest.fixture
def asked():
    return Answering(ProgramFactory())


def closed(asked, year=TOLD, now=LATE):
    return close_year(program=asked.program, year=year, by=BY, now=now)


def groups(kept, later=Moment.AFTER):
    one = next(one for one in comparisons(kept.tables) if one.later is later)
    return {(group.by, group.key): group.of and group.of.n for group in one.groups}


# --- Who is in it


def test_each_man_with_both_of_his_scores(asked):
    asked.man(before=4, after=2)
    asked.man(before=5, after=5)
    (found,), _ = of_year(asked.program, TOLD)
    assert found.later is Moment.AFTER
    pairs = sorted(zip(found.before.tolist(), found.after.tolist(), strict=True))
    assert pairs == [([4.0] * 5, [2.0] * 5), ([5.0] * 5, [5.0] * 5)]
    assert found.measure.columns[0] == ("", "In all")
    assert scores(beliefs(), alike(4)) == dict.fromkeys([code for code, _ in found.measure.columns], 4.0)


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"month": date(2024, 12, 1)}, id="a year earlier"),
        pytest.param({"month": date(2026, 1, 1)}, id="a year later"),
        pytest.param({"is_done": False}, id="not handed in"),
        pytest.param({"after": None}, id="not asked again"),
    ],
)
def test_who_is_not_in_it(asked, more):
    asked.man(**more)
    assert of_year(asked.program, TOLD)[0] == []


def test_the_first_and_the_last_month_count_and_another_program_does_not(asked):
    asked.man(month=date(TOLD, 1, 1))
    asked.man(month=date(TOLD, 12, 1))
    Answering(ProgramFactory()).man()
    (found,), _ = of_year(asked.program, TOLD)
    assert len(found.codes) == 2


def test_six_months_later_is_a_comparison_of_its_own(asked):
    both = asked.man()
    SheetFactory(
        subject=both, instrument=asked.measure, is_done=True, moment=Moment.SIX, month=date(TOLD, 12, 1),
        answers=alike(3),
    )  # fmt: skip
    found, _ = of_year(asked.program, TOLD)
    assert [(one.later, one.after[0, 0]) for one in found] == [(Moment.AFTER, 2.0), (Moment.SIX, 3.0)]


def test_why_somebody_is_missing(asked):
    asked.man()
    asked.man(before=None)
    other = InstrumentFactory(program=asked.program, version=2, retired_at=LATE)
    asked.man(instrument=other)
    few = asked.man()
    few.sheets.filter(moment=Moment.AFTER).delete()
    some = {code: None if code.startswith("e") else value for code, value in alike(2).items()}
    SheetFactory(
        subject=few, instrument=asked.measure, is_done=True, moment=Moment.AFTER, month=date(TOLD, 6, 1), answers=some
    )
    ours, theirs = sorted(of_year(asked.program, TOLD)[0], key=lambda one: one.measure.version)
    assert (len(ours.codes), ours.missed) == (1, Missed(no_first=1, too_few_answers=1))
    assert (len(theirs.codes), theirs.missed) == (0, Missed(other_version=1))


def test_by_language_and_by_how_often_he_had_bought(asked):
    asked.man(band=0, language="es")
    asked.man(band=None)
    asked.man(band=4)
    (found,), bands = of_year(asked.program, TOLD)
    assert sorted(zip(found.languages.tolist(), found.bands.tolist(), strict=True)) == [
        ("en", ""), ("en", "More than 12 times"), ("es", "Never"),
    ]  # fmt: skip
    assert bands == ["Never", "Once", "2 to 5 times", "6 to 12 times", "More than 12 times"]


# --- What is kept


def test_the_year_in_total_and_by_groups(asked):
    asked.men(12, band=0)
    asked.men(14, band=1, language="es")
    asked.men(3, band=1)
    kept = closed(asked)
    assert groups(kept) == {
        (TOTAL, ""): 29, (LANGUAGE, "en"): 15, (LANGUAGE, "es"): 14,
        (BAND, "Never"): None, (BAND, "Once"): None,
    }, "the bands would tell of the three"  # fmt: skip
    (one,) = comparisons(kept.tables)
    assert one.total is not None
    whole = changes([one.total])[0][0]
    men = [*range(12), *range(14), *range(3)]
    before, after = [3 + n % 3 for n in men], [1 + n % 4 for n in men]
    assert whole.before == pytest.approx(sum(before) / 29)
    assert whole.after == pytest.approx(sum(after) / 29)
    assert sum(count for *_, count in one.spread) == 29
    assert all(count >= 10 for *_, count in one.spread)


def test_of_nine_nothing_is_told(asked):
    asked.men(9)
    kept = closed(asked)
    assert groups(kept) == {(TOTAL, ""): None, (LANGUAGE, "en"): None}
    (one,) = comparisons(kept.tables)
    assert one.spread == ()
    assert "moments" not in json.dumps(kept.tables)


def test_where_all_said_the_same_nothing_is_told(asked):
    for _ in range(12):
        asked.man(before=4, after=2)
    assert groups(closed(asked))[TOTAL, ""] is None


def test_one_band_for_all_is_no_breakdown(asked):
    asked.men(12, band=4)
    assert [by for by, _ in groups(closed(asked))] == [TOTAL, LANGUAGE]


def test_who_was_asked_and_what_became_of_it(asked):
    for state in [State.DONE] * 11 + [State.MISSED] * 2:
        enrollment = EnrollmentFactory(program=asked.program)
        AskingFactory(enrollment=enrollment, moment=Moment.AFTER, state=state, due_on=date(TOLD, 12, 31))
    AskingFactory(moment=Moment.AFTER, state=State.DONE, due_on=date(TOLD, 5, 5))
    told = closed(asked).tables["asked"]
    assert told["after"] == {"planned": 0, "handed": 0, "done": 11, "declined": 0, "missed": None}
    assert set(told["intake"].values()) == {0}


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        pytest.param((10, 30, 0), {"yes": 10, "no": 30, "not_known": 0}, id="enough of each"),
        pytest.param((9, 30, 0), None, id="nine arrested"),
        pytest.param((0, 30, 0), None, id="none arrested tells of each"),
        pytest.param((10, 30, 3), None, id="not known of three"),
    ],
)
def test_new_arrests_known(asked, counts, said):
    for known, count in zip((Arrest.YES, Arrest.NO, Arrest.NOT_KNOWN), counts, strict=True):
        for _ in range(count):
            subject = asked.man(before=None, after=None, band=None)
            FollowUpFactory(subject=subject, known=known, moment=Moment.SIX, month=date(TOLD, 3, 1))
    told = closed(asked).tables["known"]
    assert told == {"six_months": said, "twelve_months": None}


def test_the_codes_stand_nowhere_in_clear(asked):
    men = asked.men(12)
    kept = closed(asked)
    assert sorted(man.pk.bytes for man in men) == [kept.roll[n : n + 16] for n in range(0, 12 * 16, 16)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT roll, tables FROM outcomes_yearofchange")
        roll, told = cursor.fetchone()
    for man in men:
        assert man.pk.bytes not in bytes(roll)
        assert man.pk.hex not in str(told)
        assert str(man.pk) not in str(told)


# --- Once


def test_the_same_year_again_gives_the_same_numbers(asked):
    asked.men(12)
    first = closed(asked)
    asked.men(5)
    again = closed(asked)
    assert (again.pk, again.tables) == (first.pk, first.tables)
    event = Event.objects.get(verb="outcomes.year_closed")
    assert (event.record, event.actor) == (f"outcomes.YearOfChange:{first.pk}", "task:outcomes.years")


def test_a_year_that_is_not_over_is_refused(asked):
    with pytest.raises(NotOver):
        closed(asked, now=datetime(2026, 2, 1, 5, tzinfo=UTC))  # in Seattle it is January
    with pytest.raises(NotOver):
        closed(asked, year=2026)
    assert not YearOfChange.objects.exists()


def test_which_year_is_the_last_one(asked):
    assert last_over(asked.program, now=datetime(2026, 1, 31, 20, tzinfo=UTC)) == 2024
    assert last_over(asked.program, now=LATE) == 2025
    assert last_over(asked.program, now=datetime(2026, 12, 31, 20, tzinfo=UTC)) == 2025


def test_what_the_year_before_told_counts(asked):
    """Six months later the same men but two are asked: their scores at intake would be the difference."""
    men = asked.men(14)
    for n, man in enumerate(men[:12]):
        SheetFactory(
            subject=man, instrument=asked.measure, is_done=True, moment=Moment.SIX, month=date(2026, 1, 1),
            answers=alike(1 + n % 3),
        )  # fmt: skip
    assert groups(closed(asked))[TOTAL, ""] == 14
    later = closed(asked, year=2026, now=datetime(2027, 3, 1, tzinfo=UTC))
    assert groups(later, Moment.SIX)[TOTAL, ""] is None


def test_also_when_one_of_them_has_been_forgotten_since(asked):
    men = asked.men(12)
    for n, man in enumerate(men[:11]):
        SheetFactory(
            subject=man, instrument=asked.measure, is_done=True, moment=Moment.SIX, month=date(2026, 1, 1),
            answers=alike(1 + n % 3),
        )  # fmt: skip
    closed(asked)
    men[11].delete()
    later = closed(asked, year=2026, now=datetime(2027, 3, 1, tzinfo=UTC))
    assert groups(later, Moment.SIX)[TOTAL, ""] is None


def test_without_the_key_no_year_is_made(asked, settings):
    asked.men(2)
    settings.VAULT_MASTER_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(KeyLost):
        closed(asked)


def test_without_the_key_of_an_earlier_year_none_is_made(asked):
    kept = closed(asked)
    Key.objects.filter(pk=kept.key_id).update(wrapped=Fernet(Fernet.generate_key()).encrypt(b"x"))
    with pytest.raises(KeyLost):
        closed(asked, year=2026, now=datetime(2027, 3, 1, tzinfo=UTC))


def test_a_missing_key_in_one_program_stops_no_other(asked):
    asked.man(month=date(2024, 6, 1))
    Key.objects.update(wrapped=Fernet(Fernet.generate_key()).encrypt(b"x"))
    other = Answering(ProgramFactory())
    other.man(month=date(2024, 6, 1))
    with pytest.raises(KeyLost):
        close_years(now=LATE)
    made = YearOfChange.objects.order_by("pk").values_list("program", "year")
    assert list(made) == [(other.program.pk, 2024), (other.program.pk, 2025)]


def test_years_are_made_by_themselves_the_oldest_first(asked):
    ProgramFactory()
    assert close_years(now=LATE) == 0
    asked.man(month=date(2023, 6, 1))
    assert close_years(now=LATE) == 3
    assert list(YearOfChange.objects.order_by("pk").values_list("program", "year")) == [
        (asked.program.pk, 2023), (asked.program.pk, 2024), (asked.program.pk, 2025),
    ]  # fmt: skip
    assert close_years(now=LATE) == 0


def test_a_year_that_is_running_tells_only_how_many(asked):
    asked.man(month=date(2026, 3, 1))
    asked.man(month=date(2026, 3, 1), before=None)
    asked.man(month=date(2026, 3, 1), later=Moment.SIX)
    Key.objects.update(destroyed_at=LATE, wrapped=b"")  # none is opened
    assert whole_so_far(asked.program, 2026) == {"after": 1, "six_months": 1}
    assert whole_so_far(asked.program, 2025) == {}


@pytest.mark.parametrize("count", [1, 13])
def test_as_many_queries_for_one_as_for_many(asked, count):
    asked.men(count)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        of_year(asked.program, TOLD)
    assert len(queries) == 2
    with CaptureQueriesContext(connection) as queries:
        closed(asked)
    assert len([one for one in queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]) == 9
