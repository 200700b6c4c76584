"""What a machine can see of a page: what axe finds, and whether anything stands out at the side."""

from collections.abc import Iterator, Sequence

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.visits import DESK, NARROW, PHONE, Scheme

WIDTHS = (DESK, PHONE, NARROW)
SCHEMES: Sequence[Scheme] = ("light", "dark")
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
    return [fault for width in WIDTHS for fault in _at(page, width)]


def too_wide(page: Page) -> list[str]:
    found: list[str] = page.evaluate(TOO_WIDE)
    return found


def _at(page: Page, width: int) -> Iterator[str]:
    page.set_viewport_size({"width": width, "height": 844})
    yield from (f"{width} px: {element} is too wide" for element in too_wide(page))
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for found in Axe().run(page).response["violations"]:
            targets = ", ".join(str(node["target"]) for node in found["nodes"][:3])
            yield f"{width} px, {scheme}: {found['help']}: {targets}"


def lies_under(page: Page) -> list[str]:
    """Buttons and links in whose middle something else lies, so that a thumb hits that."""
    found: list[str] = page.evaluate(COVERED)
    return found
