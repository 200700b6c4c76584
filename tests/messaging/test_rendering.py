from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings

from messaging.models import Channel, Message
from messaging.registry import Rendered
from messaging.rendering import Facts, rendered, shipped, worded, words_of
from messaging.segments import weigh
from messaging.wording import TEXTS, faults
from tests.factories.clock import NOW
from tests.factories.messaging import WordingFactory

SEATTLE = ZoneInfo("America/Los_Angeles")
PLACE = "Fish & Chips, 12 <Pier> St"
LANGUAGES = ("en", "es")
CHANNELS = (Channel.EMAIL, Channel.TEXT)
# A Wednesday in September, at two digits of an hour: no day and no month is longer.
LONGEST = datetime(2026, 9, 30, 19, 30, tzinfo=UTC)


def facts(**more: Any) -> Facts:
    return Facts(**{"at": NOW, "place": PLACE, "number": "206-555-0100", "zone": SEATTLE, **more})


def said(channel: Channel, language: str, template: str = "reminder", **more: Any) -> Rendered:
    return worded(template, Message(channel=channel, language=language), facts(**more))


class TestAFile:
    def test_its_first_line_is_the_subject(self):
        message = Message(channel=Channel.EMAIL, language="en")
        mail = rendered("session_open", message, {"link": "https://a.example/?a=1&b=2"}, zone=SEATTLE, sender="Office")

        assert (mail.subject, mail.sender, mail.wording) == ("Something of yours is not finished yet", "Office", 0)
        assert mail.body == (
            "Something of yours is still open. Sign in to finish it:\n"
            "\n"
            "https://a.example/?a=1&b=2\n"
            "\n"
            "This address can't read replies.\n"
        )


@pytest.mark.django_db
class TestWhatTheOfficeMayWord:
    def test_a_mail(self):
        mail = said(Channel.EMAIL, "en")

        assert mail.subject == "Reminder: Tuesday, March 3, 4:00 AM"
        assert mail.body == (
            "Day: Tuesday, March 3, 2026\n"
            "Time: 4:00 AM\n"
            "Place: Fish & Chips, 12 <Pier> St\n"
            "\n"
            "Any questions, or can't make it? Please call 206-555-0100.\n"
        )

    def test_in_spanish(self):
        mail = said(Channel.EMAIL, "es-MX")

        assert mail.subject == "Recordatorio: martes 3 de marzo, 4:00 AM"
        assert "Lugar: Fish & Chips" in mail.body

    @pytest.mark.parametrize("language", ["so", "", "EN"])
    def test_a_language_that_nobody_translated_is_english(self, language: str):
        assert said(Channel.TEXT, language).body.startswith("Reminder: Tuesday")

    def test_without_a_place_its_line_goes_too(self):
        assert said(Channel.EMAIL, "en", place="").body == (
            "Day: Tuesday, March 3, 2026\nTime: 4:00 AM\n\nAny questions, or can't make it? Please call 206-555-0100.\n"
        )

    def test_a_text_is_one_line_without_a_subject(self):
        text = said(Channel.TEXT, "en", place="")

        assert (text.subject, text.body) == (
            "",
            "Reminder: Tuesday, March 3, 4:00 AM. Questions? Call 206-555-0100. Reply STOP to end texts.",
        )

    @override_settings(TIME_ZONE="Asia/Tokyo", LANGUAGE_CODE="fr")
    def test_takes_neither_zone_nor_language_from_the_server(self):
        assert said(Channel.EMAIL, "en").subject == "Reminder: Tuesday, March 3, 4:00 AM"

    def test_an_accent_that_would_cost_a_segment_is_left_out(self):
        saturday = datetime(2026, 3, 7, 20, 0, tzinfo=UTC)

        assert said(Channel.TEXT, "es", at=saturday, place="").body.startswith("Recordatorio: sabado 7 de marzo")
        assert said(Channel.EMAIL, "es", at=saturday).subject == "Recordatorio: sábado 7 de marzo, 12:00 PM"

    @pytest.mark.parametrize(
        ("place", "left"),
        [
            ("12 Pier Street", ", 12 Pier Street."),
            (
                "12 Pier Street, the second floor on the left, behind the lifts, room 17",
                ", 12 Pier Street, the second floor on the left.",
            ),
            (
                "The very large hall behind the old fish market on the pier of the harbor",
                ", The very large hall behind",
            ),
            (f"https://meet.example/{'a' * 90}", ". Questions?"),
        ],
    )
    def test_a_long_place_is_cut_where_it_may_be(self, place: str, left: str):
        body = said(Channel.TEXT, "en", at=LONGEST, place=place).body

        assert body.startswith(f"Reminder: Wednesday, September 30, 12:30 PM{left}")
        assert weigh(body).is_one

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.template)
    def test_each_text_fits_into_one_segment_on_the_longest_day(self, text: Any, language: str):
        body = said(Channel.TEXT, language, text.template, at=LONGEST, place="", number="+12065550100").body

        assert (weigh(body).is_one, "STOP" in body) == (True, True)

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("channel", CHANNELS)
    @pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.template)
    def test_each_file_holds_what_may_stand_in_it(self, text: Any, channel: Channel, language: str):
        words = shipped(text.template, channel, language)

        assert faults(words.whole, text.holds) == []
        assert (words.subject != "", words.version) == (channel == Channel.EMAIL, 0)
        filled = said(channel, language, text.template)
        assert not {"[", "]", "{", "}"} & set(filled.subject + filled.body)


@pytest.mark.django_db
class TestTheOfficesOwnWords:
    def test_its_newest_version_counts(self):
        for version, body in enumerate(("Come on [when].", "We see you [when]."), 1):
            WordingFactory.create(template="reminder", channel="text", version=version, subject="", body=body)

        text = said(Channel.TEXT, "en")

        assert (text.body, text.wording) == ("We see you Tuesday, March 3, 4:00 AM.", 2)

    def test_of_an_email_the_subject_too(self):
        WordingFactory.create(template="reminder", subject="On [day]", body="At [time]{, at [place]}.\n\nBye")

        mail = said(Channel.EMAIL, "en")

        assert (mail.subject, mail.body) == (
            "On Tuesday, March 3, 2026",
            "At 4:00 AM, at Fish & Chips, 12 <Pier> St.\n\nBye\n",
        )

    def test_an_empty_one_goes_back_to_what_onus_brings(self):
        WordingFactory.create(template="reminder", channel="text", version=1, subject="", body="Come on [when].")
        WordingFactory.create(template="reminder", channel="text", version=2, subject="", body="")

        assert said(Channel.TEXT, "en").wording == 0
        assert words_of("reminder", "text", "en") == shipped("reminder", "text", "en")

    def test_says_nothing_of_another_channel_language_or_message(self):
        WordingFactory.create(template="reminder", channel="text", language="es", subject="", body="Hola")

        assert said(Channel.TEXT, "es").body == "Hola"
        assert [said(Channel.TEXT, "en").wording, said(Channel.EMAIL, "es").wording] == [0, 0]
        assert said(Channel.TEXT, "es", "please_call").wording == 0

    def test_what_stands_in_it_is_never_run(self):
        WordingFactory.create(
            template="reminder",
            channel="text",
            subject="",
            body="{{ at }}{% include 'a' %} {number.__class__} [number]",
        )

        assert "206-555-0100" in said(Channel.TEXT, "en").body
        assert "class" in said(Channel.TEXT, "en").body
