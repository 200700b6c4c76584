import pytest
from django.core.checks import CheckMessage
from pytest_django import Settings

from messaging import checks


def said(found: list[CheckMessage]) -> list[tuple[str | None, str | None]]:
    return [(one.id, one.hint) for one in found]


class TestTexts:
    def test_that_stay_here_need_nothing(self):
        assert checks.no_texts_where_a_stop_is_not_heard() == []

    def test_by_a_provider_that_is_told_nothing(self, settings: Settings):
        settings.TEXT_GATEWAY = "messaging.twilio.TwilioGateway"

        assert said(checks.no_texts_where_a_stop_is_not_heard()) == [
            ("onus.W021", "Set ONUS_TWILIO_ACCOUNT_SID, ONUS_TWILIO_AUTH_TOKEN, ONUS_TWILIO_FROM.")
        ]

    def test_by_a_gateway_that_isn_t_there(self, settings: Settings):
        settings.TEXT_GATEWAY = "messaging.nowhere.Gateway"

        assert said(checks.no_texts_where_a_stop_is_not_heard()) == [("onus.E020", "Mend ONUS_TEXT_GATEWAY.")]


class TestTracking:
    @pytest.mark.parametrize(
        ("told", "names"),
        [
            ({}, []),
            ({"SEND_DEFAULTS": {"track_opens": False, "track_clicks": False}}, []),
            ({"SEND_DEFAULTS": {"track_opens": True}}, ["track_opens"]),
            ({"MAILGUN_SEND_DEFAULTS": {"track_clicks": True}}, ["track_clicks"]),
            ({"SEND_DEFAULTS": {"esp_extra": {"TrackOpens": True}}}, ["track_opens"]),
            ({"SEND_DEFAULTS": {"esp_extra": {"o:tracking-clicks": "no"}}}, []),
            ({"MAILGUN_API_KEY": "track_opens"}, []),
        ],
    )
    def test_is_refused(self, settings: Settings, told: dict[str, object], names: list[str]):
        settings.ANYMAIL = told
        found = checks.no_mail_tells_that_it_was_read()

        assert [one.id for one in found] == ["onus.E022"] * len(names)
        assert [name for one in found for name in ("track_opens", "track_clicks") if name in one.msg] == names


class TestReturnAddress:
    def test_that_gives_nothing_away(self, settings: Settings):
        settings.RETURN_ADDRESS = ["PO Box 19", "Kent, WA 98035"]
        assert checks.the_envelope_is_neutral() == []

    def test_that_says_what_it_is(self, settings: Settings):
        settings.RETURN_ADDRESS = ["Diversion Services", "Kent, WA 98035"]
        (found,) = checks.the_envelope_is_neutral()

        assert (found.id, found.msg) == ("onus.W023", "The return address on envelopes says “diversion”.")


class TestAddresses:
    def test_that_give_nothing_away(self, settings: Settings):
        settings.NEUTRAL_DOMAIN = "notices.example"
        settings.DEFAULT_FROM_EMAIL = "office@notices.example"
        settings.SITE_URL = "https://notices.example"
        assert checks.addresses_say_nothing() == []

    @pytest.mark.parametrize(
        ("name", "value", "said"),
        [
            ("NEUTRAL_DOMAIN", "court-programs.example", "ONUS_NEUTRAL_DOMAIN says “court”"),
            ("DEFAULT_FROM_EMAIL", "services@notices.example", "ONUS_FROM_EMAIL says “services”"),
            ("SITE_URL", "https://notices.example/diversion", "ONUS_SITE_URL says “diversion”"),
        ],
    )
    def test_that_say_what_it_is(self, settings: Settings, name: str, value: str, said: str):
        setattr(settings, name, value)
        (found,) = checks.addresses_say_nothing()

        assert (found.id, found.msg) == ("onus.W024", f"{said} to whoever reads along.")
