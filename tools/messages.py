"""The Spanish catalog: what facilitators read, and what a man is asked.

`python -m tools.messages` gathers what their pages say, and compiles it.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).parent.parent
PO = ROOT / "locale" / "es" / "LC_MESSAGES" / "django.po"
# The pages themselves, and those that come in their place; what these include or extend is found.
PAGES = (
    "programs/**/*.html",
    "programs/**/*.js",
    "outcomes/**/*.html",
    "400.html",
    "403.html",
    "403_csrf.html",
    "404.html",
)
CODE = ("programs/**/*.py", "outcomes/**/*.py", "accounts/context.py")
NAMES = re.compile(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""")
LAZY = (
    "gettext_noop", "gettext_lazy", "ngettext_lazy:1,2", "pgettext:1c,2", "npgettext:1c,2,3", "pgettext_lazy:1c,2",
    "npgettext_lazy:1c,2,3",
)  # fmt: skip
FORM = ("--no-wrap", "--sort-by-file", "--add-location=file")


def templates() -> list[Path]:
    folder = ROOT / "templates"
    waiting, found = [path for pattern in PAGES for path in folder.glob(pattern)], set[Path]()
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            # The header has a part for courts' pages only, which read English.
            named = [name for name in NAMES.findall(path.read_text()) if not name.startswith("courts/")]
            waiting += [folder / name for name in named]
    return sorted(found)


def code() -> list[Path]:
    return sorted(path for pattern in CODE for path in ROOT.glob(pattern))


def gather(pot: Path) -> None:
    """All that is marked for translation, as a catalog without translations."""
    with tempfile.TemporaryDirectory() as folder:
        asked = list(_as_code(Path(folder)))
        keywords = [f"--keyword={name}" for name in LAZY]
        command = ["xgettext", "--language=Python", "--from-code=UTF-8", f"--output={pot}", *keywords, *FORM, *asked]
        subprocess.run(command, cwd=folder, check=True)
    pot.write_text(pot.read_text().replace("charset=CHARSET", "charset=UTF-8"))


def _as_code(folder: Path) -> Iterator[str]:
    """Under `folder`, named as they lie in the house; xgettext reads no templates."""
    for path in [*code(), *templates()]:
        name = path.relative_to(ROOT)
        copy = folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text()
        copy.write_text(text if path.suffix == ".py" else templatize(text, origin=str(name)))
        yield str(name)


def merge() -> None:
    """Into the catalog: what is new comes without a translation, what nobody says any more goes."""
    with tempfile.TemporaryDirectory() as folder:
        pot, merged = Path(folder) / "all.pot", Path(folder) / "merged.po"
        gather(pot)
        quietly = ["--quiet", "--no-fuzzy-matching"]
        subprocess.run(["msgmerge", *quietly, *FORM, f"--output-file={merged}", PO, pot], check=True)
        subprocess.run(["msgattrib", "--no-obsolete", *FORM, f"--output-file={PO}", merged], check=True)
    # When it was gathered is no change.
    PO.write_text(re.sub(r'^"POT-Creation-Date:.*\n', "", PO.read_text(), flags=re.MULTILINE))


def compile_it(mo: Path) -> None:
    subprocess.run(["msgfmt", "--check", f"--output-file={mo}", PO], check=True)


if __name__ == "__main__":
    merge()
    compile_it(PO.with_suffix(".mo"))
    sys.exit(0)
