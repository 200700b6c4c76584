"""What is asked when two files are one man's: which one goes on, and what he is called and said to be from now on."""

from typing import Any

from django import forms

from office import words
from participants.models import Participant

# By field of the form, the fields of the man that are chosen together.
TOGETHER: dict[str, tuple[str, ...]] = {
    "name": ("first_name", "middle_name", "last_name", "suffix"),
    "preferred_name": ("preferred_name",),
    "date_of_birth": ("date_of_birth",),
    "language": ("language",),
    "needs_interpreter": ("needs_interpreter",),
}
LABELS = {
    "name": "Legal name",
    "preferred_name": "Called",
    "date_of_birth": "Born",
    "language": "Language",
    "needs_interpreter": "Interpreter",
}


def said(man: Participant, field: str) -> str:
    """As one reads it; empty: nothing is said."""
    match field:
        case "name":
            return man.legal_name
        case "preferred_name":
            return man.preferred_name
        case "date_of_birth":
            return words.born(man.date_of_birth) if man.date_of_birth else ""
        case "language":
            return words.language(man.language)
    return "Needs one" if man.needs_interpreter else "Needs none"


def differing(one: Participant, other: Participant) -> list[str]:
    def values(man: Participant, names: tuple[str, ...]) -> list[Any]:
        return [getattr(man, name) for name in names]

    return [field for field, names in TOGETHER.items() if values(one, names) != values(other, names)]


class PutTogether(forms.Form):
    """Of what differs one side each is chosen; what only one file says is proposed."""

    kept = forms.TypedChoiceField(
        label="Which file goes on",
        coerce=int,
        widget=forms.RadioSelect,
        help_text="Its number stays. The other one's address leads there.",
    )

    def __init__(self, *args: Any, one: Participant, other: Participant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.men = {man.pk: man for man in (one, other)}
        files = [
            (pk, f"File {pk}, {man.legal_name}, since {words.moment(man.made_at)}") for pk, man in self.men.items()
        ]
        self.fields["kept"].choices = files  # type: ignore[attr-defined]
        # Whoever came first, unless somebody says otherwise.
        self.fields["kept"].initial = min(self.men)
        for field in differing(one, other):
            self.fields[field] = self._choice(field)
        if "date_of_birth" in self.fields and None not in (one.date_of_birth, other.date_of_birth):
            self.fields["sure"] = forms.BooleanField(
                label="The birth dates differ. I have looked: he is one man all the same",
                required=False,
            )

    def _choice(self, field: str) -> forms.TypedChoiceField:
        choices = [(pk, f"{said(man, field) or 'Nothing'} (file {pk})") for pk, man in self.men.items()]
        says = [pk for pk, man in self.men.items() if said(man, field)]
        return forms.TypedChoiceField(
            label=LABELS[field],
            choices=choices,
            coerce=int,
            initial=min(says or self.men),
            widget=forms.RadioSelect,
        )

    @property
    def sides(self) -> tuple[Participant, Participant]:
        """Who goes on, and who is left aside."""
        kept = self.cleaned_data["kept"]
        (left,) = set(self.men) - {kept}
        return self.men[kept], self.men[left]

    @property
    def chosen(self) -> dict[str, Any]:
        """By field of the man, what he is said to be from now on."""
        return {
            name: getattr(self.men[self.cleaned_data[field]], name)
            for field, names in TOGETHER.items()
            if field in self.fields
            for name in names
        }

    @property
    def sure(self) -> bool:
        return bool(self.cleaned_data.get("sure"))
