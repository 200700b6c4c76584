import pytest

from bench.weight import LOADED, asked_for

pytestmark = pytest.mark.pure

FACES = (
    "@font-face { src: url('latin.woff2'); unicode-range: U+0000-00FF; }"
    "@font-face { src: url(ext.woff2); unicode-range: U+0100-02BA, U+1EF2; }"
    "@font-face { src: url(all.woff2); }"
)


@pytest.mark.parametrize(
    ("text", "fonts"),
    [
        ("José M.", ["latin.woff2", "all.woff2"]),
        ("Đặng", ["latin.woff2", "ext.woff2", "all.woff2"]),
        ("Ỳ", ["ext.woff2", "all.woff2"]),
    ],
)
def test_a_font_is_loaded_for_its_characters(text: str, fonts: list[str]) -> None:
    assert list(asked_for(FACES, text)) == fonts


def test_a_sheet_asks_for_others() -> None:
    sheet = '@import url("../a.css") layer(b);@import "c.css";'
    assert list(asked_for(sheet, "")) == ["../a.css", "c.css"]


def test_what_a_page_loads() -> None:
    page = (
        '<link rel="icon" href="/i.svg"><script src="/a.js" defer></script><a href="/away">x</a><link href="https://x">'
    )
    assert LOADED.findall(page) == ["/i.svg", "/a.js"]
