"""Look for secrets among the files that are committed, or would be: `python -m tools.leaks`.

What looks like one and is none stands in tools/no_secrets.txt: file, the first 12 digits of the SHA-256 of what was
found, and why it is none.
"""

import hashlib
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ALLOWED = "tools/no_secrets.txt"
LARGEST_BYTES = 2_000_000
KINDS = {
    "a private key": r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----",
    "a Fernet key": r"(?<![\w+/-])[\w-]{43}=(?![\w=])",
    "a key of AWS": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a key of Google": r"\bAIza[\w-]{35}\b",
    "a token of GitHub": r"\b(?:gh[pousr]_\w{36,}|github_pat_\w{40,})\b",
    "a token of Slack": r"\bxox[abeoprs]-[\w-]{10,}",
    "a key of Stripe": r"\b[rs]k_live_\w{16,}",
    "a key of Twilio": r"\b(?:AC|SK)[0-9a-f]{32}\b",
    "a signed token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    "a password in an address": r"\b[a-z][a-z0-9+.-]*://[^\s/:@\"'{}<>]*:[^\s/@\"'{}<>…*]{3,}@[\w.-]+",
    "a value for a secret": (
        r"(?i:(?<![\w-])(?:\w*(?:password|passwd|secret|api_?key|auth_?token|access_?token|master_?keys?))[\"']?\s*"
        r"(?:=|:)\s*[\"'][^\s\"'{}<>…]{12,}[\"'])"
    ),
}
PATTERN = re.compile("|".join(f"(?P<_{place}>{pattern})" for place, pattern in enumerate(KINDS.values())))
NAMES = list(KINDS)


@dataclass(frozen=True)
class Find:
    file: str
    line: int
    kind: str
    digest: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: looks like {self.kind} ({self.digest})"


def finds(file: str, text: str) -> Iterator[Find]:
    for number, line in enumerate(text.splitlines(), 1):
        for found in PATTERN.finditer(line):
            assert found.lastgroup is not None, "each kind is a group"
            digest = hashlib.sha256(found[0].encode()).hexdigest()[:12]
            yield Find(file, number, NAMES[int(found.lastgroup.removeprefix("_"))], digest)


def allowed(text: str) -> dict[tuple[str, str], str]:
    """By file and digest, why it is no secret. Raises ValueError where no reason is given."""
    lines = (line.split(maxsplit=2) for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return {(file, digest): reason for file, digest, reason in lines}


def files(folder: Path) -> Iterator[str]:
    """Those of the repository, and new ones that nobody told it to leave out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    yield from sorted({name for name in listed.stdout.split("\0") if name and (folder / name).is_file()})


def faults(folder: Path, names: Iterable[str], reasons: dict[tuple[str, str], str]) -> list[str]:
    found = [find for name in names for find in finds(name, _text(folder / name))]
    new = [find for find in found if (find.file, find.digest) not in reasons]
    gone = sorted(reasons.keys() - {(find.file, find.digest) for find in found})
    return [f"{find}: take it out, and make a new one where it is used. None at all? {ALLOWED}" for find in new] + [
        f"{ALLOWED} names {digest} of {file}, which isn't there any more" for file, digest in gone
    ]


def _text(path: Path) -> str:
    """Nothing, of a picture or a typeface."""
    if path.stat().st_size > LARGEST_BYTES:
        return ""
    raw = path.read_bytes()
    return "" if b"\0" in raw[:8000] else raw.decode(errors="replace")


def main(folder: Path = Path()) -> int:
    reasons = allowed((folder / ALLOWED).read_text())
    names = list(files(folder))
    found = faults(folder, names, reasons)
    print(*found or [f"No secrets in {len(names)} files."], sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
