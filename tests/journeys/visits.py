"""People before their screens: each a browser of their own, of which every complaint is kept."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from django.conf import settings
from django.core import mail
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Response, expect

from accounts.models import User
from tests.access.people import PASSWORD, signed_in, stored_password
from tests.factories.clock import NOW
from tests.journeys.codes import newest_code, newest_mailed_code

Scheme = Literal["light", "dark"]
DESK, PHONE, NARROW = 1280, 390, 320
# Where an answer other than 200 is a file that is missing, and not a page that says no.
FILES = ("stylesheet", "script", "font", "image")
MANY = 60
HAS_A_RING = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  return one !== document.body && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""
NAME = """() => {
  const one = document.activeElement;
  const label = one.labels && one.labels[0];
  return one.getAttribute("aria-label") || (label || one).innerText;
}"""

QUESTION = """() => {
  const one = document.activeElement, group = one.type === "radio" && one.closest("fieldset");
  return group ? group.querySelector("legend").innerText.trim() : "";
}"""


@dataclass
class Clock:
    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


@dataclass
class House:
    url: str
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def visitor(self, width: int = DESK, *, scheme: Scheme = "light", scripts: bool = True) -> "Visitor":
        """A browser of one's own."""
        context = self.browser.new_context(
            base_url=self.url,
            viewport={"width": width, "height": 844},
            has_touch=width <= PHONE,
            color_scheme=scheme,
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("response", self._response)
        return Visitor(page)

    def close(self) -> None:
        """Raises AssertionError when a page complained."""
        for context in self.contexts:
            context.close()
        assert self.complaints == [], "\n".join(self.complaints)

    def _console(self, message: ConsoleMessage) -> None:
        refused = message.text.startswith("Failed to load resource")
        if message.type in ("error", "warning") and not refused:
            self.complaints.append(f"{message.type}: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type in FILES:
            self.complaints.append(f"{response.status}: {response.url}")


@dataclass
class Visitor:
    page: Page

    # --- Coming in

    def signs_in(self, user: User, *, secret: str = "") -> None:
        """By the form, with the second step: the authenticator's `secret`, or a code that is mailed."""
        self.gives_password(user)
        self.sees_heading("Your second step" if secret else "Enter the code")
        self.fills("Code", newest_code(secret) if secret else newest_mailed_code(mail.outbox))
        self.presses("Sign in")

    def signs_in_here(self, user: User, *, secret: str) -> None:
        """On the page to sign in, where one was led."""
        self.gives_password(user, goes_there=False)
        self.fills("Code", newest_code(secret))
        self.presses("Sign in")

    def gives_password(self, user: User, *, goes_there: bool = True) -> None:
        User.objects.filter(pk=user.pk).update(password=stored_password())
        if goes_there:
            self.opens("/")
        self.fills("E-mail address", user.email)
        self.fills("Password", PASSWORD)
        self.presses("Sign in")

    def is_signed_in(self, user: User, *, again: bool = False) -> "Visitor":
        """Without the way there, which other tests go. `again`: he has just shown the second factor once more."""
        key = signed_in(user, again=again).session.session_key
        assert key, "signed in, so there is a session"
        self.page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": key, "domain": "localhost", "path": "/", "secure": True}]
        )
        return self

    # --- Doing

    def opens(self, path: str) -> Response | None:
        return self.page.goto(path)

    def is_answered(self, path: str, page: str) -> None:
        """Opens a page that the house shows only when something is broken."""
        with_its_address = re.compile(rf"{re.escape(path)}$")
        self.page.route(with_its_address, lambda route: route.fulfill(body=page, content_type="text/html"))
        self.opens(path)
        self.page.unroute(with_its_address)

    def fills(self, label: str, value: str) -> None:
        self._field(label).fill(value)

    def chooses(self, choice: str, *, of: str = "") -> None:
        """A round button; `of`: the question that it answers."""
        group: Page | Locator = self.page.get_by_role("group", name=of) if of else self.page
        group.get_by_role("radio", name=choice).check()

    def selects(self, label: str, option: str) -> None:
        self._field(label).select_option(label=option)

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follows(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def takes_up(self, what: str, button: str) -> None:
        """A line of Today."""
        self.page.locator(".desk > li").filter(has_text=what).get_by_role("link", name=button).click()

    def taps_evening(self, day: str) -> None:
        self.page.locator(".evenings a").filter(has_text=day).tap()

    def row(self, name: str) -> Locator:
        """Of a roster."""
        return self.page.locator(".door-row").filter(has=self.page.get_by_role("heading", name=name, exact=True))

    def marks(self, name: str, mark: str) -> None:
        self.row(name).get_by_role("radio", name=mark).click()
        self.sees_saved(name)

    # --- By the keyboard alone

    def types(self, text: str) -> None:
        self.page.keyboard.type(text)

    def goes_to(self, name: str) -> None:
        """From one stop of the tab key to the next; each shows that it has the focus."""
        for _ in range(MANY):
            self.page.keyboard.press("Tab")
            assert self.page.evaluate(HAS_A_RING), f"one doesn't see that the focus is on {self.focused()!r}"
            if self.focused() == name:
                return
        raise AssertionError(f"the tab key doesn't lead to {name!r}")

    def answers(self, question: str, choice: str) -> None:
        """By round buttons: the tab key leads to a question's first one, the arrows to the others."""
        for _ in range(MANY):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(QUESTION).startswith(question):
                break
        else:
            raise AssertionError(f"the tab key doesn't lead to {question!r}")
        assert self.page.evaluate(HAS_A_RING), f"one doesn't see that the focus is on {self.focused()!r}"
        for _ in range(MANY):
            if self.focused() == choice:
                return self.page.keyboard.press("Space")
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows don't lead to {choice!r}")

    def focused(self) -> str:
        """What a screen reader would call it."""
        return " ".join(str(self.page.evaluate(NAME)).split())

    # --- Seeing

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def sees_heading(self, text: str) -> None:
        # Behind a sign-in stand two hashes that are slow on purpose.
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text, timeout=20_000)

    def sees_saved(self, name: str) -> None:
        """A man's mark."""
        expect(self.row(name)).to_contain_text("Saved")

    def is_told(self, notice: str) -> None:
        expect(self.page.locator(".notice").filter(has_text=notice)).to_be_visible()

    def lines(self, selector: str) -> Sequence[str]:
        return [" ".join(words.split()) for words in self.page.locator(selector).all_inner_texts()]

    def _field(self, label: str) -> Locator:
        # Behind the label of what must be answered stands a star.
        return self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}\*?\s*$"))
