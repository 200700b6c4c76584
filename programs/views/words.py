"""The sentences of the roster."""

from typing import Any

from django.utils.translation import gettext as _

from programs.forms import ASKS_MINUTES
from programs.kinds import MarkKind, NoCredit, Why
from programs.models import Mark
from programs.progress import Rules, earns_credit

# As a button's value has it.
ANSWERS = {True: "yes", False: "no"}


def kind_words(kind: MarkKind) -> str:
    return {
        MarkKind.PRESENT: _("Present"),
        MarkKind.LATE: _("Late"),
        MarkKind.LEFT_EARLY: _("Left early"),
        MarkKind.SENT_HOME: _("Sent home"),
        MarkKind.ABSENT: _("Absent"),
        MarkKind.NOT_PROVIDED: _("Not provided"),
    }[kind]


def told(mark: Mark) -> str:
    """What was marked: "Late, 18 minutes"."""
    return said(MarkKind(mark.kind), mark.minutes, rule=mark.rule, excused=bool(mark.excuse), gave=mark.gave_reason)


def said(kind: MarkKind, minutes: int | None, *, rule: str = "", excused: bool = False, gave: bool = False) -> str:
    words = kind_words(kind)
    if minutes is not None:
        return _("%(mark)s, %(minutes)d min") % {"mark": words, "minutes": minutes}
    if rule:
        return f"{words}: {rule}"
    if excused:
        return _("%(mark)s, excused") % {"mark": words}
    return _("%(mark)s, gave a reason") % {"mark": words} if gave else words


def question(name: str) -> str:
    return {"took_part": _("Took part"), "homework": _("Homework")}[name]


def yes_or_no(answer: bool) -> str:
    return _("Yes") if answer else _("No")


def answered(name: str, answer: bool) -> str:
    return f"{question(name)}: {yes_or_no(answer).lower()}"


def follows(mark: Mark, rules: Rules) -> str:
    """What comes of the minutes by the policy; "" where there are none."""
    if mark.kind not in ASKS_MINUTES or mark.minutes is None:
        return ""
    comes_of_it = _("present, with credit for this week")
    if not earns_credit(MarkKind(mark.kind), mark.minutes, rules):
        comes_of_it = _no_credit(rules)
    return _("%(minutes)d minutes: %(what)s") % {"minutes": mark.minutes, "what": comes_of_it}


def _no_credit(rules: Rules) -> str:
    return {
        NoCredit.MISSED_WEEK: _("present, no credit for this week"),
        NoCredit.EXCUSED: _("no credit for this week, an excused absence"),
        NoCredit.UNEXCUSED: _("no credit for this week, an unexcused absence"),
    }[rules.no_credit_counts_as]


def limits(rules: Rules) -> dict[str, int]:
    """By the button: up to how many minutes he keeps the credit."""
    return {"late": rules.late_limit, "left_early": rules.early_limit}


def week_state(why: Why | None) -> tuple[str, str]:
    """How a week's square looks, and its word; None: he has credit for it."""
    states: dict[Any, tuple[str, str]] = {
        None: ("filled", _("credit")),
        Why.NO_CREDIT: ("half", _("came, no credit")),
        Why.EXCUSED: ("hollow", _("absent, excused")),
        Why.NOT_PROVIDED: ("hollow", _("not provided")),
        Why.UNEXCUSED: ("crossed", _("absent")),
        Why.NOT_YET: ("ahead", _("no mark")),
    }
    return states[why]


def tonight() -> tuple[str, str]:
    return "now", _("this session")
