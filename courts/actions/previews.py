"""What would come of a list: worked out batch by batch, without writing anything and without a lock."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from courts.actions.changes import is_news
from courts.actions.differences import Differences, differences, of_known
from courts.actions.drafts import draft, rows_of
from courts.actions.imports import Taking, men_like, who_is
from courts.actions.likeness import Coming, coming, known
from courts.lists import Joined
from courts.models import Referral
from courts.moves import OVER
from participants.models import Participant

KINDS = ("new", "matched", "changed", "refused")
# Of each kind so many are shown: nobody reads more before he takes a list in.
SHOWN = 100
LONGEST_SHOWN = 200  # letters of one value


@dataclass(slots=True)
class Counts:
    """Referrals, not rows; `refused` counts rows. `referrals`: all that the list is made of, for the progress."""

    new: int = 0
    matched: int = 0
    changed: int = 0
    refused: int = 0
    flagged: int = 0
    referrals: int = 0


@dataclass(slots=True)
class Preview:
    """Differs from what an import counts only where the database itself would refuse a row, where the office goes on
    with a file in between, or where one list says this and that of a man, in rows too far apart to be joined."""

    counts: Counts = field(default_factory=Counts)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    # By what a later row of this very list would be known again; hashes, since a list may be long.
    seen: set[int] = field(default_factory=set)

    def look_at(self, batch: Sequence[Joined], work: Taking) -> None:
        readable: list[Coming] = []
        for said in batch:
            court = said.row.refused or work.court_of(said.row)
            if isinstance(court, str):
                self._refuse(said, court, work)
            else:
                readable.append(coming(said, court))
        found = known(readable)
        people = men_like([one for one in readable if found.meant_by(one) is None])
        for one in readable:
            self._compare(one, found.meant_by(one), who_is(one, people, found), work)
        self.counts.referrals += len(batch)

    def _refuse(self, said: Joined, why: str, work: Taking) -> None:
        for row in rows_of(said):
            work.refuse(row, why)
            self.counts.refused += 1
            self._show("refused", said, why=why)

    def _compare(self, one: Coming, standing: Referral | None, man: Participant | None, work: Taking) -> None:
        if standing is not None:
            self._of_known(one, standing)
        elif self.seen.isdisjoint(map(hash, (one.fingerprint, *one.seeks))):
            self.counts.new += 1
            self.counts.flagged += any(row.flags for row in rows_of(one.said))
            reasons = [flag.reason for row in rows_of(one.said) for flag in row.flags]
            self._show("new", one.said, court=one.court.name if one.court else "", ask=reasons[:3])
            if man is not None or one.said.also:
                self._of_new(one, man, work)
        else:
            self.counts.matched += 1
            self._show("matched", one.said, of_this_list=True)
        self.seen.update(map(hash, (one.fingerprint, *one.offers)))

    def _of_new(self, one: Coming, man: Participant | None, work: Taking) -> None:
        """A new referral of which his file, or a further row of the list, says otherwise from the start."""
        made = draft(one, program=work.program, known=man, list_import=None, now=work.now)
        if found := differences(made):
            self.counts.changed += 1
            self._show("changed", one.said, participant=man and man.pk, changes=_changes(found))

    def _of_known(self, one: Coming, standing: Referral) -> None:
        found = {} if standing.state in OVER else of_known(standing, one.said)
        if found and is_news(standing, found):
            self.counts.changed += 1
            self._show("changed", one.said, referral=standing.pk, changes=_changes(found))
        else:
            self.counts.matched += 1
            self._show("matched", one.said, referral=standing.pk)

    def _show(self, kind: str, said: Joined, **more: Any) -> None:
        if len(self.rows[kind]) < SHOWN:
            row = said.row
            name = " ".join(filter(None, (row.first_name, row.last_name))) or row.raw.get("last_name", "")
            number = row.case_number or row.incident_number or row.raw.get("case_number", "")
            about = {"line": row.line, "name": name[:LONGEST_SHOWN], "number": number[:LONGEST_SHOWN]}
            self.rows[kind].append(about | more)

    def as_json(self) -> dict[str, Any]:
        return {"counts": asdict(self.counts), "rows": self.rows}


def _changes(found: Differences) -> list[list[str]]:
    return [[name, _short(old), _short(new)] for name, (old, new) in found.items()]


def _short(value: Any) -> str:
    """Lists are told with commas."""
    told = ", ".join(map(_short, value)) if isinstance(value, list) else "" if value is None else str(value)
    return told if len(told) <= LONGEST_SHOWN else f"{told[:LONGEST_SHOWN]}…"
