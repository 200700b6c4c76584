from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from outcomes.instruments import Document, Item, NotAnInstrument, Subscale, faults, read, written
from outcomes.shipped import AGREE, BAND_ITEM, beliefs, frequency

SHIPPED = pytest.mark.parametrize("document", [beliefs(), frequency()], ids=["beliefs", "frequency"])


def item(code: str, **fields: Any) -> Item:
    return Item(code, **{"texts": {"en": "One", "es": "Uno"}, "subscale": "a", **fields})


GOOD = Document(
    titles={"en": "Title", "es": "Título"},
    intros={"en": "", "es": ""},
    labels={"en": ("No", "Yes"), "es": ("No", "Sí")},
    low=1,
    least=1,
    subscales=(Subscale("a", "A part"),),
    items=(item("a1"), item("a2")),
)


@SHIPPED
def test_what_onus_brings_along_is_sound(document: Document) -> None:
    assert list(faults(document)) == []
    assert document.languages == ("en", "es")
    assert read(written(document)) == document


def test_sixteen_items_on_four_beliefs_some_of_each_turned_round() -> None:
    told = beliefs()

    assert [len(told.of(one.code)) for one in told.subscales] == [4, 4, 4, 4]
    assert [sum(item.reversed for item in told.of(one.code)) for one in told.subscales] == [1, 2, 1, 2]
    assert [told.choices(item, "es")[0] for item in told.items] == [(1, AGREE["es"][0])] * 16


def test_no_sentence_stands_twice() -> None:
    said = [text for one in (beliefs(), frequency()) for item in one.items for text in item.texts.values()]

    assert len(set(said)) == len(said)


def test_the_bands_are_an_item_of_the_questionnaire() -> None:
    assert frequency().items[0].code == BAND_ITEM


def test_a_language_that_it_has_not_is_asked_in_its_first() -> None:
    assert [GOOD.language("es"), GOOD.language("fr")] == ["es", "en"]


def test_an_item_may_have_answers_of_its_own() -> None:
    own = item("a3", labels={"en": ("x", "y", "z"), "es": ("x", "y", "z")})

    assert (GOOD.high(GOOD.items[0]), GOOD.high(own)) == (2, 3)
    assert GOOD.choices(own, "en") == [(1, "x"), (2, "y"), (3, "z")]


OF_B = item("b1", subscale="b")

WRONG: list[tuple[str, Callable[[], Document], str]] = [
    ("no item", lambda: replace(GOOD, items=(), subscales=()), "It has no item. Write at least one."),
    (
        "no title",
        lambda: replace(GOOD, titles={"en": "Title", "es": " "}),
        "Its title is missing in one language. Write it in each.",
    ),
    (
        "twice",
        lambda: replace(GOOD, items=(item("a1"), item("a1"))),
        "Two items are called a1. Give each a name of its own.",
    ),
    (
        "no words",
        lambda: replace(GOOD, items=(item("a1", texts={"en": "One", "es": ""}),)),
        "Item 1 has no words in Spanish. Write them, or take the language out.",
    ),
    (
        "a language without answers",
        lambda: replace(GOOD, items=(item("a1", labels={"en": ("x", "y")}),)),
        "Item 1 lacks answers in a language that it is asked in. Write them.",
    ),
    (
        "more answers in one",
        lambda: replace(GOOD, items=(item("a1", labels={"en": ("x", "y"), "es": ("x", "y", "z")}),)),
        "Item 1 has more answers in one language than in another. Write as many in each.",
    ),
    (
        "more of the questionnaire's own",
        lambda: replace(GOOD, labels={"en": ("x", "y"), "es": ("x", "y", "z")}),
        "The questionnaire has more answers in one language than in another. Write as many in each.",
    ),
    (
        "one answer",
        lambda: replace(GOOD, items=(item("a1", labels={"en": ("x",), "es": ("x",)}),)),
        "Item 1 must have 2 to 10 answers.",
    ),
    (
        "an empty answer",
        lambda: replace(GOOD, items=(item("a1", labels={"en": ("x", ""), "es": ("x", "y")}),)),
        "Item 1 has an answer without words. Write them, or take it out.",
    ),
    (
        "a part that isn't there",
        lambda: replace(GOOD, items=(item("a1"), item("b1", subscale="b"))),
        "Item 2 belongs to a part that isn't there. Choose one of those above.",
    ),
    (
        "too few in a part",
        lambda: replace(GOOD, least=3),
        "“A part” has fewer items than must be answered. Add some, or ask for fewer.",
    ),
    (
        "an item of no part",
        lambda: replace(GOOD, items=(item("a1"), item("b1", subscale=""))),
        "Where there are parts, each item belongs to one.",
    ),
    (
        "a part's name twice",
        lambda: replace(GOOD, subscales=(*GOOD.subscales, Subscale("b", " a  PART ")), items=(*GOOD.items, OF_B)),
        "“ a  PART ” stands twice among the parts. Take one out, or give it a name of its own.",
    ),
    (
        "a part twice, as its name is kept on two lines",
        lambda: replace(GOOD, subscales=GOOD.subscales * 2),
        "“A part” stands twice among the parts. Take one out, or give it a name of its own.",
    ),
    (
        "a part's code twice",
        lambda: replace(GOOD, subscales=(*GOOD.subscales, Subscale("a", "Another"))),
        "“A part” and “Another” are kept as one part. Take one out, and write it anew.",
    ),
    (
        "none must be answered",
        lambda: replace(GOOD, least=0),
        "At least one item must be answered.",
    ),
]


@pytest.mark.parametrize(("made", "sentence"), [one[1:] for one in WRONG], ids=[one[0] for one in WRONG])
def test_what_is_wrong_is_said(made: Callable[[], Document], sentence: str) -> None:
    with pytest.raises(NotAnInstrument) as refused:
        read(written(made()))

    assert refused.value.sentences == (sentence,)
