"""Who answered at both moments, with what scores: read and opened once, when the numbers of a year are made.

Nobody is told of here by name, and nothing of this leaves but by `tables`.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from uuid import UUID

import numpy as np
from cryptography.fernet import Fernet, InvalidToken
from django.db.models import F, FilteredRelation, Q, QuerySet

from outcomes.columns import Said, codes
from outcomes.instruments import Document
from outcomes.kinds import Kind, Moment
from outcomes.models import Instrument, Sheet
from outcomes.shipped import BAND_ITEM
from outcomes.tables import LATER, Measure, Missed, Pairs
from programs.models import Program
from vault.models import KeyLost, master

ENGLISH, IN_ALL = "en", "In all"
AT_ONCE = 2_000
Labels = Mapping[int | None, str]


class _Rows:
    """Of one instrument and one moment, as they come from the database: each man's answers are opened, counted, and
    let go, so that those of one man alone are in memory in clear."""

    def __init__(self, document: Document) -> None:
        self.before, self.after = Said(document), Said(document)
        self.subjects: dict[bytes, None] = {}
        self.languages: list[str] = []
        self.bands: list[str] = []
        # Who answered later, and not at intake by the same.
        self.alone: list[UUID] = []


def of_year(program: Program, year: int) -> tuple[list[Pairs], list[str]]:
    """All pairs whose later sheet is of this year; and the bands in their order. Raises vault.models.KeyLost."""
    instruments = {one.pk: one for one in Instrument.objects.filter(program=program)}
    documents = {pk: one.document for pk, one in instruments.items()}
    asking = [pk for pk, one in instruments.items() if one.kind == Kind.QUESTIONNAIRE and _item(documents[pk])]
    labels = {pk: _labels(documents[pk]) for pk in sorted(asking)}
    found = _read(_joined(program, year, asking), documents, labels)
    others = _by_another(found, instruments)
    pairs = [
        _pairs(instruments[pk], documents[pk], Moment(moment), rows, others[pk, moment])
        for (pk, moment), rows in sorted(found.items(), key=lambda one: (one[0][0], LATER.index(Moment(one[0][1]))))
    ]
    return pairs, list(dict.fromkeys(label for its in labels.values() for label in its.values()))


def _item(document: Document) -> bool:
    return any(one.code == BAND_ITEM for one in document.items)


def _labels(document: Document) -> Labels:
    """By answer what it says."""
    item = next(one for one in document.items if one.code == BAND_ITEM)
    return dict(document.choices(item, document.language(ENGLISH)))


def _joined(program: Program, year: int, asking: list[int]) -> QuerySet[Sheet]:
    """A row for each sheet of the year, with those of intake beside it."""
    in_year = {"month__gte": date(year, 1, 1), "month__lte": date(year, 12, 1)}
    of = Sheet.objects.done().filter(instrument__program=program, instrument__kind=Kind.MEASURE, moment__in=LATER)
    intake = Q(subject__sheets__moment=Moment.INTAKE, subject__sheets__is_done=True)
    same, asked = Q(subject__sheets__instrument=F("instrument")), Q(subject__sheets__instrument__in=asking)
    return of.filter(**in_year).annotate(
        first=FilteredRelation("subject__sheets", condition=intake & same),
        asked=FilteredRelation("subject__sheets", condition=intake & asked),
    )


def _read(
    joined: QuerySet[Sheet], documents: Mapping[int, Document], labels: Mapping[int, Labels]
) -> dict[tuple[int, str], _Rows]:
    found: dict[tuple[int, str], _Rows] = {}
    fields = ("instrument", "moment", "subject", "subject__language", "subject__key__wrapped", "first__answers",
              "asked__instrument", "asked__answers", "answers")  # fmt: skip
    unwrap = master().decrypt
    for pk, moment, subject, language, wrapped, first, asked, band, last in joined.values_list(*fields).iterator(
        AT_ONCE
    ):
        rows = found.get((pk, moment)) or found.setdefault((pk, moment), _Rows(documents[pk]))
        if first is None:
            rows.alone.append(subject)
        elif subject.bytes not in rows.subjects:
            opened = _opener(unwrap, bytes(wrapped))
            rows.subjects[subject.bytes] = None
            rows.languages.append(language)
            rows.bands.append(labels[asked].get(json.loads(opened(bytes(band))).get(BAND_ITEM), "") if asked else "")
            rows.before.add(json.loads(opened(bytes(first))))
            rows.after.add(json.loads(opened(bytes(last))))
    return found


def _opener(unwrap: Callable[[bytes], bytes], wrapped: bytes) -> Callable[[bytes], bytes]:
    try:
        return Fernet(unwrap(wrapped)).decrypt
    except InvalidToken:
        raise KeyLost("The key to some of the answers is missing: the year can't be counted without them.") from None


def _by_another(
    found: Mapping[tuple[int, str], _Rows], instruments: Mapping[int, Instrument]
) -> Counter[tuple[int, str]]:
    """How many of those without a pair were asked by another version at intake."""
    alone = {subject for rows in found.values() for subject in rows.alone}
    first = Sheet.objects.done().filter(moment=Moment.INTAKE, subject__in=alone) if alone else Sheet.objects.none()
    asked_by = defaultdict[UUID, set[str]](set)
    for subject, code in first.values_list("subject", "instrument__code"):
        asked_by[subject].add(code)
    return Counter(
        {key: sum(instruments[key[0]].code in asked_by[one] for one in set(rows.alone)) for key, rows in found.items()}
    )


def _pairs(instrument: Instrument, document: Document, later: Moment, rows: _Rows, by_another: int) -> Pairs:
    before, after = rows.before.scores(), rows.after.scores()
    # All of a man's scores or none: so that each number is of the same men.
    there = np.asarray(~np.isnan(np.hstack([before, after])).any(axis=1), dtype=np.bool_)
    subjects = [subject for subject, is_there in zip(rows.subjects, there.tolist(), strict=True) if is_there]
    missed = Missed(len(set(rows.alone)) - by_another, by_another, int((~there).sum()))
    return Pairs(
        _measure(instrument, document), later, subjects, before[there], after[there],
        _texts(rows.languages)[there], _texts(rows.bands)[there], missed,
    )  # fmt: skip


def _texts(values: Iterable[str]) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    return np.array(list(values), dtype=np.str_)


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
