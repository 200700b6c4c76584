"""What a roster shows of each person: how he is called, his weeks so far, tonight's mark."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from accounts.models import User
from programs.actions.standing import marked
from programs.forms import ASKED_OF_THE_PRESENT, ASKS_MINUTES, MarkForm, choice_of, was_there
from programs.kinds import Why
from programs.models import Enrollment, Mark, Module, Policy, Session
from programs.progress import Rules, Week
from programs.rosters import Name, called
from programs.tally import tally_of
from programs.views import words
from programs.views.staff import shut_to

QUICK_MINUTES = (5, 10, 15, 20, 30)


@dataclass
class Row:
    """`data`: a tap that wasn't saved. `changed`: because somebody had marked him meanwhile; `mark` is that mark."""

    enrollment: Enrollment
    session: Session
    viewer: User
    rules: Rules
    mark: Mark | None
    name: str = ""
    weeks: list[dict[str, Any]] = field(default_factory=list)
    data: Any = None
    changed: bool = False
    refused: str = ""

    @cached_property
    def form(self) -> MarkForm:
        auto_id = f"person-{self.enrollment.pk}-%s"
        return MarkForm(self.data, session=self.session, seen=self.mark, own_note=self.own_note, auto_id=auto_id)

    @cached_property
    def fresh_key(self) -> uuid.UUID:
        return uuid.uuid4()

    @property
    def own_note(self) -> str:
        """Notes are private: a colleague's isn't shown, and stays with the mark that it was written with."""
        return self.mark.comment if self.mark and self.mark.by_id == self.viewer.pk else ""

    @property
    def by_another(self) -> str:
        return self.mark.by.name if self.mark and self.mark.by_id != self.viewer.pk else ""

    @property
    def chosen(self) -> str:
        return choice_of(self.mark) if self.mark else ""

    @property
    def opened(self) -> str:
        """Which of the row's questions stands open."""
        if self.changed or not self.form.is_bound or not self.form.errors:
            return ""
        return self.form.chosen if self.form.chosen in ASKS_MINUTES else "more"

    @property
    def told(self) -> str:
        return words.told(self.mark) if self.mark else ""

    @property
    def follows(self) -> str:
        return words.follows(self.mark, self.rules) if self.mark else ""

    @property
    def in_more(self) -> bool:
        """Whether what was chosen stands behind the "⋯"."""
        return self.chosen in ("gave_reason", "sent_home", "not_provided")

    @property
    def tells_more(self) -> bool:
        """Whether the pressed button alone doesn't say it."""
        mark = self.mark
        return bool(mark and (mark.minutes or mark.excuse or self.in_more))

    @property
    def waited(self) -> bool:
        """Whether the tap waited for a line so long that the hours differ."""
        mark = self.mark
        return bool(mark and mark.tapped_at and _minute(mark.tapped_at) != _minute(mark.at))

    @property
    def corrected(self) -> bool:
        closed_at = self.session.closed_at
        return bool(self.mark and closed_at and self.mark.at > closed_at)

    @property
    def again(self) -> dict[str, str] | None:
        """The tap that wasn't saved, as a button that would save it: its value and its words.

        None: beside the mark that stands now it says nothing any more.
        """
        said = self.form.cleaned_data.get("said")
        if said is None:
            return None
        if self.form.chosen in ASKED_OF_THE_PRESENT:
            answer = getattr(said, self.form.chosen)
            value, told = f"{self.form.chosen} {words.ANSWERS[answer]}", words.answered(self.form.chosen, answer)
        else:
            value = f"{self.form.chosen} {said.minutes}" if said.minutes else self.form.chosen
            told = words.said(said.kind, said.minutes, rule=said.rule, gave=said.gave_reason)
        return {"value": value, "words": told}

    @property
    def there(self) -> bool:
        """Whether he is asked what only one who was there can be."""
        return self.mark is not None and not self.changed and was_there(self.mark)

    @property
    def answers(self) -> list[dict[str, Any]]:
        """What is asked of one who was there, with what was answered.

        In its place in every row, unseen until it is asked: nothing may move under the thumb that marks the next man.
        """
        return [
            {
                "name": name,
                "words": words.question(name),
                "choices": [
                    {"value": value, "words": words.yes_or_no(answer), "pressed": given is answer}
                    for answer, value in words.ANSWERS.items()
                ],
            }
            for name in ASKED_OF_THE_PRESENT
            for given in [getattr(self.mark, name) if self.there else None]
        ]

    @property
    def asks(self) -> list[dict[str, Any]]:
        """What "late" and "left early" ask."""
        limits = words.limits(self.rules)
        return [
            {
                "choice": choice,
                "open": self.opened == choice,
                "field": self.form[f"{choice}_minutes"],
                "limit": limits[choice],
                "quick": [minutes for minutes in QUICK_MINUTES if minutes <= self.session.minutes],
            }
            for choice in ASKS_MINUTES
        ]


