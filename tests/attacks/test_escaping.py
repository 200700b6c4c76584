"""Who writes HTML: templates, which escape what they are given, and these few places in Python, each looked at."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import ROOT, source_files

UNESCAPED = re.compile(r"\|\s*safe(?:seq)?\b|\{%-?\s*autoescape\s+off\b|\{%\s*filter\s+safe")
# Where nothing is HTML: a mail is words.
MAILS = "templates/account/email/"
MARKED = {"mark_safe", "SafeString", "SafeText", "html_safe", "__html__"}
FORMATTED = {"format_html": 0, "format_html_join": 1}
# By file, how often: a picture whose numbers are ours, and words of ours around a box for ticking.
LOOKED_AT = {"office/admin/base.py": 1, "office/figures/pictures.py": 1, "office/templatetags/office.py": 1}


def templates() -> list[Path]:
    return sorted(
        path
        for path in ROOT.rglob("templates/**/*")
        if path.suffix in (".html", ".txt", ".js") and not {".venv", "var"} & set(path.relative_to(ROOT).parts)
    )


def unescaped(template: str) -> list[str]:
    return UNESCAPED.findall(template)


def marked(source: str) -> Iterator[str]:
    """Calls that take a text for HTML as it is; and `format_html` of a text that isn't written there."""
    if not any(name in source for name in (*MARKED, *FORMATTED)):
        return
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.FunctionDef) and call.name == "__html__":
            yield call.name
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in FORMATTED:
            place = FORMATTED[name]
            if len(call.args) <= place or not isinstance(call.args[place], ast.Constant):
                yield name
        elif name in MARKED and not _is_a_contact_point(call):
            yield name


def _is_a_contact_point(call: ast.Call) -> bool:
    """`mark_safe` is what the office calls it, too, that letters may go to an address."""
    return {word.arg for word in call.keywords} >= {"contact_point", "by", "now"}


def test_no_template_shows_anything_unescaped() -> None:
    found = [str(path.relative_to(ROOT)) for path in templates() if unescaped(path.read_text())]

    assert len(templates()) > 200
    assert [path for path in found if not path.startswith(MAILS)] == []


def test_python_marks_nothing_more_as_html() -> None:
    found = {str(path.relative_to(ROOT)): len([*marked(path.read_text())]) for path in source_files()}

    assert {path: count for path, count in found.items() if count} == LOOKED_AT


@pytest.mark.parametrize(
    "template",
    ["{{ man.name|safe }}", "{{ names|safeseq }}", "{% autoescape off %}", "{{ a|lower| safe }}"],
)
def test_one_that_does_is_found(template: str) -> None:
    assert unescaped(template)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("mark_safe(name)", "mark_safe"),
        ("html.mark_safe(name)", "mark_safe"),
        ("SafeString(name)", "SafeString"),
        ("format_html(f'<b>{name}</b>')", "format_html"),
        ("format_html('<b>' + name)", "format_html"),
        ("format_html_join('', f'<b>{name}</b>', rows)", "format_html_join"),
        ("class A:\n    def __html__(self): ...", "__html__"),
    ],
)
def test_so_is_a_call(source: str, name: str) -> None:
    assert [*marked(source)] == [name]


def test_what_escapes_is_not() -> None:
    assert [*marked("format_html('<b>{}</b>', name)\nactions.mark_safe(contact_point=a, by=b, now=c)")] == []
    assert unescaped("{% if safe_contact %}{{ man.safe }}{{ a|safe_name }}{% endif %}") == []


# --- Typst, which sets the documents

# What makes source of a text, or reads another file.
SOURCE = re.compile(r"\b(?:eval|read|include|csv|yaml|toml|xml|cbor|plugin)\s*\(|#include\b")
BESIDE = re.compile(r'#?import\s+"([^"]+)"')


def documents() -> list[Path]:
    return [path for path in sorted(ROOT.glob("*/typst/*.typ")) if path.parts[-3] not in (".venv", "var")]


def test_no_document_reads_a_value_as_source() -> None:
    found = {path.name: SOURCE.findall(code_of(path.read_text())) for path in documents()}

    assert len(found) > 15
    assert {name: said for name, said in found.items() if said} == {}


def test_each_imports_only_what_stands_beside_it() -> None:
    imported = {(path, name) for path in documents() for name in BESIDE.findall(path.read_text())}

    assert [name for path, name in imported if "/" in name or not (path.parent / name).is_file()] == []


def code_of(document: str) -> str:
    return re.sub(r"^\s*//.*$", "", document, flags=re.MULTILINE)


@pytest.mark.parametrize("code", ['eval(name, mode: "markup")', 'read("/etc/passwd")', '#include "other.typ"'])
def test_one_that_would_is_found(code: str) -> None:
    assert SOURCE.search(code_of(f"// no eval here\n{code}"))
