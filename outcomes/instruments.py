"""An instrument as data: its items in each language, its range, its parts. No Django.

It is written down whole, as a version; once a man has been asked by it, it never changes (a new version does).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# A row of answers on a phone; beyond that nobody tells one step from the next.
MOST_STEPS = 10
Texts = Mapping[str, str]
Labels = Mapping[str, tuple[str, ...]]


class NotAnInstrument(ValueError):
    """`sentences`: what is wrong and what to do, one for each."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = tuple(sentences)


@dataclass(frozen=True, slots=True)
class Subscale:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Item:
    """`reversed`: agreeing tells of less. `labels`: its own answers, where they aren't those of the instrument."""

    code: str
    texts: Texts
    subscale: str = ""
    reversed: bool = False
    labels: Labels = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """`low`: what the first answer counts; `least`: of a subscale's items so many must be answered to be scored."""

    titles: Texts
    intros: Texts
    labels: Labels
    low: int
    least: int
    subscales: tuple[Subscale, ...]
    items: tuple[Item, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.titles)

    def language(self, wanted: str) -> str:
        """The one that is asked in: the wanted one, or else the first it has."""
        return wanted if wanted in self.titles else self.languages[0]

    def choices(self, item: Item, language: str) -> list[tuple[int, str]]:
        """What can be answered, with what it counts."""
        return list(enumerate((item.labels or self.labels)[language], start=self.low))

    def steps(self, item: Item) -> int:
        return len(next(iter((item.labels or self.labels).values())))

    def high(self, item: Item) -> int:
        return self.low + self.steps(item) - 1

    def of(self, subscale: str) -> list[Item]:
        return [item for item in self.items if item.subscale == subscale]


# --- As it stands in a row


def written(document: Document) -> dict[str, Any]:
    return {
        "titles": dict(document.titles),
        "intros": dict(document.intros),
        "labels": {language: list(labels) for language, labels in document.labels.items()},
        "low": document.low,
        "least": document.least,
        "subscales": [{"code": one.code, "name": one.name} for one in document.subscales],
        "items": [_item(item) for item in document.items],
    }


def _item(item: Item) -> dict[str, Any]:
    said: dict[str, Any] = {"code": item.code, "texts": dict(item.texts), "subscale": item.subscale}
    own = {language: list(labels) for language, labels in item.labels.items()}
    return said | {"reversed": item.reversed, "labels": own}


def read(said: Mapping[str, Any]) -> Document:
    """Raises NotAnInstrument."""
    items = tuple(
        Item(one["code"], one["texts"], one["subscale"], one["reversed"], _labels(one["labels"]))
        for one in said["items"]
    )
    subscales = tuple(Subscale(one["code"], one["name"]) for one in said["subscales"])
    labels = _labels(said["labels"])
    made = Document(said["titles"], said["intros"], labels, said["low"], said["least"], subscales, items)
    if wrong := list(faults(made)):
        raise NotAnInstrument(wrong)
    return made


def _labels(said: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {language: tuple(labels) for language, labels in said.items()}


# --- What is wrong with it


def faults(document: Document) -> Iterator[str]:
    if not document.items:
        yield "It has no item. Write at least one."
    if not document.languages:
        yield "It has no title in any language. Write one."
    if any(not text.strip() for text in document.titles.values()):
        yield "Its title is missing in one language. Write it in each."
    codes = [item.code for item in document.items]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield f"Two items are called {code}. Give each a name of its own."
    if not all(item.labels for item in document.items):
        yield from _faults_of_answers(document, document.labels, "The questionnaire")
    for place, item in enumerate(document.items, start=1):
        yield from _faults_of(document, item, f"Item {place}")
    yield from _faults_of_parts(document)


def _faults_of(document: Document, item: Item, name: str) -> Iterator[str]:
    for language in document.languages:
        if not item.texts.get(language, "").strip():
            yield f"{name} has no words in {_said(language)}. Write them, or take the language out."
    if item.labels:
        yield from _faults_of_answers(document, item.labels, name)


def _faults_of_answers(document: Document, labels: Labels, name: str) -> Iterator[str]:
    counts = {len(its) for its in labels.values()}
    if set(labels) != set(document.languages):
        yield f"{name} lacks answers in a language that it is asked in. Write them."
    elif len(counts) != 1:
        yield f"{name} has more answers in one language than in another. Write as many in each."
    elif not 2 <= counts.pop() <= MOST_STEPS:
        yield f"{name} must have 2 to {MOST_STEPS} answers."
    elif any(not label.strip() for its in labels.values() for label in its):
        yield f"{name} has an answer without words. Write them, or take it out."


def _faults_of_parts(document: Document) -> Iterator[str]:
    # It would have one code, and each of its items would weigh twice.
    yield from _faults_of_parts_twice(document.subscales)
    known = {one.code for one in document.subscales}
    for place, item in enumerate(document.items, start=1):
        if item.subscale and item.subscale not in known:
            yield f"Item {place} belongs to a part that isn't there. Choose one of those above."
    for one in document.subscales:
        if len(document.of(one.code)) < document.least:
            yield f"“{one.name}” has fewer items than must be answered. Add some, or ask for fewer."
    if document.subscales and any(not item.subscale for item in document.items):
        yield "Where there are parts, each item belongs to one."
    if document.least < 1:
        yield "At least one item must be answered."


def _faults_of_parts_twice(parts: Sequence[Subscale]) -> Iterator[str]:
    folded = [" ".join(one.name.casefold().split()) for one in parts]
    codes = [one.code for one in parts]
    for place, one in enumerate(parts):
        if folded[place] in folded[:place]:
            yield f"“{one.name}” stands twice among the parts. Take one out, or give it a name of its own."
        elif codes[place] in codes[:place]:
            before = parts[codes.index(codes[place])]
            yield f"“{before.name}” and “{one.name}” are kept as one part. Take one out, and write it anew."


def _said(language: str) -> str:
    return {"en": "English", "es": "Spanish"}.get(language, language)
