"""`python -m backups.unescrow SHEET SHEET`: the keys that two people keep, as lines for the environment.

It needs Python and nothing else: on the day that it is wanted there may be no Onus left.
"""

import sys
from pathlib import Path

from backups import papers

USAGE = "python -m backups.unescrow SHEET-A.txt SHEET-B.txt > keys.env: what was typed in from the two sheets."


def main(names: list[str]) -> int:
    if len(names) != 2:
        sys.stderr.write(f"{USAGE}\n")
        return 2
    try:
        one, other = (papers.read(Path(name).read_text()) for name in names)
        secret = papers.join(one, other)
    except (papers.Mistyped, papers.DoNotBelongTogether) as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{error.filename} can't be read: {error.strerror}.\n")
        return 1
    sys.stdout.write(secret.decode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
