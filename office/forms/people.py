from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from accounts.roles import OFFICE, Role
from courts import cells
from office.forms.base import Choose, ChooseSeveral, DeedForm, Lines, MomentField, worded
from office.subjects import rows
from participants.kinds import AppointmentKind, ConsentHow, ContactChannel, ContactKind, ContactResult
from participants.models import Participant, Restriction


def staff(*roles: Role) -> QuerySet[User]:
    granted = User.objects.filter(is_active=True, grants__ended_at=None, grants__role__in=roles)
    return granted.distinct().order_by("name")


def choose_staff(field: forms.Field, *roles: Role) -> None:
    field.queryset = staff(*roles)  # type: ignore[attr-defined]


class PlanAppointment(DeedForm):
    kind = forms.ChoiceField(label="What for", choices=worded(AppointmentKind), widget=forms.RadioSelect)
    starts_at = MomentField(label="When")
    minutes = forms.IntegerField(label="Minutes", initial=60, min_value=5, max_value=600)
    with_whom = Choose(label="With", say=lambda user: user.name, queryset=User.objects.none())
    place = forms.CharField(label="Where", required=False, max_length=200)

    def prepare(self) -> None:
        choose_staff(self.fields["with_whom"], *OFFICE)

    def clean_kind(self) -> AppointmentKind:
        return AppointmentKind(self.cleaned_data["kind"])


class SettleAppointment(DeedForm):
    kept = forms.TypedChoiceField(
        label="Did he come?",
        choices=[("yes", "He came"), ("no", "He did not come")],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )


class MoveAppointment(DeedForm):
    starts_at = MomentField(label="New time")


class LogContact(DeedForm):
    channel = forms.ChoiceField(label="How", choices=worded(ContactChannel), widget=forms.RadioSelect)
    result = forms.ChoiceField(label="What came of it", choices=worded(ContactResult), widget=forms.RadioSelect)
    note = Lines(label="Note", required=False)

    def clean_channel(self) -> ContactChannel:
        return ContactChannel(self.cleaned_data["channel"])

    def clean_result(self) -> ContactResult:
        return ContactResult(self.cleaned_data["result"])


class WriteNote(DeedForm):
    text = Lines(label="Note", help_text="For staff only: no court ever sees it, and no report quotes it.")


class OnOneLine(forms.CharField):
    """An address may be pasted as it stands on an envelope."""

    def to_python(self, value: Any) -> str:
        return " ".join(str(super().to_python(value)).split())


class AddContactPoint(DeedForm):
    kind = forms.ChoiceField(label="What", choices=worded(ContactKind), widget=forms.RadioSelect)
    value = OnOneLine(label="Number or address", max_length=500)
    source = forms.CharField(label="From whom", max_length=150, help_text="As in: he told us by phone.")

    def clean(self) -> dict[str, Any]:
        """As ContactPoint keeps it: a phone in E.164, an e-mail in lower case, white space folded."""
        said = super().clean() or {}
        if "kind" in said and "value" in said:
            try:
                said |= {"kind": ContactKind(said["kind"]), "value": _normalized(said["kind"], said["value"])}
            except forms.ValidationError as error:
                self.add_error("value", error)
        return said


def _normalized(kind: str, value: str) -> str:
    if kind == ContactKind.POSTAL:
        return " ".join(value.split())
    found, reason = cells.phone(value) if kind == ContactKind.PHONE else cells.email(value)
    if not found:
        raise forms.ValidationError(reason)
    return found


class RecordConsent(DeedForm):
    given = forms.TypedChoiceField(
        label="What he said",
        choices=[("yes", "He agrees to be reached here"), ("no", "He no longer wants to be reached here")],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )
    how = forms.ChoiceField(
        label="How he said it",
        choices=worded([ConsentHow.WRITTEN, ConsentHow.ORAL]),
        widget=forms.RadioSelect,
    )

    def clean_how(self) -> ConsentHow:
        return ConsentHow(self.cleaned_data["how"])


class KeepApart(DeedForm):
    other = Choose(label="From whom", say=lambda man: man.legal_name, queryset=Participant.objects.none())
    reason = Lines(label="Why")

    def prepare(self) -> None:
        others = rows(Participant).exclude(pk=self.record.pk).order_by("last_name", "first_name")
        self.fields["other"].queryset = others  # type: ignore[attr-defined]


class EndKeepingApart(DeedForm):
    why = Lines(label="Why", help_text="As in: the order has ended. Kept in the history of their files.")


class Named(ChooseSeveral):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class NameStaff(DeedForm):
    """Who may open a restricted file."""

    names = Named(
        label="Who may open it",
        queryset=User.objects.none(),
        help_text="One of them must be an administrator. For everybody else in the office he isn't there.",
    )

    def prepare(self) -> None:
        choose_staff(self.fields["names"], *OFFICE)

    def standing(self) -> dict[str, Any]:
        if not isinstance(self.record, Restriction):
            return {}
        return {"names": list(self.record.names.filter(ended_at=None).values_list("user", flat=True))}

    def clean_names(self) -> list[User]:
        return list(self.cleaned_data["names"])


class RestrictFile(NameStaff):
    why = Lines(label="Why", help_text="As in: a relative of his works here. Only those who may open it read this.")
    field_order = ("why", "names")
