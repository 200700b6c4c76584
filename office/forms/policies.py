"""A new version of a program's rules."""

from typing import Any

from django import forms

from office.forms.base import DeedForm
from programs.actions.policies import FIELDS, newest_of
from programs.kinds import NoCredit, RequirementKind
from programs.models import Policy, Program

UP_TO = 999


def number(label: str, said: str = "", *, least: int = 0) -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=said, min_value=least, max_value=UP_TO)


class NewPolicy(DeedForm):
    """Filled with what the newest version says. Saved, it is the next one; cohorts that run keep theirs."""

    sessions_required = number("Sessions required", least=1)
    # Its word stands in the label: beside a box there is no room for help.
    each_module_required = forms.BooleanField(label="Each week is required; else any weeks will do", required=False)
    late_limit = number("Minutes late with credit", "Whoever comes later than that earns no credit.")
    early_limit = number("Minutes early with credit", "Whoever leaves sooner than that earns no credit.")
    no_credit_counts_as = forms.ChoiceField(
        label="Came, but earned no credit: it counts as", choices=NoCredit.choices(), widget=forms.RadioSelect
    )
    excused_allowed = number("Excused absences allowed")
    unexcused_warn_at = number("Unexcused absences: warn him at", "Proposed to the coordinator.")
    unexcused_notice_at = number(
        "Unexcused absences: propose a notice at", "One fewer is allowed. At least the number at which he is warned."
    )
    in_a_row_call_at = number("Absences in a row: call him at", "0: never.")
    makeups_allowed = number("Make-ups allowed", "Weeks that he may miss and make up.")
    makeups_per_week = number("Make-ups a week", "A booking beyond it is refused.")
    longest_break_days = number("Longest break, days", "A longer one needs the administrator's approval.")
    last_week_to_join = number("Last week to join", "Who joins a running cohort does so by this week.", least=1)
    least_present = number("Least present", "With fewer there, an evening doesn't count as held.", least=1)
    least_minutes = number("Least minutes", "That a session lasts.", least=1)
    few = number("Few present", "With so many or fewer the next line holds.")
    least_minutes_for_few = number("Least minutes with few present", least=1)
    requires = forms.MultipleChoiceField(
        label="Completion also asks for",
        choices=RequirementKind.choices(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Money is no condition unless you choose it.",
    )
    # The version that stood there when the page was made: of two who write at once the second is told.
    after = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def program(self) -> Program:
        owner: Program = self.record.program if isinstance(self.record, Policy) else self.record
        return owner

    def prepare(self) -> None:
        newest = newest_of(self.program)
        self.fields["after"].initial = newest.version if newest else 0

    def standing(self) -> dict[str, Any]:
        stands = newest_of(self.program) or Policy(program=self.program)
        return {name: getattr(stands, name) for name in FIELDS}

    @property
    def told_by(self) -> Any:
        return newest_of(self.program) or self.record

    def clean(self) -> dict[str, Any] | None:
        said = super().clean()
        warn, notice = self.cleaned_data.get("unexcused_warn_at"), self.cleaned_data.get("unexcused_notice_at")
        if warn is not None and notice is not None and warn > notice:
            self.add_error("unexcused_warn_at", "Warn him at the same number as the notice, or sooner.")
        return said

    def clean_no_credit_counts_as(self) -> NoCredit:
        return NoCredit(self.cleaned_data["no_credit_counts_as"])

    def clean_requires(self) -> list[RequirementKind]:
        return [RequirementKind(kind) for kind in self.cleaned_data["requires"]]
