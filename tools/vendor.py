"""The files of others that our pages load: fetch them again, as committed. `python -m tools.vendor [--check]`.

Bootstrap's style sheet (its scripts stay away), htmx 2 (it can switch off eval and inline scripts and styles;
htmx 4 has no such switch in its core) and Public Sans. npm is needed here only, never to build or to run.
To take a newer version: change VERSION and INTEGRITY (`npm view NAME@VERSION dist.integrity`), run this, look at it.
"""

import base64
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"
# It points to a file that we don't ship, and the manifest of hashed names would look for it.
SOURCE_MAP = re.compile(rb"/\*# sourceMappingURL=\S+ \*/")


class Mismatch(Exception):
    """The registry gave something other than what was looked at and written down here."""


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    integrity: str
    files: dict[str, str]  # path in the package: path under static/


FONTS = {
    f"files/public-sans-{subset}-{weight}-normal.woff2": f"fonts/public-sans-{subset}-{weight}-normal.woff2"
    for subset in ("latin", "latin-ext")
    for weight in (400, 600, 700)
}
PACKAGES = [
    Package(
        "bootstrap",
        "5.3.9",
        "sha512-20cU0rcfw8WdxtVbmfU+xT2EjvVTw9Ror/h1Qvd7DXCujRg8OO9mdBCsmTHdJFf3BuadmBNJtgIuUXsBqSkk/w==",
        {
            "dist/css/bootstrap.min.css": "vendor/bootstrap/bootstrap.min.css",
            "LICENSE": "vendor/bootstrap/LICENSE",
        },
    ),
    Package(
        "htmx.org",
        "2.0.11",
        "sha512-Thx/WtpeOQqSrqBCw/A1cwGJGg4UrVa3+sW0GmrM3p4gJgO89ecH4qtbnyzDDWFvBTqjnIMCgELTNt636dtamA==",
        {"dist/htmx.min.js": "vendor/htmx/htmx.min.js", "LICENSE": "vendor/htmx/LICENSE"},
    ),
    Package(
        "@fontsource/public-sans",
        "5.3.0",
        "sha512-kjODI0S3zdv0mBYCIQ8TbBayaiqszpc2UbhJiO3bjIqVVXzcWfHSt2o3WBCLOY3juaGaQoy4MoWCcgmfI5hCuA==",
        {**FONTS, "LICENSE": "fonts/OFL.txt"},
    ),
]


def fetched(package: Package, folder: Path) -> dict[str, bytes]:
    """By path under static/, what belongs there. Raises Mismatch."""
    specification = f"{package.name}@{package.version}"
    told = subprocess.run(
        ["npm", "pack", "--silent", "--ignore-scripts", specification],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    archive = folder / told.stdout.strip().splitlines()[-1]
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != package.integrity:
        raise Mismatch(f"{specification} has the integrity sha512-{digest}, not {package.integrity}.")
    with tarfile.open(archive) as tar:
        return {place: content(tar, f"package/{path}") for path, place in package.files.items()}


def content(tar: tarfile.TarFile, path: str) -> bytes:
    member = tar.extractfile(path)
    if member is None:
        raise Mismatch(f"{path} is no file.")
    return SOURCE_MAP.sub(b"", member.read())


def main(arguments: list[str]) -> int:
    different = []
    for package in PACKAGES:
        with tempfile.TemporaryDirectory() as folder:
            files = fetched(package, Path(folder))
        for place, body in files.items():
            path = STATIC / place
            if path.exists() and path.read_bytes() == body:
                continue
            different.append(place)
            if "--check" not in arguments:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(body)
    print("\n".join(different) or "All as written down.")
    return 1 if different and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
