"""Ask for known holes in what both locks pin, by pip-audit: `python -m tools.advisories`. It needs the network."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.locks import LOCKS

PIP_AUDIT = "pip-audit==2.9.0"
PATIENCE_SECONDS = 300
NOT_REACHED = (
    "The advisories could not be asked: nothing is known of holes in what the locks pin. "
    "Run `make audit-deps` where pypi.org can be reached."
)


class NotReached(Exception):
    """No answer, or one that knows none of the packages."""


def holes(report: str) -> Iterator[str]:
    """One line each, of pip-audit's JSON. Raises NotReached."""
    try:
        packages = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError) as error:
        raise NotReached from error
    if all(package.get("skip_reason") for package in packages):
        raise NotReached
    for package in packages:
        if reason := package.get("skip_reason"):
            yield f"{package['name']} was not looked up: {reason}"
        for hole in package.get("vulns", []):
            versions = ", ".join(hole["fix_versions"]) or "nothing yet"
            yield f"{package['name']} {package['version']}: {hole['id']}, fixed in {versions}"


def asked(folder: Path) -> str:
    """What pip-audit answers: it exits with 1 both for a hole and for a network that is away. Raises NotReached."""
    locks = [part for lock in LOCKS for part in ("-r", str(folder / f"{lock}.txt"))]
    audit = ["pip-audit", "--progress-spinner=off", "--disable-pip", "--require-hashes", "--format=json", *locks]
    try:
        done = subprocess.run(
            [str(Path(sys.executable).with_name("uv")), "tool", "run", "--quiet", "--from", PIP_AUDIT, *audit],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotReached from error
    return done.stdout


def main(folder: Path = Path()) -> int:
    try:
        found = list(holes(asked(folder)))
    except NotReached:
        print(NOT_REACHED)
        return 2
    print(*found or ["No hole is known in what the locks pin."], sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
