import pytest
from pytest_django import Settings

from messaging.gateways import LocalGateway, gateway


class Other(LocalGateway):
    pass


def test_texts_are_kept_here_unless_a_provider_is_named():
    assert type(gateway()) is LocalGateway


def test_the_setting_names_another(settings: Settings):
    settings.TEXT_GATEWAY = f"{__name__}.Other"

    assert type(gateway()).__name__ == "Other"


def test_a_gateway_that_does_not_exist_is_no_silent_mailbox(settings: Settings):
    settings.TEXT_GATEWAY = "messaging.gateways.Carrier"

    with pytest.raises(ImportError):
        gateway()


def test_the_local_one_gives_each_text_an_id_of_its_own():
    local = LocalGateway()

    assert local.send("+12065550100", "Hello", "<1@x>") != local.send("+12065550100", "Hello", "<1@x>")
