"""Who answered at both moments, with what scores: read and opened once, when the numbers of a year are made.

Nobody is told of here by name, and nothing of this leaves but by `tables`.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
from cryptography.fernet import Fernet, InvalidToken

from outcomes.columns import codes, scored
from outcomes.instruments import Document
from outcomes.kinds import Kind, Moment
from outcomes.models import Instrument, Sheet, Subject
from outcomes.scoring import Answers
from outcomes.shipped import BAND_ITEM
from outcomes.tables import LATER, Measure, Missed, Pairs
from programs.models import Program
from vault.models import KeyLost, master

ENGLISH = "en"
IN_ALL = "In all"


@dataclass(slots=True)
class _His:
    """What is known under one code."""

    language: str
    open: Fernet
    band: str = ""
    first: dict[int, bytes] = field(default_factory=dict)


def of_year(program: Program, year: int) -> tuple[list[Pairs], list[str]]:
    """All pairs whose later sheet is of this year; and the bands in their order. Raises vault.models.KeyLost."""
    instruments = {one.pk: one for one in Instrument.objects.filter(program=program)}
    documents = {pk: one.document for pk, one in instruments.items()}
    later = _later(program, year)
    his = _known(later)
    _first(later, his, instruments, documents)
    grouped = defaultdict(list)
    for subject, instrument, moment, answers in later.values_list("subject", "instrument", "moment", "answers"):
        grouped[instrument, moment].append((subject, answers))
    found = [
        _pairs(instruments[pk], documents[pk], Moment(moment), rows, his, instruments)
        for (pk, moment), rows in sorted(grouped.items(), key=lambda one: (one[0][0], LATER.index(Moment(one[0][1]))))
    ]
    return found, _bands(instruments, documents)


def _later(program: Program, year: int) -> Any:
    in_year = {"month__gte": date(year, 1, 1), "month__lte": date(year, 12, 1)}
    of = Sheet.objects.done().filter(instrument__program=program, instrument__kind=Kind.MEASURE, moment__in=LATER)
    # In no order that anything could be learned from.
    return of.filter(**in_year).order_by("subject_id")


def _known(later: Any) -> dict[UUID, _His]:
    unwrap = master()
    rows = Subject.objects.filter(pk__in=later.order_by().values("subject"))
    try:
        return {
            pk: _His(language, Fernet(unwrap.decrypt(bytes(wrapped))))
            for pk, language, wrapped in rows.values_list("pk", "language", "key__wrapped")
        }
    except InvalidToken:
        raise KeyLost("The key to some of the answers is missing: the year can't be counted without them.") from None


def _first(
    later: Any, his: Mapping[UUID, _His], instruments: Mapping[int, Instrument], documents: Mapping[int, Document]
) -> None:
    """What they said at intake: the measures still closed, of the questionnaire the band alone."""
    rows = Sheet.objects.done().filter(moment=Moment.INTAKE, subject__in=later.order_by().values("subject"))
    bands = {pk: _labels(documents[pk]) for pk, one in instruments.items() if one.kind == Kind.QUESTIONNAIRE}
    for subject, instrument, answers in rows.values_list("subject", "instrument", "answers"):
        one = his[subject]
        if labels := bands.get(instrument):
            one.band = labels.get(json.loads(one.open.decrypt(bytes(answers))).get(BAND_ITEM), one.band)
        elif instruments[instrument].kind == Kind.MEASURE:
            one.first[instrument] = bytes(answers)


def _labels(document: Document) -> dict[int | None, str]:
    """By answer what it says; empty: it doesn't ask how often."""
    item = next((one for one in document.items if one.code == BAND_ITEM), None)
    return dict(document.choices(item, document.language(ENGLISH))) if item else {}


def _bands(instruments: Mapping[int, Instrument], documents: Mapping[int, Document]) -> list[str]:
    asked = [pk for pk, one in instruments.items() if one.kind == Kind.QUESTIONNAIRE]
    return list(dict.fromkeys(label for pk in sorted(asked) for label in _labels(documents[pk]).values()))


def _pairs(
    instrument: Instrument, document: Document, later: Moment, rows: list[tuple[UUID, Any]],
    his: Mapping[UUID, _His], instruments: Mapping[int, Instrument],
) -> Pairs:  # fmt: skip
    whole = [(subject, answers) for subject, answers in rows if instrument.pk in his[subject].first]
    before = scored(document, list(_opened(((one, his[one].first[instrument.pk]) for one, _ in whole), his)))
    after = scored(document, list(_opened(whole, his)))
    # All of a man's scores or none: so that each number is of the same men.
    there = np.asarray(~np.isnan(np.hstack([before, after])).any(axis=1), dtype=np.bool_)
    paired = [subject for (subject, _), is_there in zip(whole, there.tolist(), strict=True) if is_there]
    unmatched = Counter(
        any(instruments[other].code == instrument.code for other in his[subject].first)
        for subject, _ in rows
        if instrument.pk not in his[subject].first
    )
    return Pairs(
        _measure(instrument, document), later, paired, before[there], after[there],
        np.array([his[one].language for one in paired], dtype=np.str_),
        np.array([his[one].band for one in paired], dtype=np.str_),
        Missed(unmatched[False], unmatched[True], int((~there).sum())),
    )  # fmt: skip


def _measure(instrument: Instrument, document: Document) -> Measure:
    names = {one.code: one.name for one in document.subscales}
    return Measure(
        code=instrument.code,
        version=instrument.version,
        title=document.titles[document.language(ENGLISH)],
        label=instrument.label,
        low=document.low,
        high=max(map(document.high, document.items)),
        columns=tuple((code, names.get(code, IN_ALL)) for code in codes(document)),
    )


def _opened(rows: Iterable[tuple[UUID, Any]], his: Mapping[UUID, _His]) -> Iterator[Answers]:
    for subject, answers in rows:
        yield json.loads(his[subject].open.decrypt(bytes(answers)))
