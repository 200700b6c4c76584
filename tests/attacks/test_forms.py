"""Whatever is put into a form comes back as words for whoever typed it, never as an error of ours."""

from datetime import datetime
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import User
from tests.access.scene import Scene
from tests.attacks import hostile
from tests.attacks.forms import _label, every_form, make
from tests.house import our_models

pytestmark = [pytest.mark.django_db, pytest.mark.once]
FORMS = {_label(form): form for form in every_form()}
# allauth's, under our words: they are made with a request or a person, and the address sweep posts to their pages.
THEIRS = {label for label in FORMS if label.startswith("accounts.forms.")}
OURS = sorted(FORMS.keys() - THEIRS)

anything = st.one_of(
    st.sampled_from(hostile.ALL),
    st.text(max_size=40),
    st.integers().map(str),
    st.dates().map(str),
    st.datetimes().map(str),
    st.decimals().map(str),
    st.emails(),
)


@pytest.fixture
def scene(now: datetime) -> Scene:
    return Scene()


def test_there_are_forms() -> None:
    assert len(OURS) > 90
    assert len(THEIRS) > 10


def test_none_writes_a_model_by_itself() -> None:
    """A ModelForm would take whatever field somebody adds to its model."""
    assert [label for label, form in FORMS.items() if issubclass(form, forms.BaseModelForm)] == []


def chosen(field: forms.Field) -> list[str]:
    """What the form itself offers."""
    choices = getattr(field, "choices", ())
    return [str(getattr(value, "value", value)) for value, _ in [*choices][:6] if not isinstance(_, list | tuple)]


def filled(form: forms.BaseForm, data: st.DataObject) -> QueryDict:
    said = QueryDict(mutable=True)
    for name, field in form.fields.items():
        offered = chosen(field)
        value = st.one_of(st.sampled_from(offered), anything) if offered else anything
        for part in ("", "_0", "_1", "_2"):
            drawn = data.draw(st.lists(value, min_size=0 if part else 1, max_size=2))
            # What comes in UTF-8, and nothing else is taken, holds no half of a pair.
            said.setlist(name + part, [one.encode("utf-8", "replace").decode() for one in drawn])
    return said


@pytest.mark.parametrize("label", OURS)
def test_it_answers_whatever_comes(label: str, scene: Scene) -> None:
    empty = make(FORMS[label], QueryDict(), scene)

    @settings(
        max_examples=12, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None
    )
    @given(st.data())
    def answers(data: st.DataObject) -> None:
        form = make(FORMS[label], filled(empty, data), scene)
        if form.is_valid():
            if callable(said := getattr(form, "said", None)):
                said()
        else:
            assert all(str(word) for words in form.errors.values() for word in words)

    answers()


@pytest.mark.parametrize("label", OURS)
def test_it_takes_no_field_that_it_doesnt_show(label: str, scene: Scene) -> None:
    fields = {field.name for model in our_models() for field in model._meta.concrete_fields}
    form = make(FORMS[label], QueryDict("&".join(f"{name}=1" for name in sorted(fields))), scene)
    form.is_valid()

    # `said` is what a mark's form makes of its own choice.
    assert set(form.cleaned_data) - set(form.fields) <= {"said"}


# --- a row of a table, chosen by its id


def choices_of(form: forms.BaseForm) -> dict[str, Any]:
    return {name: field for name, field in form.fields.items() if isinstance(field, forms.ModelChoiceField)}


# Of these another's row is always there, and isn't offered.
NARROWED = {("programs.forms.room.NoteForm", "about"), ("programs.forms.closing.CloseForm", "taught")}
WRONG = ("0", "-1", "9" * 40, "x", str(2**63), "1 OR 1=1", "\x00", "٣")


@pytest.mark.parametrize("label", OURS)
def test_a_choice_that_it_doesnt_offer_is_refused(label: str, scene: Scene) -> None:
    taken = []
    for name, field in choices_of(make(FORMS[label], QueryDict(), scene)).items():
        model = field.queryset.model
        scene.row(model)
        offered = set(field.queryset.values_list("pk", flat=True))
        others = [str(pk) for pk in model._default_manager.exclude(pk__in=offered).values_list("pk", flat=True)]
        assert others or (label, name) not in NARROWED
        for wrong in (*others, *WRONG):
            said = QueryDict(mutable=True)
            said.setlist(name, [wrong])
            form = make(FORMS[label], said, scene)
            if name not in form.errors:
                taken.append((name, wrong))
    assert taken == []


def test_such_choices_are_found(scene: Scene) -> None:
    found = {label for label in OURS if choices_of(make(FORMS[label], QueryDict(), scene))}

    assert {"office.forms.people.KeepApart", "programs.forms.room.NoteForm", "office.forms.groups.OpenCohort"} <= found
    assert User.objects.exists()