def rows_of(session: Session, viewer: User, modules: Iterable[Module]) -> list[Row]:
    """In the order of the names as shown. `modules`: of the session's own curriculum."""
    everybody: list[Any] = list(Enrollment.objects.on_roster(session).for_roster().order_by("id"))
    away = shut_to(viewer, session)
    roster = [him for him in everybody if him.participant_id not in away]
    marks = _marks_by_person(roster)
    rules = _rules_by_policy(session, roster)
    weeks = _weeks_by_curriculum(session, roster, modules)
    rows = []
    for him, name in zip(roster, called([name_of(him) for him in roster]), strict=True):
        his = rules.get(him.policy_id) or _rules_without_a_seat(session)
        squares = _squares(weeks[him.curriculum_id or session.module.curriculum_id], marks[him.pk], his, session)
        tonight = next((mark for mark in marks[him.pk] if mark.session_id == session.pk), None)
        rows.append(Row(him, session, viewer, his, tonight, name, squares))
    return sorted(rows, key=lambda row: row.name.casefold())


def _rules_by_policy(session: Session, roster: Sequence[Any]) -> Mapping[int, Rules]:
    """That of its own cohort is at hand; guests may bring others."""
    own = {session.cohort.policy_id: session.cohort.policy.rules} if session.cohort else {}
    others = {him.policy_id for him in roster if him.policy_id} - own.keys()
    found = Policy.objects.filter(pk__in=others) if others else ()
    return own | {policy.pk: policy.rules for policy in found}


def rules_for(him: Any, session: Session) -> Rules:
    """`him`: an enrollment or a mark with the policy of the cohort he sat in last."""
    if session.cohort and session.cohort.policy_id == him.policy_id:
        return session.cohort.policy.rules
    if him.policy_id is None:
        return _rules_without_a_seat(session)
    return Policy.objects.get(pk=him.policy_id).rules


def _rules_without_a_seat(session: Session) -> Rules:
    return Policy.objects.filter(program=session.program_id).latest("version").rules


def _minute(when: datetime) -> datetime:
    return when.replace(second=0, microsecond=0)


def names_on(session: Session) -> dict[int, str]:
    """How each is called on this roster."""
    roster = list(Enrollment.objects.on_roster(session).for_roster().order_by("id"))
    return {him.pk: name for him, name in zip(roster, called([name_of(him) for him in roster]), strict=True)}


def name_of(him: Enrollment) -> Name:
    return Name(him.participant.preferred_name or him.participant.first_name, him.participant.last_name)


def _marks_by_person(roster: Sequence[Enrollment]) -> Mapping[int, list[Mark]]:
    found: dict[int, list[Mark]] = defaultdict(list)
    people = {him.pk: him for him in roster}
    for mark in Mark.objects.current().filter(enrollment__in=people).select_related("session__program", "by"):
        mark.enrollment = people[mark.enrollment_id]
        found[mark.enrollment_id].append(mark)
    return found


def _weeks_by_curriculum(
    session: Session, roster: Sequence[Any], modules: Iterable[Module]
) -> Mapping[int, dict[int, Week]]:
    own = session.module.curriculum_id
    others = {him.curriculum_id for him in roster if him.curriculum_id} - {own}
    found: dict[int, dict[int, Week]] = defaultdict(dict)
    for module in [*modules, *(Module.objects.filter(curriculum__in=others) if others else ())]:
        found[module.curriculum_id][module.pk] = Week(module.pk, module.week)
    return found


def _squares(weeks: Mapping[int, Week], marks: Iterable[Mark], rules: Rules, session: Session) -> list[dict[str, Any]]:
    """His weeks without tonight's mark, which stands beside them in words."""
    tonight = session.taught_id or session.module_id
    before = [marked(mark) for mark in marks if mark.session_id != session.pk]
    tally = tally_of(weeks, before, rules)
    squares = []
    for module, week in weeks.items():
        why = None if module in tally.credits else tally.why.get(module, Why.NOT_YET)
        state, word = words.week_state(why)
        if module == tonight and why is not None:
            state, word = words.tonight()
        squares.append({"number": week.week, "state": state, "word": word})
    return squares
