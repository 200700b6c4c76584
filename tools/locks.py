"""Check that the locks pin every package by hash and name everything that their .in files ask for."""

import re
import sys
from pathlib import Path

LOCKS = ("requirements", "requirements-dev")


def requirements(text: str) -> list[str]:
    """Each requirement with its continuation lines, as one line."""
    joined = text.replace("\\\n", " ")
    lines = (line.strip() for line in joined.splitlines())
    return [line for line in lines if line and not line.startswith(("#", "-"))]


def name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else requirement


def faults(asked: str, locked: str) -> list[str]:
    """What is wrong with a lock, one sentence each."""
    lines = requirements(locked)
    unhashed = [f"{name(line)} has no hash" for line in lines if "--hash=sha256:" not in line]
    unpinned = [f"{name(line)} is not pinned" for line in lines if "==" not in line]
    missing = {name(line) for line in requirements(asked)} - {name(line) for line in lines}
    return unhashed + unpinned + [f"{each} is asked for and not locked" for each in sorted(missing)]


def main(folder: Path = Path()) -> int:
    found = [
        f"{lock}.txt: {fault}; run `make lock`."
        for lock in LOCKS
        for fault in faults((folder / f"{lock}.in").read_text(), (folder / f"{lock}.txt").read_text())
    ]
    print(*found or ["Both locks pin every package by hash."], sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
