"""Who asks for records, his own or another's, and what goes."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core import clock
from courts.models import Referral
from office import words
from office.forms.base import Choose, DayField, DeedForm, Lines
from office.subjects import case, rows
from records.disclosure import items
from records.kinds import ASKING_LABELS, HANDED_BY_LABELS, SHOWN_BY_LABELS, Asking, HandedBy, ShownBy

# Of a note, before it is chosen.
LETTERS_SHOWN = 400


class NoteAsking(DeedForm):
    asked_on = DayField(label="When did he ask?")

    def prepare(self) -> None:
        self.fields["asked_on"].initial = words.today()


class Identify(DeedForm):
    shown_by = forms.ChoiceField(
        label="How did he show who he is?", choices=[*SHOWN_BY_LABELS.items()], widget=forms.RadioSelect
    )

    def clean_shown_by(self) -> ShownBy:
        return ShownBy(self.cleaned_data["shown_by"])


class HandOver(DeedForm):
    how = forms.ChoiceField(
        label="How was it handed over?",
        choices=[*HANDED_BY_LABELS.items()],
        widget=forms.RadioSelect,
        help_text="Never by a link, and never by e-mail.",
    )

    def clean_how(self) -> HandedBy:
        return HandedBy(self.cleaned_data["how"])


class NoteRequest(DeedForm):
    grounds = forms.ChoiceField(label="On what grounds?", choices=[*ASKING_LABELS.items()], widget=forms.RadioSelect)
    who = forms.CharField(label="Who asks?", max_length=200)
    cited = forms.CharField(
        label="What is cited?",
        max_length=300,
        help_text="The order’s or the subpoena’s number, the statute, the day of the release that he signed.",
    )
    referral = Choose(
        label="About which case?", say=case, queryset=Referral.objects.none(), required=False,
        empty_label="All that is kept about him",
    )  # fmt: skip
    asked_for = Lines(label="What does it ask for?", max_length=2000, help_text="In its own words.")
    received_on = DayField(label="When did it come?")
    answer_by = DayField(label="To be answered by", required=False, help_text="Empty: it names no day.")

    def prepare(self) -> None:
        self.fields["referral"].queryset = rows(Referral).filter(participant=self.record).order_by("-pk")  # type: ignore[attr-defined]
        self.fields["received_on"].initial = words.today()

    def clean_grounds(self) -> Asking:
        return Asking(self.cleaned_data["grounds"])


class ChooseRecords(DeedForm):
    records = forms.MultipleChoiceField(label="What goes", required=False, widget=forms.CheckboxSelectMultiple)

    def prepare(self) -> None:
        found = items.of(self.record, until=clock.now())
        field: Any = self.fields["records"]
        field.choices = [(one.record, _shown(one)) for one in found]
        field.help_text = _to_look_at(found) if found else "Nothing is kept about him that could go."

    def standing(self) -> dict[str, Any]:
        return {"records": sorted(self.record.items.values_list("record", flat=True))}


class Refuse(DeedForm):
    why = Lines(label="Why does nothing go?", max_length=1000)


def _shown(one: items.Item) -> SafeString:
    shows = format_html_join("", "<br>{}", ((line[:LETTERS_SHOWN],) for line in one.shows))
    warning = format_html('<br><span class="attention">{}</span>', one.warning) if one.warning else ""
    return format_html('<strong>{}</strong><span class="muted">{}</span>{}', one.title, shows, warning)


def _to_look_at(found: list[items.Item]) -> SafeString:
    links = [(_address(one), one.title) for one in found if _address(one)]
    listed = format_html_join(", ", '<a href="{}">{}</a>', links)
    return format_html("Exactly what the request asks for, and nothing else. {}", _papers(listed) if links else "")


def _papers(listed: SafeString) -> SafeString:
    return format_html("Papers to look at first: {}.", listed)


def _address(one: items.Item) -> str:
    if one.document is not None:
        return reverse("office:report_pdf", args=[one.document])
    return reverse("office:paper", args=[one.court_paper]) if one.court_paper is not None else ""
