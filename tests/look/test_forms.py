"""A crispy form as a browser and a screen reader get it."""

import re

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.utils import render_crispy_form
from django import forms

from tests.look.test_inline import INLINE


class Referring(forms.Form):
    name = forms.CharField(label="Name as charged", help_text="As in the caption.")
    number = forms.CharField(label="Case number", required=False)
    court = forms.ChoiceField(choices=[("", "Choose"), ("kent", "Kent")])
    how = forms.ChoiceField(
        label="How to reach him", widget=forms.RadioSelect, choices=[("p", "Phone"), ("e", "E-mail")]
    )
    order = forms.FileField()
    sure = forms.BooleanField(label="Confirmed by call-back")

    def clean(self) -> None:
        if self.is_bound:
            self.add_error(None, "This person has an open referral with this number.")


def rendered(form: forms.Form) -> str:
    helper = FormHelper()
    helper.disable_csrf = True
    return str(render_crispy_form(form, helper))


@pytest.fixture
def refused() -> str:
    return rendered(Referring({"number": "26-0413"}))


def test_a_fresh_form_has_no_summary():
    assert "data-error-summary" not in rendered(Referring())


def test_summary_names_each_fault_once_and_leads_to_its_field(refused):
    assert refused.count("data-error-summary") == 1
    assert re.findall(r"<li>(This person.*?)</li>", refused) == ["This person has an open referral with this number."]
    assert re.findall(r'<a href="#(\w+)">(.*?): This field is required.</a>', refused) == [
        ("id_name", "Name as charged"),
        ("id_court", "Court"),
        ("div_id_how", "How to reach him"),
        ("id_order", "Order"),
        ("id_sure", "Confirmed by call-back"),
    ]


@pytest.mark.parametrize("name", ["name", "court", "how", "order", "sure"])
def test_a_fault_is_tied_to_its_field(refused, name):
    place = "fieldset" if name == "how" else f'(?:input|select)[^>]*name="{name}"'
    tag = re.search(rf"<{place}[^>]*>", refused)
    assert tag, name
    assert f"id_{name}_error" in re.findall(r'aria-describedby="([^"]*)"', tag[0])[0].split()
    assert f'id="id_{name}_error"' in refused


def test_the_browsers_own_bubbles_stay_away(refused):
    assert re.findall(r"<form[^>]*novalidate", refused)


@pytest.mark.parametrize("kind", INLINE)
def test_nothing_inline(refused, kind):
    assert INLINE[kind].search(refused) is None
