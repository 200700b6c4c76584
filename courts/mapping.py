"""A court's own headers and ours: guessed where they are plain, left open where they aren't, said once by a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from rapidfuzz import fuzz, process

from courts import workbooks
from courts.headers import HEADER_WITHIN, LEFT_OUT, Columns, keys, squeezed, trimmed
from courts.lists import COLUMNS
from courts.tables import Source, first_rows

# Ours by key; LEFT_OUT for a column that isn't read.
Said = Mapping[str, str]

# How near a header must come to a known one, of a hundred; and how much nearer than to the next best one.
NEAR, AHEAD = 88, 6
LEAST_TO_COMPARE = 5  # letters: "dob" is near to anything
SAMPLES = 3
LONGEST_SAMPLE = 40

LABELS: dict[str, str] = {
    "case_number": "Case number",
    "incident_number": "Incident number",
    "plaintiff": "Plaintiff",
    "last_name": "Last name",
    "first_name": "First name",
    "middle_name": "Middle name",
    "suffix": "Suffix (Jr., III)",
    "name_as_charged": "Name as charged",
    "aliases": "Other names",
    "date_of_birth": "Date of birth",
    "phone": "Phone",
    "email": "E-mail",
    "address": "Address",
    "language": "Language",
    "interpreter": "Needs an interpreter",
    "statute": "Statute",
    "charge": "Charge",
    "referral_kind": "Kind of referral",
    "referrer": "Who refers",
    "ordered_on": "Ordered on",
    "received_on": "Received on",
    "enroll_by": "Enroll by",
    "start_by": "Start by",
    "complete_by": "Complete by",
    "proof_due_by": "Proof due by",
    "hearing_at": "Next hearing",
    "judge": "Judge",
    "prosecutor_email": "Prosecutor's e-mail",
    "attorney": "Defense attorney",
    "attorney_email": "Defense attorney's e-mail",
    "probation_officer": "Probation officer",
    "probation_email": "Probation officer's e-mail",
    "court": "Court",
}
_SYNONYMS: dict[str, str] = {
    "case_number": "case no;case #;case;case num;cause number;cause no;cause;cause #;docket number;docket no;docket;"
    "court case number;citation number",
    "incident_number": "incident no;incident;incident #;police report number;police case number;ir number",
    "plaintiff": "prosecuting party",
    "last_name": "last;surname;family name;lname;defendant last name;def last name;client last name",
    "first_name": "first;given name;forename;fname;defendant first name;def first name;client first name",
    "middle_name": "middle;middle initial;mi;mname;defendant middle name",
    "suffix": "sfx;name suffix;generation",
    "name_as_charged": "name on complaint;caption name;charged name",
    "aliases": "alias;aka;a.k.a.;other names;also known as",
    "date_of_birth": "dob;d.o.b.;birth date;birthdate;born;birthday;defendant dob",
    "phone": "phone number;telephone;tel;cell;cell phone;mobile;home phone;defendant phone",
    "email": "e-mail;email address;e-mail address;defendant email",
    "address": "street address;mailing address;home address;defendant address",
    "language": "primary language;preferred language;spoken language",
    "interpreter": "interpreter needed;needs interpreter;interpreter required;interp",
    "statute": "rcw;statute code;charge code;ordinance",
    "charge": "offense;charge description;offense description;charges;crime;count",
    "referral_kind": "referral type;type of referral",
    "referrer": "referred by;referring party;referral source",
    "ordered_on": "order date;date ordered;date of order;sentence date;disposition date;soc date",
    "received_on": "date received;received;referral date;date of referral",
    "enroll_by": "enrollment deadline;enroll by date;must enroll by;enrollment due",
    "start_by": "start deadline;begin by;must start by",
    "complete_by": "completion deadline;complete by date;must complete by;completion due",
    "proof_due_by": "proof due;proof due date;proof of completion due;proof deadline",
    "hearing_at": "hearing;hearing date;next hearing;next court date;review hearing;review date;court date",
    "judge": "judicial officer;judge name;hon;presiding judge",
    "prosecutor_email": "prosecutor e-mail;da email;city attorney email",
    "attorney": "defense attorney;defense counsel;public defender;counsel;lawyer;defense",
    "attorney_email": "defense email;defense attorney email;counsel email;public defender email",
    "probation_officer": "probation;po;probation officer name;supervising officer",
    "probation_email": "probation officer email;po email",
    "court": "court name;court code;referring court",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A list's own header, and what stands under each column of it."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def keys(self) -> list[str]:
        return keys(self.header)

    @property
    def is_ours(self) -> bool:
        """Each column is called what we call it, and none is missing: nobody need be asked."""
        names = [COLUMNS.named(cell) for cell in self.header]
        known = [name for name in names if name]
        return len(known) == len(names) == len(set(known)) and not missing(known)

    def under(self, at: int) -> list[str]:
        """The first values of a column that has some."""
        found = [row[at].strip() for row in self.rows if at < len(row) and row[at].strip()]
        return [one if len(one) <= LONGEST_SAMPLE else f"{one[:LONGEST_SAMPLE]}…" for one in found[:SAMPLES]]


def sample(place: Source, sheet: str = "") -> Sample:
    """Raises UnreadableList."""
    if workbooks.is_workbook(place):
        rows = workbooks.first_rows(place, sheet, HEADER_WITHIN + 2 * SAMPLES)
    else:
        every = replace(COLUMNS, mapped=tuple(_known().items()))
        rows = [trimmed(row) for row in first_rows(place, every, HEADER_WITHIN + 2 * SAMPLES)]
    at = _header_at(rows[:HEADER_WITHIN])
    header = rows[at] if rows else []
    return Sample(tuple(header), tuple(map(tuple, rows[at + 1 :])))


def _header_at(rows: Sequence[Sequence[str]]) -> int:
    """Titles and dates may stand above it: the row in which most is known; else the first that has several cells."""
    known = [sum(bool(name) for name in guess(row).values()) for row in rows]
    most = max(known, default=0)
    return known.index(most) if most > 1 else next((at for at, row in enumerate(rows) if len(row) > 1), 0)


@cache
def _known() -> dict[str, str]:
    """Ours by every spelling that we know, squeezed."""
    found = {squeezed(name): name for name in COLUMNS.known}
    for name, others in _SYNONYMS.items():
        found |= {squeezed(other): name for other in others.split(";")}
    return found


def guess(header: Sequence[str]) -> dict[str, str]:
    """Ours by key; "" for what nobody can tell. No column of ours is given away twice: the plainest one has it."""
    found: dict[str, str] = dict.fromkeys(keys(header), "")
    taken: set[str] = set()
    for sure in (_exactly, _nearly):
        for key, cell in zip(found, header, strict=True):
            name = "" if found[key] else sure(cell)
            if name and name not in taken:
                found[key] = name
                taken.add(name)
    return found


def _exactly(cell: str) -> str:
    return _known().get(squeezed(cell), "")


def _nearly(cell: str) -> str:
    """By spelling alone; where two of ours are about as near, by neither."""
    asked = squeezed(cell)[:100]
    if len(asked) < LEAST_TO_COMPARE:
        return ""
    found = process.extract(asked, _known().keys(), scorer=fuzz.ratio, score_cutoff=NEAR - AHEAD, limit=10)
    best = [(_known()[spelling], score) for spelling, score, _ in found]
    if not best or best[0][1] < NEAR:
        return ""
    name, score = best[0]
    rivals = [other for other, near in best if other != name and near > score - AHEAD]
    return "" if rivals else name


def missing(names: Sequence[str]) -> str:
    """A sentence about the columns that no list can do without; "" where all are there."""
    lacking = [group for group in COLUMNS.required if not set(group) & set(names)]
    if not lacking:
        return ""
    needed = ", ".join(" or ".join(LABELS[name].lower() for name in group) for group in lacking)
    return f"Say which column is the {needed}. Without it no row can come in."


def doubled(said: Said) -> str:
    """A sentence about a column of ours that was given to two of theirs; "" where none was."""
    names = [name for name in said.values() if name not in ("", LEFT_OUT)]
    twice = sorted({LABELS[name].lower() for name in names if names.count(name) > 1})
    return f"Two columns are the {', '.join(twice)}. Leave one of them out." if twice else ""


def covers(said: Said, header: Sequence[str]) -> bool:
    """Whether each column of this header was spoken of, and nothing that we need is missing."""
    its = keys(header)
    return set(its) <= set(said) and not missing([said[key] for key in its])


def columns_of(said: Said | None) -> Columns:
    """None: the list calls its columns what we call them."""
    if said is None:
        return COLUMNS
    return replace(COLUMNS, mapped=tuple((key, name or LEFT_OUT) for key, name in said.items()))
