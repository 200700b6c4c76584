"""Two files side by side, field by field: whether they are one man's is for a person to say."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.models import User
from core import clock
from core.refusal import Refusal
from courts.actions.twice import Hindrance, become_enrolled, hindrances, put_together, what_moves
from office import restrictions, words
from office.casefile import CaseFile
from office.forms.twice import LABELS, TOGETHER, PutTogether, said
from office.looking import looked_at
from office.site import office
from office.subjects import case, page
from participants.likeness import Why
from participants.models import Likeness, Participant
from participants.twice import tell_apart

REASONS: dict[str, str] = {
    Why.NAME: "the same name",
    Why.PART: "one name is part of the other",
    Why.SPELLED: "almost the same name",
    Why.SOUND: "names that sound alike",
    Why.BORN: "the same birth date",
    Why.SWAPPED: "birth dates with day and month the other way round",
    Why.DIGIT: "birth dates that differ by one digit",
    Why.OTHERWISE: "different birth dates",
    Why.PHONE: "the same phone number",
}
CHANGED = "Something in these two files changed since you opened this page. Look at it again, then press the button."


@dataclass(frozen=True, slots=True)
class Row:
    """`one`, `other`: what each file says, a line each."""

    label: str
    one: list[str]
    other: list[str]

    @property
    def mark(self) -> str:
        if self.one == self.other:
            return "Same" if self.one else ""
        if not self.one or not self.other:
            return "In one only"
        return "Some the same" if set(self.one) & set(self.other) else "Different"


@dataclass(frozen=True, slots=True)
class Stop:
    """What stands in the way, and where it is resolved."""

    sentence: str
    button: str
    url: str


def compare(request: HttpRequest, one: int, other: int) -> HttpResponse:
    men = [_file(pk) for pk in (one, other)]
    if aside := next((man for man in men if man.merged_into_id), None):
        return _goes_on(request, aside)
    if one == other:
        raise Http404
    for man in men:
        looked_at(request, man)
    form = PutTogether(request.POST if request.POST.get("do") == "together" else None, one=men[0], other=men[1])
    if request.method == "POST":
        return _answered(request, men, form)
    return _shown(request, men, form)


def goes_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a man's file went that is in no list any more. 404: there is none."""
    aside = _file(pk)
    if aside.merged_into_id is None:
        raise Http404
    return _goes_on(request, aside)


def _file(pk: int) -> Participant:
    """Also one that was put to another: whoever may not open it learns nothing of it."""
    found = restrictions.open_only(Participant.objects.select_related("key", "merged_into"), ("pk",))
    man: Participant = get_object_or_404(found, pk=pk)
    return man


def _goes_on(request: HttpRequest, aside: Participant) -> HttpResponse:
    messages.info(request, f"File {aside.pk} was put together with this one.")
    return redirect(page(aside.himself))


def _answered(request: HttpRequest, men: list[Participant], form: PutTogether) -> HttpResponse:
    assert isinstance(request.user, User), "the office lets nobody else in"
    by, now = request.user, clock.now()
    if request.POST.get("do") == "apart":
        tell_apart(one=men[0], other=men[1], by=by, now=now)
        messages.success(request, "Noted: these are two men. You won't be asked about them again.")
        return redirect("office:index")
    if request.POST.get("seen") != _digest(men):
        return _shown(request, men, form, refused=CHANGED, status=409)
    if not form.is_valid():
        return _shown(request, men, form)
    kept, left = form.sides
    try:
        put_together(kept=kept, left=left, chosen=form.chosen, born_looked_at=form.sure, by=by, now=now)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _shown(request, men, form)
    messages.success(request, f"Put together. File {left.pk} is part of this one; you can take them apart again below.")
    return redirect(page(kept))


def _shown(
    request: HttpRequest, men: list[Participant], form: PutTogether, refused: str = "", status: int = 200
) -> HttpResponse:
    one, other = men
    about = {
        "men": men,
        "form": form,
        "refused": refused,
        "why": _why(one, other),
        "rows": _rows(one, other),
        "goes_over": [(man, _counted(what_moves(man))) for man in men],
        "stops": [_stop(found) for found in hindrances(one, other)],
        "enrolled": [case(one) for one in become_enrolled(one, other)],
        "seen": _digest(men),
    }
    return render(request, "office/compare.html", office.each_context(request) | about, status=status)


def _why(one: Participant, other: Participant) -> str:
    """Empty: nobody but the reader thought of it."""
    found = Likeness.objects.of(one.pk, [other.pk]).open().first()
    told = [REASONS[code] for code in found.why if code in REASONS] if found else []
    return ", ".join(told)


def _rows(one: Participant, other: Participant) -> list[Row]:
    files = CaseFile(one), CaseFile(other)
    fields = [
        Row(LABELS[name], *([text] if (text := said(man, name)) else [] for man in (one, other))) for name in TOGETHER
    ]
    facts = [
        Row(label, *(tell(file) for file in files))
        for label, tell in (
            ("Other names", _names),
            ("Reached at", _reach),
            ("Referrals", _cases),
            ("Program", _courses),
        )
    ]
    return [*fields, *facts]


def _names(file: CaseFile) -> list[str]:
    return sorted(file.man.other_names.values_list("name", flat=True))


def _reach(file: CaseFile) -> list[str]:
    return sorted(words.contact(one.point.kind, one.point.value) for one in file.reach)


def _cases(file: CaseFile) -> list[str]:
    return sorted(f"{case(one.referral)}, {one.referral.get_state_display()}" for one in file.cases)


def _courses(file: CaseFile) -> list[str]:
    found = (one.enrollment for one in file.courses)
    return sorted(f"{one.program.name}, {one.get_state_display().lower()}" for one in found)


def _digest(men: list[Participant]) -> str:
    """By it the page says what was looked at."""
    told: list[Any] = [(row.label, row.one, row.other) for row in _rows(*men)]
    return sha256(repr([told, [sorted(what_moves(man).items()) for man in men]]).encode()).hexdigest()


def _counted(counts: dict[str, int]) -> str:
    """ "2 referrals, 1 enrollment, 3 phone numbers"."""
    return ", ".join(f"{count:,} {_plural(what, count)}" for what, count in counts.items())


def _plural(what: str, count: int) -> str:
    if count == 1:
        return what
    return f"{what}es" if what.endswith("s") else f"{what}s"


def _stop(found: Hindrance) -> Stop:
    names = {
        "Participant": "Open his file",
        "NonAssociation": "Open what was noted",
        "Referral": "Open this referral",
        "Enrollment": "Open this enrollment",
    }
    return Stop(found.sentence, names[type(found.at).__name__], page(found.at))
