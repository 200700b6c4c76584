"""A .po file, read: what gettext made of it stands in the .mo, and the two must say the same."""

import ast
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Entry:
    """`said` has a translation for each number, or the only one."""

    msgid: str = ""
    plural: str = ""
    said: list[str] = field(default_factory=list)
    fuzzy: bool = False
    places: list[str] = field(default_factory=list)


def entries(po: Path) -> list[Entry]:
    """Without the header."""
    read = [_entry(block) for block in po.read_text().split("\n\n")]
    return [entry for entry in read if entry.msgid]


def _entry(block: str) -> Entry:
    entry, into = Entry(), ""
    for line in block.splitlines():
        keyword, _, rest = line.partition(" ")
        if keyword == "#,":
            entry.fuzzy = "fuzzy" in rest
        elif keyword == "#:":
            entry.places += rest.split()
        elif line and not line.startswith("#"):
            into, words = ("", line) if line.startswith('"') else (keyword, rest)
            _put(entry, into, ast.literal_eval(words))
    return entry


def _put(entry: Entry, keyword: str, words: str) -> None:
    """No keyword: the last one's words go on."""
    if keyword == "msgid":
        entry.msgid = words
    elif keyword == "msgid_plural":
        entry.plural = words
    elif keyword.startswith("msgstr"):
        entry.said.append(words)
    elif keyword == "" and entry.said:
        entry.said[-1] += words
    elif keyword == "":
        entry.msgid += words
    else:
        raise ValueError(keyword)
