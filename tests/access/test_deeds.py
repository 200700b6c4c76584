"""The table of deeds, walked: one that isn't in it fails, and so does one that opens to somebody else."""

from collections import defaultdict
from datetime import datetime

import pytest
from django.apps import apps

from accounts.roles import OFFICE, Role
from office.admin import office
from office.deeds import declared
from office.doing import Deed, find
from tests.access.deeds import BULK, DEEDS
from tests.access.people import signed_in
from tests.access.scene import Scene
from tests.factories.accounts import UserFactory

ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
OTHERS = (Role.COORDINATOR, Role.FACILITATOR, Role.CLERK, Role.PARTNER)


def written(deed: Deed) -> str:
    assert deed.roles in (OFFICE, ADMINISTRATORS)
    return deed.name + "!" * (deed.roles == ADMINISTRATORS)


def test_every_deed_has_its_word_and_every_word_a_deed() -> None:
    found = defaultdict(list)
    for deed in declared():
        found[deed.noun._meta.label].append(written(deed))

    assert {noun: sorted(names) for noun, names in found.items()} == {
        noun: sorted(names.split()) for noun, names in DEEDS.items()
    }


def test_every_deed_for_many_is_told() -> None:
    bulk = {model._meta.label_lower: sorted(admin.bulk) for model, admin in office.nouns() if admin.bulk}

    assert bulk == BULK
    for noun, names in bulk.items():
        assert all(find(noun.partition(".")[2], name) for name in names)


def test_the_admin_has_no_actions_of_its_own() -> None:
    assert {model._meta.label: admin.actions for model, admin in office.nouns() if admin.actions} == {}
    assert sorted(office._actions) == ["delete_selected"]


ALL = [(noun, name.rstrip("!"), "!" in name) for noun, names in DEEDS.items() for name in names.split()]


@pytest.mark.django_db
@pytest.mark.parametrize("noun", sorted(DEEDS))
def test_it_opens_to_those_alone(noun: str, now: datetime) -> None:
    """By GET and by POST, on a record that is there."""
    model = apps.get_model(noun)
    record = Scene().row(model)
    asked = {}
    for role in OTHERS:
        client = signed_in(UserFactory(roles=[role]))
        for _, name, administrators in [one for one in ALL if one[0] == noun]:
            url = f"/office/do/{model._meta.model_name}/{record.pk}/{name}/"
            wanted = 403 if role not in OFFICE else 404 if administrators else None
            got = {client.get(url).status_code, client.post(url).status_code}
            # Open: its form, or that it can't be done any more.
            asked[role, name] = (got, {wanted}) if wanted else (got <= {200, 409}, True)
    assert [(*who, got) for who, (got, wanted) in asked.items() if got != wanted] == []


@pytest.mark.django_db
@pytest.mark.parametrize("noun", sorted(BULK))
def test_nobody_else_does_it_to_many(noun: str, now: datetime) -> None:
    record = Scene().row(apps.get_model(noun))
    found = []
    for role in (Role.ADMINISTRATOR, *OTHERS):
        client = signed_in(UserFactory(roles=[role]))
        for name in (*BULK[noun], "note", "restrict", "end"):
            status = client.post(f"/office/lists/{noun}/bulk/", {"name": name, "pk": [record.pk]}).status_code
            opens = role in OFFICE and name in BULK[noun]
            if status != (200 if opens else 404 if role in OFFICE else 403):
                found.append((role, name, status))
    assert found == []
