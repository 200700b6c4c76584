"""Browser and clock for the journeys. What a page reports by itself (its content policy, a script) is a fault."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from pytest_django.live_server_helper import LiveServer

from core import clock
from tests.journeys.visits import Clock, House

# Playwright keeps an event loop in this thread, and Django takes whatever runs there for asynchronous code. It
# isn't: a test and the browser take turns. Set on import, before the first fixture asks the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

QUIET = (
    "--no-sandbox",  # root in a container has none
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("ONUS_CHROMIUM") or shutil.which("chromium")
    assert path, "No Chromium: `make system` installs Debian's, or ONUS_CHROMIUM names another."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def house(live_server: LiveServer, chromium: Browser) -> Iterator[House]:
    """Onus as it is served, and who opens its pages."""
    open_house = House(live_server.url, chromium)
    yield open_house
    open_house.close()


@pytest.fixture
def the_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The house's clock, which a test sets; sessions, codes and the browser go on by the real one."""
    standing = Clock()
    monkeypatch.setattr(clock, "now", standing.now)
    return standing


@pytest.fixture
def unhurried(settings: Any) -> None:
    """A code of the half minute before still opens: between reading and typing it, the next may have begun."""
    settings.MFA_TOTP_TOLERANCE = 1
