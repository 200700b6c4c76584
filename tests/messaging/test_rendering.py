from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings

from messaging.models import Channel, Message
from messaging.rendering import rendered
from tests.factories.clock import NOW

SEATTLE = ZoneInfo("America/Los_Angeles")
DATA = {"at": NOW, "place": "Fish & Chips, 12 <Pier> St", "number": "206-555-0100"}


def test_the_first_line_is_the_subject():
    mail = rendered("reminder", Message(channel=Channel.EMAIL, language="en"), DATA, zone=SEATTLE)

    assert mail.subject == "Reminder: Tuesday, March 3, 4:00 AM"
    assert mail.body == (
        "Day: Tuesday, March 3, 2026\n"
        "Time: 4:00 AM\n"
        "Place: Fish & Chips, 12 <Pier> St\n"
        "\n"
        "Any questions, or can't make it? Please call 206-555-0100.\n"
    )


def test_speaks_spanish():
    mail = rendered("reminder", Message(channel=Channel.EMAIL, language="es-MX"), DATA, zone=SEATTLE)

    assert mail.subject == "Recordatorio: martes 3 de marzo, 4:00 AM"
    assert "Lugar: Fish & Chips" in mail.body


@pytest.mark.parametrize("language", ["so", "", "EN"])
def test_a_language_that_nobody_translated_is_english(language: str):
    text = rendered("reminder", Message(channel=Channel.TEXT, language=language), DATA, zone=SEATTLE)

    assert text.body.startswith("Reminder: Tuesday")


def test_a_text_is_one_line_without_a_subject():
    data = DATA | {"place": ""}
    text = rendered("reminder", Message(channel=Channel.TEXT, language="en"), data, zone=SEATTLE)

    assert (text.subject, text.body) == (
        "",
        "Reminder: Tuesday, March 3, 4:00 AM. Questions? Call 206-555-0100. Reply STOP to end texts.",
    )


@override_settings(TIME_ZONE="Asia/Tokyo", LANGUAGE_CODE="fr")
def test_takes_neither_zone_nor_language_from_the_server():
    mail = rendered("reminder", Message(channel=Channel.EMAIL, language="en"), DATA, zone=SEATTLE)

    assert mail.subject == "Reminder: Tuesday, March 3, 4:00 AM"
