"""What a machine can see of a page: what axe finds, and whether anything stands out at the side."""

from collections.abc import Iterator, Sequence

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.visits import DESK, NARROW, PHONE, Scheme

TABLET = 768
WIDTHS = (DESK, TABLET, PHONE, NARROW)
# With the browser's own letters twice as large, as some people set them once and for all.
LETTERS, LARGE_LETTERS = {"standard": 16, "fixed": 13}, {"standard": 32, "fixed": 26}
WITH_LARGE_LETTERS = (DESK, 2 * NARROW)
SCHEMES: Sequence[Scheme] = ("light", "dark")
# Without fetching the style sheets once more, which the content policy stops: only one experimental rule asks for them.
OPTIONS = {"resultTypes": ["violations"], "preload": False}
# What scrolls in a frame of its own, as a wide table does, makes no page too wide.
TOO_WIDE = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  const framed = (one) => one && (getComputedStyle(one).overflowX !== "visible" || framed(one.parentElement));
  const outside = (one) => one.getBoundingClientRect().right > page.clientWidth + 1 && !framed(one.parentElement);
  const name = (one) => one.tagName.toLowerCase() + [...one.classList].map((word) => "." + word).join("");
  return [...document.body.querySelectorAll("*")].filter(outside).map(name).slice(0, 5);
}"""


def faults(page: Page) -> list[str]:
    """At each width, in both schemes; the page isn't loaded anew, so what was typed stays."""
    page.wait_for_load_state()
    page.locator("main").wait_for()
    return [*(fault for width in WIDTHS for fault in _at(page, width)), *_with_large_text(page)]


def too_wide(page: Page) -> list[str]:
    found: list[str] = page.evaluate(TOO_WIDE)
    return found


def _at(page: Page, width: int) -> Iterator[str]:
    page.set_viewport_size({"width": width, "height": 844})
    yield from (f"{width} px: {element} is too wide" for element in too_wide(page))
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for found in Axe().run(page, options=OPTIONS).response["violations"]:
            targets = ", ".join(str(node["target"]) for node in found["nodes"][:3])
            yield f"{width} px, {scheme}: {found['help']}: {targets}"


def _with_large_text(page: Page) -> Iterator[str]:
    browser = page.context.new_cdp_session(page)
    browser.send("Page.setFontSizes", {"fontSizes": LARGE_LETTERS})
    for width in WITH_LARGE_LETTERS:
        page.set_viewport_size({"width": width, "height": 844})
        yield from (f"{width} px, large letters: {element} is too wide" for element in too_wide(page))
    browser.send("Page.setFontSizes", {"fontSizes": LETTERS})
    browser.detach()
