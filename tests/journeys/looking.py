"""What a machine can see of a page: what axe finds, and whether anything stands out at the side."""

from collections.abc import Iterator, Sequence

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.visits import DESK, NARROW, PHONE, Scheme

WIDTHS = (DESK, PHONE, NARROW)
SCHEMES: Sequence[Scheme] = ("light", "dark")
# A table that is wider than the screen scrolls in its own frame, which isn't the page.
WIDER = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  const outside = (one) => one.getBoundingClientRect().right > page.clientWidth + 1 && !one.closest(".table-scroll");
  const name = (one) => one.tagName.toLowerCase() + [...one.classList].map((word) => "." + word).join("");
  return [...document.body.querySelectorAll("*")].filter(outside).map(name).slice(0, 5);
}"""


def faults(page: Page) -> list[str]:
    """At each width, in both schemes; the page isn't loaded anew, so what was typed stays."""
    return [fault for width in WIDTHS for fault in _at(page, width)]


def too_wide(page: Page) -> list[str]:
    found: list[str] = page.evaluate(WIDER)
    return found


def _at(page: Page, width: int) -> Iterator[str]:
    page.set_viewport_size({"width": width, "height": 844})
    yield from (f"{width} px: {element} is too wide" for element in too_wide(page))
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for found in Axe().run(page).response["violations"]:
            targets = ", ".join(str(node["target"]) for node in found["nodes"][:3])
            yield f"{width} px, {scheme}: {found['help']}: {targets}"
