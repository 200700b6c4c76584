"""How an evening ended."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.models import Module, Session

LONGEST_EVENING = 600


class CloseForm(forms.Form):
    """The week really taught, and for how long."""

    taught = forms.ModelChoiceField(
        Module.objects.none(),
        label=gettext_lazy("Week taught"),
        empty_label=None,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Choose the week that was taught.")),
    )
    minutes_held = forms.IntegerField(
        label=gettext_lazy("Minutes held"),
        error_messages=dict.fromkeys(("required", "invalid"), gettext_lazy("Give the minutes as a whole number.")),
    )

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        kwargs["initial"] = {"taught": session.module_id, "minutes_held": session.minutes}
        super().__init__(*args, **kwargs)
        taught = self.fields["taught"]
        assert isinstance(taught, forms.ModelChoiceField)
        taught.queryset = Module.objects.filter(curriculum=session.module.curriculum_id)

    def clean_minutes_held(self) -> int:
        minutes: int = self.cleaned_data["minutes_held"]
        if not 1 <= minutes <= LONGEST_EVENING:
            raise forms.ValidationError(_("Give the minutes, from 1 to %(longest)d.") % {"longest": LONGEST_EVENING})
        return minutes
