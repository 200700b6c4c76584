"""What was due against what arrived. No Django: what is compared are two lists."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

LISTED = frozenset({"failed", "unknown", "skipped", "missed"})


@dataclass(frozen=True, slots=True)
class Row:
    """Of the outbox. `reason` of one that is listed may be empty only where the state says all: missed."""

    address: str
    channel: str
    state: str
    reason: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Tally:
    """`wrong`: sentences about what must never be. Mails may double once a kill."""

    kills: int = 0
    due: int = 0
    lost: int = 0
    doubled_texts: int = 0
    doubled_mails: int = 0
    listed: int = 0
    wrong: tuple[str, ...] = field(default=())

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.kills + other.kills,
            self.due + other.due,
            self.lost + other.lost,
            self.doubled_texts + other.doubled_texts,
            self.doubled_mails + other.doubled_mails,
            self.listed + other.listed,
            self.wrong + other.wrong,
        )

    @property
    def ok(self) -> bool:
        return not (self.lost or self.doubled_texts or self.wrong)

    @classmethod
    def read(cls, line: str) -> "Tally":
        """As another process has printed it."""
        kills, due, lost, texts, mails, listed = map(int, re.findall(r"\d+", line))
        return cls(kills, due, lost, texts, mails, listed)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.due} due, lost {self.lost}, doubled texts {self.doubled_texts}, "
            f"doubled mails {self.doubled_mails}, listed {self.listed}"
        )


def tally(
    rows: Sequence[Row],
    arrived: Iterable[tuple[str, str, str]],
    *,
    kills: int = 0,
    may_double: int = 0,
    may_list: int | None = None,
) -> Tally:
    """`may_double`, `may_list`: how many were in somebody's hands when it happened; None: the fault looks itself."""
    at: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for channel, to, its_id in arrived:
        at[channel, to][its_id] += 1
    came = {row: at[row.channel, row.address][row.message_id] for row in rows}
    twice: Counter[str] = Counter()
    for row, times in came.items():
        twice[row.channel] += max(times - 1, 0)
    listed = sum(row.state in LISTED for row in rows)
    return Tally(
        kills=kills,
        due=len(rows),
        lost=sum(_is_lost(row, times) for row, times in came.items()),
        doubled_texts=twice["text"],
        doubled_mails=twice["email"],
        listed=listed,
        wrong=(
            *_too_often(twice["email"], may_double),
            *_too_many(listed, may_list),
            *_strange(rows, at),
            *_listed_wrong(came),
        ),
    )


def _is_lost(row: Row, times: int) -> bool:
    return row.state in ("queued", "sending") or (not times and row.state not in LISTED)


def _too_often(doubled: int, may_double: int) -> Iterable[str]:
    if doubled > may_double:
        yield f"{doubled} mails came twice, and no more than {may_double} were interrupted"


def _too_many(listed: int, may_list: int | None) -> Iterable[str]:
    """To list everything would lose nothing, and send nothing."""
    if may_list is not None and listed > may_list:
        yield f"{listed} are listed, and no more than {may_list} were interrupted"


def _strange(rows: Sequence[Row], at: dict[tuple[str, str], Counter[str]]) -> Iterable[str]:
    known: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        known[row.channel, row.address].add(row.message_id)
    for where, ids in known.items():
        if at[where].keys() - ids:
            yield f"{where[0]} {where[1]}: something came with an id that no row has"


def _listed_wrong(came: dict[Row, int]) -> Iterable[str]:
    for row, times in came.items():
        if times and row.state in LISTED - {"unknown"}:
            yield f"{row.channel} {row.address} is {row.state}, and came all the same"
        if row.state in LISTED - {"missed"} and not row.reason:
            yield f"{row.channel} {row.address} is {row.state} without a reason"
