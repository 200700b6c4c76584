"""Measure: `python -m bench [NAME…]` runs every module in here that has `rows()`, or those named."""

import json
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import django

from bench.row import Row

OUT = Path("var/bench.json")
HEAD = ("name", "ours", "reference", "ratio", "limit", "ok")


def modules() -> dict[str, ModuleType]:
    folder = str(Path(__file__).parent)
    names = [found.name for found in iter_modules([folder]) if found.name != "__main__"]
    loaded = {name: import_module(f"bench.{name}") for name in names}
    return {name: module for name, module in loaded.items() if hasattr(module, "rows")}


def measure(chosen: dict[str, ModuleType]) -> Iterator[Row]:
    for name, module in chosen.items():
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        yield from module.rows()


def table(rows: list[Row]) -> str:
    cells = [HEAD, *(_cells(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join("  ".join(map(_padded, line, widths, HEAD)).rstrip() for line in cells)


def _cells(row: Row) -> tuple[str, ...]:
    limit = f"{'≥' if row.at_least else '≤'} {row.limit:g}"
    figures = (f"{row.ours:,.2f}", f"{row.reference:,.2f}", f"{row.ratio:.2f}", limit)
    return (row.name, *figures, "ok" if row.ok else "NOT OK")


def _padded(text: str, width: int, head: str) -> str:
    return text.ljust(width) if head in ("name", "ok") else text.rjust(width)


def main(names: list[str]) -> int:
    found = modules()
    if unknown := [name for name in names if name not in found]:
        print(f"No such bench: {', '.join(unknown)}. There are: {', '.join(found)}.", file=sys.stderr)
        return 2
    rows = list(measure({name: found[name] for name in names or found}))
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps([row.as_json() for row in rows], indent=2) + "\n")
    print(table(rows))
    return 0 if all(row.ok for row in rows) else 1


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("DEMO", "1")
    os.environ.setdefault("ONUS_LOG_LEVEL", "ERROR")  # WeasyPrint tells a line a glyph
    django.setup()
    sys.exit(main(sys.argv[1:]))
