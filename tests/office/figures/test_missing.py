"""Who is missing, against somebody who knows the rule and tries every world that looks the same."""

from collections import defaultdict
from itertools import product
from typing import Any

import pytest

from office.figures.changing import said_years
from office.figures.missing import missing
from outcomes.kinds import Moment, State
from outcomes.tables import comparisons
from outcomes.withholding import told_count

LEAST = 3
Shown = list[tuple[int | None, list[tuple[str, str]]]]


def kept(done: int, *versions: tuple[int, int], least: int = LEAST, **states: int | None) -> dict[str, Any]:
    """A year: by version how many pairs, and how many left too many out."""
    return {
        "asked": {Moment.AFTER: {State.DONE: told_count(done, least)} | states},
        "comparisons": [_kept(place, *one, least) for place, one in enumerate(versions, start=1)],
    }


def _kept(version: int, pairs: int, too_few: int, least: int) -> dict[str, Any]:
    measure = {"code": "beliefs", "version": version, "title": "", "label": "", "low": 1, "high": 5, "columns": []}
    moments: dict[str, Any] = {"n": pairs, "before": [[], []], "after": [[], []], "change": [[], []]}
    missed = {"no_first": 0, "other_version": 0, "too_few_answers": told_count(too_few, least)}
    total = {"by": "", "key": ""} | ({"moments": moments} if pairs >= least else {})
    return {"measure": measure, "later": "after", "missed": missed, "groups": [total], "spread": []}


def shown(tables: dict[str, Any]) -> Shown:
    return [(one.total.n if one.total else None, list(missing(tables, one))) for one in comparisons(tables)]


def test_no_small_number_can_be_told_from_another() -> None:
    """By whatever is shown, both of one and two stay possible where it is one of them."""
    alike = defaultdict[str, list[dict[str, int]]](list)
    for done, first, few, second, fewer in product(range(20), range(5), range(5), range(5), range(5)):
        elsewhere = done - first - few - second - fewer
        world = {"first": first, "few": few, "second": second, "fewer": fewer, "elsewhere": elsewhere}
        alike[str(shown(kept(done, (first, few), (second, fewer))))].append(world)
    small = set(range(1, LEAST))
    given_away = [
        (looks, name, possible)
        for looks, worlds in alike.items()
        for name in worlds[0]
        if (possible := {world[name] for world in worlds}) & small and not small <= possible
    ]
    assert given_away == []
    assert sum("withheld" not in looks and "None" not in looks for looks in alike) > 9, "some of them are told"


ANSWERED = "Answered, after the last week"


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        pytest.param(
            kept(32, (20, 12), least=10), [(ANSWERED, "32"), ("Left too many questions out", "12")], id="it adds up"
        ),
        pytest.param(kept(20, (20, 0), least=10), [(ANSWERED, "20")], id="each makes up a pair"),
        pytest.param(
            kept(27, (20, 7), least=10),
            [(ANSWERED, "withheld"), ("Answered, and made up no pair", "withheld")],
            id="seven left too many out",
        ),
        pytest.param(
            kept(43, (40, 0), (3, 0), least=10),
            [(ANSWERED, "withheld"), ("Answered, and made up no pair", "withheld")],
            id="three by another version",
        ),
        pytest.param(
            kept(24, (20, 0), least=10),
            [(ANSWERED, "withheld"), ("Answered, and made up no pair", "withheld")],
            id="four whose answers are gone",
        ),
        pytest.param(
            kept(32, (20, 12), least=10, declined=None, missed=11),
            [
                (ANSWERED, "32"),
                ("Said no, after the last week", "fewer than 10"),
                ("Did not answer in time, after the last week", "11"),
                ("Left too many questions out", "12"),
            ],
            id="who did not answer",
        ),
        pytest.param(kept(0, (20, 12), least=10), [], id="nobody was due"),
    ],
)
def test_who_is_missing_and_why(tables: dict[str, Any], said: list[tuple[str, str]]) -> None:
    assert shown(tables)[0][1] == said


@pytest.mark.parametrize(
    ("years", "said"),
    [
        ((2025,), "2025"),
        ((2023, 2024, 2025), "2023 to 2025"),
        ((2023, 2025), "2023 and 2025"),
        ((2021, 2022, 2025), "2021, 2022 and 2025"),
    ],
)
def test_years_name_none_that_is_not_in_them(years: tuple[int, ...], said: str) -> None:
    assert said_years(years) == said
