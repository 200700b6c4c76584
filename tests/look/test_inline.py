"""Nothing inline and no other host, so that the content policy can refuse both."""

import re
from pathlib import Path

import pytest

from tests.house import ROOT

INLINE = {
    "style=": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "<style>": re.compile(r"<style\b", re.IGNORECASE),
    "<script> without src": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE),
    "a handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "hx-on": re.compile(r"\shx-on", re.IGNORECASE),
    "javascript:": re.compile(r"javascript:", re.IGNORECASE),
    "another host": re.compile(r"(?:src|srcset|action)=[\"']?(?:https?:)?//|<link[^>]*href=[\"']?(?:https?:)?//"),
}
WRONG = {
    "style=": '<p style="color: red">',
    "<style>": "<style>p {}</style>",
    "<script> without src": "<script nonce='x'>go()</script>",
    "a handler": '<button type="button" onclick="go()">',
    "hx-on": "<form hx-on:click='go()'>",
    "javascript:": '<a href="javascript:go()">',
    "another host": '<link rel="stylesheet" href="https://fonts.example/a.css">',
}
OUR_CSS = sorted((ROOT / "static" / "css").glob("*.css"))
BOOTSTRAP = ROOT / "static" / "vendor" / "bootstrap" / "bootstrap.min.css"
# Bootstrap's parts with a data: image that no page of ours has; the forms' own are drawn anew in forms.css.
UNUSED = ("accordion", "btn-close", "carousel", "form-switch", "navbar", "form-range")
DRAWN_ANEW = ("form-select", "form-check-input", "form-control")


def templates() -> list[Path]:
    """Those that a browser gets; letters and mails have their own rules."""
    ours = [path for path in ROOT.rglob("templates/**/*.html") if not {".venv", "var"} & set(path.parts)]
    return [path for path in ours if "email" not in path.parts]


@pytest.mark.parametrize("kind", INLINE)
def test_no_template_has(kind):
    assert [str(path.relative_to(ROOT)) for path in templates() if INLINE[kind].search(path.read_text())] == []


@pytest.mark.parametrize("kind", INLINE)
def test_the_finder_finds(kind):
    assert INLINE[kind].search(WRONG[kind])


def test_there_are_templates_to_look_at():
    assert ROOT / "templates" / "base.html" in templates()


@pytest.mark.parametrize("sheet", [*OUR_CSS, BOOTSTRAP], ids=lambda path: path.name)
def test_no_sheet_asks_another_host(sheet):
    urls = re.findall(r"url\(\s*[\"']?([^\"')]+)", sheet.read_text())
    assert [url for url in urls if url.startswith(("http:", "https:", "//"))] == []


@pytest.mark.parametrize("sheet", OUR_CSS, ids=lambda path: path.name)
def test_what_our_sheets_name_is_there(sheet):
    urls = re.findall(r"url\(\s*[\"']?([^\"')]+)", sheet.read_text())
    assert [url for url in urls if not (sheet.parent / url).is_file()] == []


def test_bootstraps_data_images_are_unused_or_drawn_anew():
    rules = re.findall(r"([^{}]+)\{([^{}]*url\(\"?data:[^{}]*)\}", BOOTSTRAP.read_text())
    assert [selector for selector, _ in rules if not any(part in selector for part in (*UNUSED, *DRAWN_ANEW))] == []
    forms = (ROOT / "static" / "css" / "forms.css").read_text()
    assert [
        part for part in DRAWN_ANEW if not re.search(rf"\.{part}[^{{}}]*\{{[^}}]*background(-image)?:", forms)
    ] == []


@pytest.mark.parametrize("part", UNUSED)
def test_no_template_uses(part):
    classes = [(path, re.findall(r'class="([^"]*)"', path.read_text())) for path in templates()]
    assert [path.name for path, found in classes if any(part in one for one in found)] == []


def test_every_class_of_a_template_is_one_that_a_sheet_knows():
    known = set(re.findall(r"\.([a-zA-Z][\w-]*)", "".join(path.read_text() for path in [*OUR_CSS, BOOTSTRAP])))
    unknown = {
        f"{path.relative_to(ROOT)}: {word}"
        for path in templates()
        for classes in re.findall(r'class="([^"]*)"', path.read_text())
        # A word that a template tag finishes can't be looked up.
        for word in re.sub(r"\{[{%].*?[%}]\}", "\0", classes).split()
        if "\0" not in word and word not in known
    }
    assert sorted(unknown) == []
