from datetime import date
from typing import Any

from django import forms

from courts.actions import flags, reports
from courts.actions.differences import DATES
from courts.kinds import LABELS, ReferralKind
from courts.models import Delivery, Extension, Referral
from courts.moves import Closing
from courts.steps import ReportKind
from office import words
from office.forms.base import Choose, DayField, DeedForm, Lines, worded
from office.subjects import case


class Accept(DeedForm):
    """The program's checklist: yes or no, and nothing of what lies behind an answer."""

    short_choices = True

    def prepare(self) -> None:
        for item in self.record.program.eligibility.all():
            self.fields[item.code] = forms.TypedChoiceField(
                label=item.question,
                choices=[("yes", "Yes"), ("no", "No")],
                coerce=lambda answer: answer == "yes",
                widget=forms.RadioSelect,
            )

    def said(self) -> dict[str, Any]:
        return {"answers": self.cleaned_data}


class Why(DeedForm):
    why = Lines(label="Why")


class Hold(DeedForm):
    reason = Lines(label="Why the court holds the case")
    review_on = DayField(label="Look again on")
    keeps_seat = forms.BooleanField(
        label="He keeps his seat meanwhile",
        required=False,
        initial=True,
    )


class BeginReport(DeedForm):
    kind = forms.ChoiceField(label="Of what kind", choices=worded(reports.BEGUN_BY_A_PERSON), widget=forms.RadioSelect)

    def clean_kind(self) -> ReportKind:
        return ReportKind(self.cleaned_data["kind"])


class Close(DeedForm):
    closing = forms.ChoiceField(label="Because", choices=worded(Closing), widget=forms.RadioSelect)
    moved_to = Choose(
        label="The new court's referral",
        say=case,
        queryset=Referral.objects.none(),
        required=False,
        help_text="Only when the case moved to another court.",
    )
    why = Lines(label="Note", required=False)

    def prepare(self) -> None:
        others = self.record.participant.referrals.exclude(pk=self.record.pk).select_related("court")
        self.fields["moved_to"].queryset = others  # type: ignore[attr-defined]

    def clean_closing(self) -> Closing:
        return Closing(self.cleaned_data["closing"])


class Extend(DeedForm):
    due_on = DayField(label="New date")
    basis = forms.ChoiceField(label="By", choices=worded(Extension.Basis), widget=forms.RadioSelect)
    judge = forms.CharField(label="Judge", required=False, max_length=200)
    told_by = forms.CharField(label="Told by", required=False, max_length=200, help_text="For an oral extension.")
    told_on = DayField(label="Told on", required=False)

    def prepare(self) -> None:
        self.fields["due_on"].help_text = f"It is {words.day(self.record.due_on)} now."

    def clean_basis(self) -> Extension.Basis:
        return Extension.Basis(self.cleaned_data["basis"])


class Release(DeedForm):
    begins_on = DayField(label="Signed on")
    ends_on = DayField(label="Ends on", required=False, help_text="Leave it empty when it has no end.")

    def standing(self) -> dict[str, Any]:
        return {"begins_on": self.record.release_on, "ends_on": self.record.release_until}


class Delivered(DeedForm):
    """E-filing gives an envelope number; the other ways ask nothing."""

    envelope = forms.CharField(label="Envelope number", max_length=60, required=False)

    def prepare(self) -> None:
        if self.record.channel != "efiling":
            del self.fields["envelope"]


class NotDelivered(DeedForm):
    state = forms.ChoiceField(
        label="What happened",
        choices=[("failed", "It could not be sent"), ("returned", "It came back")],
        widget=forms.RadioSelect,
    )
    reason = Lines(label="Why")

    def standing(self) -> dict[str, Any]:
        """What somebody noted of it before."""
        noted = self.record.state in (Delivery.State.FAILED, Delivery.State.RETURNED)
        return {"state": self.record.state, "reason": self.record.reason} if noted else {"state": "", "reason": ""}

    def clean_state(self) -> Delivery.State:
        return Delivery.State(self.cleaned_data["state"])


class SettleFlag(DeedForm):
    answer = Lines(label="What came of it", help_text="As in: asked the clerk, who looked into the order.")

    def prepare(self) -> None:
        """What can be written where it belongs is asked for; of the rest it is said that it isn't."""
        field = self.record.field
        if field not in flags.WRITTEN:
            self.fields["answer"].help_text += " Only this is kept: correct the value itself where it stands."
            return
        named: dict[str, Any] = {"label": words.plain(field), "required": False}
        if field in DATES:
            asks: forms.Field = DayField(**named)
        elif field == "referral_kind":
            kinds = [LABELS[kind] for kind in ReferralKind]
            asks = forms.ChoiceField(choices=[("", "–"), *((said, words.plain(said)) for said in kinds)], **named)
        else:
            asks = forms.CharField(max_length=500, **named)
        asks.help_text = "It is written where it belongs, with what follows from it. Empty: nothing is changed."
        self.fields["value"] = asks
        self.order_fields(["value", "answer"])

    def clean_value(self) -> str:
        said = self.cleaned_data["value"]
        return said.isoformat() if isinstance(said, date) else str(said or "")
