"""An evening that did not happen, or will not."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from programs.actions.schedules.changed import Following
from programs.models import Session

WHY = {
    Session.Canceled.WEATHER: gettext_lazy("The weather"),
    Session.Canceled.LEADER_AWAY: gettext_lazy("The leader could not come"),
    Session.Canceled.PLACE: gettext_lazy("The place could not be used"),
    Session.Canceled.OTHER: gettext_lazy("Something else"),
}
FOLLOWING = {
    Following.STAY: gettext_lazy("They stay as they are: the office finds another day for this week"),
    Following.MOVE: gettext_lazy("Each moves on by one meeting, and the cohort ends one meeting later"),
}


class CanceledForm(forms.Form):
    why = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=list(WHY.items()),
        widget=forms.RadioSelect({"class": "form-check-input"}),
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Say why it did not happen.")),
    )
    following = forms.ChoiceField(
        label=gettext_lazy("The sessions that follow"),
        choices=list(FOLLOWING.items()),
        widget=forms.RadioSelect({"class": "form-check-input"}),
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), gettext_lazy("Say whether the sessions that follow stay or move.")
        ),
    )

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if session.cohort_id is None:
            # Nothing follows a make-up session.
            del self.fields["following"]

    def clean_why(self) -> Session.Canceled:
        return Session.Canceled(self.cleaned_data["why"])

    def clean_following(self) -> Following:
        return Following(self.cleaned_data["following"])
