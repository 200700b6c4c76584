"""What men are asked by, as one reads it, writes it anew, looks at it, and puts it to use."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from accounts.roles import Role
from outcomes.actions import instruments as actions
from outcomes.instruments import read
from outcomes.models import Draft, Instrument, Sheet
from tests.factories.clock import NOW
from tests.factories.outcomes import InstrumentFactory, SheetFactory
from tests.office.desk import Desk, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(now: datetime) -> Desk:
    return Desk(Role.COORDINATOR)


@pytest.fixture
def instrument(now: datetime) -> Instrument:
    made: Instrument = InstrumentFactory.create(version=1)
    return made


def fields(page: Any) -> dict[str, str]:
    """What its form holds, as a browser would send it back."""
    form, items = page.context["form"], page.context["items"]
    said = {f"i-{name}": value for name, value in items.management_form.initial.items()}
    for one in (form, *items.forms):
        for field in one:
            value = field.value()
            if value is not None and value is not False:
                said[field.html_name] = value
    return {name: str(value) for name, value in said.items()}


def address(instrument: Instrument) -> str:
    return reverse("office:instrument", args=[instrument.pk])


def test_they_stand_there_with_what_they_are_worth(desk: Desk, instrument: Instrument) -> None:
    InstrumentFactory.create(program=instrument.program, questionnaire=True, version=1)

    said = text(desk.get(reverse("office:instruments")))

    assert said.count("Program-authored, not validated") == 2
    assert "What do you think?" in said
    assert "Before you came here" in said


def test_without_any_it_says_what_fills_it(desk: Desk) -> None:
    assert "None yet." in text(desk.get(reverse("office:instruments")))


def test_read_and_sent_back_it_says_the_same(desk: Desk, instrument: Instrument) -> None:
    desk.client.post(address(instrument), fields(desk.get(address(instrument))))

    assert Draft.objects.get().content == instrument.content


def test_a_draft_is_looked_at_before_anybody_is_asked_by_it(desk: Desk, instrument: Instrument) -> None:
    said = fields(desk.get(address(instrument))) | {"i-0-text_en": "A sentence of our own.", "preview": "1"}

    shown = desk.client.post(address(instrument), said)

    assert "A sentence of our own." in text(shown)
    # It comes to where it stands, and has what each question has at its end.
    assert f'formaction="{address(instrument)}#preview"' in shown.content.decode()
    assert [text(shown).count(said) for said in ("I'd rather not say", "Prefiero no decirlo")] == [16, 16]
    assert (Draft.objects.count(), Instrument.objects.count()) == (0, 1)


def test_put_to_use_it_is_the_next_version_and_the_old_one_stays_as_it_was(desk: Desk, instrument: Instrument) -> None:
    sheet: Sheet = SheetFactory.create(instrument=instrument, subject__program=instrument.program)
    said = fields(desk.get(address(instrument))) | {"i-0-text_en": "A sentence of our own.", "use": "1"}

    desk.client.post(address(instrument), said)

    new = Instrument.objects.current().get()
    assert (new.version, new.document.items[0].texts["en"]) == (2, "A sentence of our own.")
    assert [item.code for item in new.document.items] == [item.code for item in instrument.document.items]
    sheet.refresh_from_db()
    assert sheet.instrument.content == instrument.content
    assert Draft.objects.count() == 0


def test_items_are_added_taken_out_and_put_elsewhere(desk: Desk, instrument: Instrument) -> None:
    said = fields(desk.get(address(instrument)))
    gone = {"i-1-text_en": "", "i-1-text_es": ""}
    new = {"i-16-place": "1", "i-16-part": "2", "i-16-text_en": "New", "i-16-text_es": "Nuevo"}

    desk.client.post(address(instrument), said | gone | new)

    items = Draft.objects.get().content["items"]
    assert [item["code"] for item in items[:3]] == ["e1", "i1", "n1"]
    assert (len(items), items[1]["subscale"]) == (16, "harmless")


def test_what_is_wrong_is_said_and_the_draft_is_kept(desk: Desk, instrument: Instrument) -> None:
    said = fields(desk.get(address(instrument))) | {"i-0-text_es": "", "use": "1"}

    shown = text(desk.client.post(address(instrument), said))

    assert "Item 1 has no words in Spanish. Write them, or take the language out." in shown
    assert Instrument.objects.current().get() == instrument
    assert Draft.objects.get().content["items"][0]["texts"]["es"] == ""


def test_without_a_spanish_title_it_is_asked_in_english_alone(desk: Desk, instrument: Instrument) -> None:
    desk.client.post(address(instrument), fields(desk.get(address(instrument))) | {"title_es": "", "use": "1"})

    assert Instrument.objects.current().get().document.languages == ("en",)


def test_who_writes_at_the_same_time_is_told(desk: Desk, instrument: Instrument, now: datetime) -> None:
    said = fields(desk.get(address(instrument)))
    actions.save_draft(instrument=instrument, content=instrument.content | {"least": 2}, by=desk.user, now=now)

    shown = desk.client.post(address(instrument), said | {"least": "1"})

    assert "Somebody has changed this draft meanwhile." in text(shown)
    assert Draft.objects.get().content["least"] == 2
    again = re.search(r'name="after" value="([^"]+)"', shown.content.decode())
    assert again
    desk.client.post(address(instrument), said | {"least": "1", "after": again[1]})
    assert Draft.objects.get().content["least"] == 1


def test_the_second_of_two_at_one_moment_loses_nothing_typed(desk: Desk, instrument: Instrument) -> None:
    """Both pages showed no draft: what was compared before the lock is compared under it."""
    said = fields(desk.get(address(instrument)))
    other = Desk(Role.COORDINATOR)
    other.client.post(address(instrument), said | {"i-0-text_en": "Hers."})

    shown = desk.client.post(address(instrument), said | {"i-0-text_en": "His.", "use": "1"})

    assert "Somebody has changed this draft meanwhile." in text(shown)
    assert fields(shown)["i-0-text_en"] == "His."
    assert Draft.objects.get().content["items"][0]["texts"]["en"] == "Hers."
    assert f"by {other.user.name}" in text(shown)
    desk.client.post(address(instrument), said | fields(shown) | {"use": "1"})
    assert Instrument.objects.current().get().document.items[0].texts["en"] == "His."


def test_what_another_version_was_put_to_use_over_is_not_lost(desk: Desk, instrument: Instrument) -> None:
    said = fields(desk.get(address(instrument)))
    Desk(Role.COORDINATOR).client.post(address(instrument), said | {"i-0-text_en": "Hers.", "use": "1"})
    new = Instrument.objects.current().get()

    shown = desk.client.post(address(instrument), said | {"i-0-text_en": "His."})

    assert "Somebody has put another version to use meanwhile." in text(shown)
    assert (Draft.objects.count(), fields(shown)["i-0-text_en"]) == (0, "His.")
    assert f'action="{address(new)}"' in shown.content.decode()
    desk.client.post(address(new), said | fields(shown))
    assert Draft.objects.get().content["items"][0]["texts"]["en"] == "His."
    assert desk.get(address(instrument))["Location"] == address(new)


def test_a_draft_that_was_changed_meanwhile_is_not_thrown_away_unseen(desk: Desk, instrument: Instrument) -> None:
    desk.client.post(address(instrument), fields(desk.get(address(instrument))))
    said = fields(desk.get(address(instrument)))
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        Desk(Role.COORDINATOR).client.post(address(instrument), said | {"i-0-text_en": "Hers."})

    shown = desk.client.post(address(instrument), said | {"discard": "1"})

    assert "Somebody has changed this draft meanwhile." in text(shown)
    assert Draft.objects.get().content["items"][0]["texts"]["en"] == "Hers."
    desk.client.post(address(instrument), said | fields(shown) | {"discard": "1"})
    assert Draft.objects.count() == 0


def test_a_draft_that_is_thrown_away_already(desk: Desk, instrument: Instrument) -> None:
    shown = desk.client.post(address(instrument), fields(desk.get(address(instrument))) | {"discard": "1"})
    assert "There is no draft. What is in use stays as it is." in text(shown)


def test_a_draft_is_thrown_away(desk: Desk, instrument: Instrument) -> None:
    desk.client.post(address(instrument), fields(desk.get(address(instrument))))

    desk.client.post(address(instrument), fields(desk.get(address(instrument))) | {"discard": "1"})

    assert (Draft.objects.count(), Instrument.objects.count()) == (0, 1)


def test_the_questionnaire_has_answers_of_its_own(desk: Desk, now: datetime) -> None:
    instrument: Instrument = InstrumentFactory.create(questionnaire=True, version=1)

    desk.client.post(
        address(instrument), fields(desk.get(address(instrument))) | {"i-1-answers_en": "Long ago\n\nLately"}
    )

    told = Draft.objects.get().content
    assert told["items"][1]["labels"]["en"] == ["Long ago", "Lately"]
    assert read(instrument.content).items[0].labels == {}


def test_a_part_keeps_its_items_by_its_name(desk: Desk, instrument: Instrument) -> None:
    """The first part is taken out: its items say by number what they belong to, and nobody moves silently."""
    said = fields(desk.get(address(instrument)))
    names = said["parts"].splitlines()

    desk.client.post(address(instrument), said | {"parts": "\n".join(reversed(names))})
    assert [one["code"] for one in Draft.objects.get().content["subscales"]] == ["guys", "needs", "harmless", "enjoys"]

    again = fields(desk.get(address(instrument)))
    shown = text(desk.client.post(address(instrument), again | {"i-0-part": "9", "use": "1"}))
    assert "Item 1 belongs to a part that isn't there." in shown
    assert fields(desk.get(address(instrument)))["i-0-part"] == "9"


def test_a_part_on_two_lines_is_not_put_to_use(desk: Desk, instrument: Instrument) -> None:
    said = fields(desk.get(address(instrument)))
    first = said["parts"].splitlines()[0]

    shown = text(desk.client.post(address(instrument), said | {"parts": f"{said['parts']}\n{first}", "use": "1"}))

    assert f"“{first}” stands twice among the parts. Take one out, or give it a name of its own." in shown
    assert Instrument.objects.current().get() == instrument


@pytest.mark.parametrize(("many", "drafts"), [(10, 1), (11, 0), (41, 0)])
def test_more_parts_than_an_item_can_name_are_refused(
    desk: Desk, instrument: Instrument, many: int, drafts: int
) -> None:
    parts = "\n".join(f"Part {number}" for number in range(many))

    shown = desk.client.post(address(instrument), fields(desk.get(address(instrument))) | {"parts": parts})

    assert Draft.objects.count() == drafts
    assert ("It has at most 10 parts. Take some out." in text(shown)) == (drafts == 0)


def test_more_rows_than_the_page_has_still_get_a_code_each(desk: Desk, instrument: Instrument) -> None:
    said = fields(desk.get(address(instrument))) | {"i-TOTAL_FORMS": "60"}
    more = {f"i-{row}-text_{language}": "New" for row in range(16, 60) for language in ("en", "es")}

    desk.client.post(address(instrument), said | more)

    assert len({item["code"] for item in Draft.objects.get().content["items"]}) == 60
