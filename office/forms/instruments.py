"""An instrument as one writes it: a page of fields, an item a row; and back into the document that it is."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory

from office.forms.base import Lines

LANGUAGES = {"en": "English", "es": "Spanish"}
MOST_ITEMS = 40
MOST_PARTS = 10
SPARE_ROWS = 2
# Each by its place in the list: a part's code says nothing, its name does.
PART, NO_PART = "p{}", "line-"


class Answers(Lines):
    widget = forms.Textarea(attrs={"rows": 5})


class InstrumentForm(forms.Form):
    title_en = forms.CharField(label="Title, English", max_length=120)
    title_es = forms.CharField(
        label="Title, Spanish",
        max_length=120,
        required=False,
        help_text="Empty: it isn’t asked in Spanish at all.",
    )
    intro_en = Lines(label="Introduction, English", max_length=600, required=False)
    intro_es = Lines(label="Introduction, Spanish", max_length=600, required=False)
    answers_en = Answers(label="Answers, English", max_length=600, help_text="One a line, the lowest first.")
    answers_es = Answers(label="Answers, Spanish", max_length=600, required=False)
    low = forms.IntegerField(label="The first answer counts as", min_value=0, max_value=1)
    least = forms.IntegerField(
        label="Items to be answered in each part, at least",
        min_value=1,
        max_value=MOST_ITEMS,
        help_text="With fewer there is no score, and he isn’t counted in the numbers.",
    )
    parts = Answers(label="Parts", max_length=600, required=False, help_text="One a line. Empty: it has none.")
    after = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def clean_parts(self) -> str:
        said: str = self.cleaned_data["parts"]
        if len(lines(said)) > MOST_PARTS:
            raise forms.ValidationError(f"It has at most {MOST_PARTS} parts. Take some out.")
        return said


class ItemForm(forms.Form):
    code = forms.SlugField(widget=forms.HiddenInput, required=False, max_length=12)
    place = forms.IntegerField(label="Place", min_value=1, max_value=MOST_ITEMS, required=False)
    text_en = forms.CharField(label="English", max_length=300, required=False)
    text_es = forms.CharField(label="Spanish", max_length=300, required=False)
    part = forms.IntegerField(label="Part, by its line above", min_value=1, max_value=MOST_PARTS, required=False)
    reversed = forms.BooleanField(label="Turned round", required=False)
    answers_en = Lines(label="Its own answers, English", max_length=400, required=False)
    answers_es = Lines(label="Its own answers, Spanish", max_length=400, required=False)


ItemForms: "type[BaseFormSet[ItemForm]]" = formset_factory(ItemForm, extra=SPARE_ROWS, max_num=MOST_ITEMS)


# --- From the document to the fields


def initial(content: Mapping[str, Any]) -> dict[str, Any]:
    by_language = {
        f"{name}_{language}": content[kept].get(language, "")
        for name, kept in (("title", "titles"), ("intro", "intros"))
        for language in LANGUAGES
    }
    answers = {f"answers_{language}": "\n".join(content["labels"].get(language, [])) for language in LANGUAGES}
    parts = "\n".join(one["name"] for one in content["subscales"])
    return by_language | answers | {"low": content["low"], "least": content["least"], "parts": parts}


def initial_items(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    order = [one["code"] for one in content["subscales"]]
    return [
        {
            "code": item["code"],
            "place": place,
            "part": _line(item["subscale"], order),
            "reversed": item["reversed"],
            **{f"text_{language}": item["texts"].get(language, "") for language in LANGUAGES},
            **{f"answers_{language}": "\n".join(item["labels"].get(language, [])) for language in LANGUAGES},
        }
        for place, item in enumerate(content["items"], start=1)
    ]


def _line(subscale: str, order: list[str]) -> int | None:
    if subscale.startswith(NO_PART):
        return int(subscale.removeprefix(NO_PART))
    return order.index(subscale) + 1 if subscale in order else None


# --- And back


def content_of(form: InstrumentForm, items: "BaseFormSet[ItemForm]", before: Mapping[str, Any]) -> dict[str, Any]:
    """Whatever is wrong with it, it says so itself when it is put to use. `before`: whose codes are kept."""
    said = form.cleaned_data
    languages = [language for language in LANGUAGES if said[f"title_{language}"]]
    parts = lines(said["parts"])
    codes = _codes(parts, before["subscales"])
    return {
        "titles": {language: said[f"title_{language}"] for language in languages},
        "intros": {language: said[f"intro_{language}"] for language in languages},
        "labels": {language: lines(said[f"answers_{language}"]) for language in languages},
        "low": said["low"],
        "least": said["least"],
        "subscales": [{"code": code, "name": name} for code, name in zip(codes, parts, strict=True)],
        "items": list(_items(items, languages, codes)),
    }


def _codes(parts: list[str], before: Sequence[Mapping[str, str]]) -> list[str]:
    """A part keeps its code where it keeps its name, wherever it stands; and where only its name was mended."""
    old = {one["name"]: one["code"] for one in before}
    kept = [old.get(name, "") for name in parts]
    left = [one["code"] for one in before if one["code"] not in kept]
    new = (code for number in count(1) if (code := PART.format(number)) not in old.values())
    in_its_place = [one["code"] for one in before] if len(before) == len(parts) else []
    found = []
    for place, code in enumerate(kept):
        mended = in_its_place[place] if in_its_place and in_its_place[place] in left else ""
        found.append(code or mended or next(new))
    return found


def _items(items: "BaseFormSet[ItemForm]", languages: list[str], codes: list[str]) -> Iterator[dict[str, Any]]:
    rows = [one.cleaned_data for one in items.forms if one.cleaned_data]
    written = [row for row in rows if any(row.get(f"text_{language}") for language in LANGUAGES)]
    taken = {row["code"] for row in written if row["code"]}
    new = (code for number in count(1) if (code := f"i{number}") not in taken)
    for row in sorted(written, key=lambda row: row.get("place") or MOST_ITEMS + 1):
        part = row.get("part")
        own = {language: lines(row[f"answers_{language}"]) for language in languages}
        yield {
            "code": row["code"] or next(new),
            "texts": {language: row[f"text_{language}"] for language in languages},
            "subscale": _part(part, codes) if part else "",
            "reversed": row["reversed"],
            "labels": own if any(own.values()) else {},
        }


def _part(number: int, codes: list[str]) -> str:
    """One that isn't there is kept, so that it is said before it is put to use."""
    return codes[number - 1] if number <= len(codes) else f"{NO_PART}{number}"


def lines(text: str) -> list[str]:
    return [line.strip() for line in re.split(r"[\r\n]+", text) if line.strip()]
