"""Install the Debian packages that are missing: `python -m tools.debian COMMAND-OR-LIBRARY=PACKAGE…`."""

import os
import shutil
import subprocess
import sys
from ctypes.util import find_library


class Missing(Exception):
    """Something has to be installed by somebody else; the message says what."""


def install(packages: list[str], *, why: str) -> None:
    """Raises Missing where this user may not install, or where this is not Debian."""
    names = " ".join(packages)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Missing(f"{why}: install {names} (on Debian: apt-get install {names}), then run this again.")
    print(f"{why}: installing {names} from Debian's packages.", file=sys.stderr, flush=True)
    _apt_get("update")
    _apt_get("install", "-y", "--no-install-recommends", *packages)


def _apt_get(*arguments: str) -> None:
    command = ["apt-get", "-qq", *arguments]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    # What apt says goes beside what we say: standard output belongs to the command that asked.
    status = subprocess.call(command, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr.fileno())
    if status:
        raise Missing(f"`{' '.join(command)}` failed: install {' '.join(arguments[3:])} by hand.")


def present(name: str) -> bool:
    return bool(shutil.which(name) or find_library(name))


def main(pairs: list[str]) -> int:
    wanted = dict(pair.split("=", 1) for pair in pairs)
    missing = {name: package for name, package in wanted.items() if not present(name)}
    try:
        if missing:
            install(sorted(set(missing.values())), why=f"{', '.join(missing)} not found")
    except Missing as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
