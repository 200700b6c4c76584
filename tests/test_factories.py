"""Each factory makes one row that Django's own checks let through, and another one beside it."""

import pytest
from django.db.models import Model

from tests.factories.registry import Factory, by_model


def questionable(row: Model) -> set[str]:
    """Empty fields: a form would refuse some of them, the database doesn't."""
    return {field.name for field in row._meta.concrete_fields if getattr(row, field.attname) in (None, "", {}, [])}


@pytest.mark.django_db
@pytest.mark.parametrize("factory", by_model().values(), ids=lambda factory: factory._meta.model._meta.label)
def test_makes_valid_rows(factory: Factory) -> None:
    first, second = factory(), factory()

    first.full_clean(exclude=questionable(first))
    assert factory._meta.model._default_manager.filter(pk__in=[first.pk, second.pk]).count() == 2
