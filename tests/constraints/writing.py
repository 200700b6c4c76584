"""How violations are listed: each write breaks the one rule it stands under, and no other."""

from collections.abc import Callable

from factory.django import DjangoModelFactory

Write = Callable[[], object]
Listed = list[tuple[str, Write]]


def again(factory: type[DjangoModelFactory], *same: str, **fields: object) -> object:
    """Make a row, then another one that is equal to it in `same`."""
    first = factory(**fields)
    return factory(**{**fields, **{name: getattr(first, name) for name in same}})
