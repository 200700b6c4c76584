"""Who else is in the room, what is noted about the evening, and who came without being listed."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.actions.visitors import LONGEST_ALIAS
from programs.forms.fields import once_key, words
from programs.models import Enrollment, Session, SessionNote, Visitor

LONGEST_NOTE = 4000


class NoteForm(forms.Form):
    """A private note, or an incident for the coordinator; `about` empty: about the evening itself."""

    kind = forms.TypedChoiceField(
        choices=SessionNote.Kind.choices,
        coerce=SessionNote.Kind,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Say for whom the note is.")),
    )
    text = words(gettext_lazy("Note"), LONGEST_NOTE)
    about = forms.ModelChoiceField(
        Enrollment.objects.none(),
        label=gettext_lazy("About"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("He isn't expected at this session. Choose somebody who is.")},
    )
    key = once_key()

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        about = self.fields["about"]
        assert isinstance(about, forms.ModelChoiceField)
        about.queryset = Enrollment.objects.on_roster(session).select_related("participant__key")

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if not text:
            raise forms.ValidationError(_("There is nothing to save yet. Write the note first."))
        return text

    @property
    def for_action(self) -> dict[str, Any]:
        """What `write_note` takes of it."""
        data = dict(self.cleaned_data)
        return {"idempotency_key": data.pop("key"), **data}


class VisitorForm(forms.Form):
    role = forms.TypedChoiceField(
        label=gettext_lazy("Who it is"),
        choices=[
            (Visitor.Role.INTERPRETER, gettext_lazy("Interpreter")),
            (Visitor.Role.OBSERVER, gettext_lazy("Observer")),
            (Visitor.Role.SPEAKER, gettext_lazy("Speaker")),
        ],
        coerce=Visitor.Role,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Choose who it is.")),
    )
    alias = words(gettext_lazy("Called"), LONGEST_ALIAS)
    agreement_signed = forms.BooleanField(label=gettext_lazy("Signed the agreement"), required=False)

    def clean_alias(self) -> str:
        alias: str = self.cleaned_data["alias"]
        if not alias:
            raise forms.ValidationError(_("Give a name to call them by."))
        return alias


class UnlistedForm(forms.Form):
    """Who he says he is: looked for only under his full name and date of birth."""

    first_name = words(gettext_lazy("First name"), 150)
    last_name = words(gettext_lazy("Last name"), 150)
    born = forms.DateField(
        label=gettext_lazy("Date of birth"),
        input_formats=["%m/%d/%Y", "%Y-%m-%d", "%m-%d-%Y", "%m.%d.%Y"],
        error_messages=dict.fromkeys(
            ("required", "invalid"), gettext_lazy("Give the date of birth as month, day and year: 4/27/1988.")
        ),
    )

    def clean_first_name(self) -> str:
        return self._needed("first_name", _("Ask for his first name."))

    def clean_last_name(self) -> str:
        return self._needed("last_name", _("Ask for his last name."))

    def _needed(self, field: str, otherwise: str) -> str:
        given: str = self.cleaned_data[field]
        if not given:
            raise forms.ValidationError(otherwise)
        return given
