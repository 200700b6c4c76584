"""Our own scripts and style sheets go out without the comments that are for whoever reads the source."""

import re
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

OWN = {
    ("js", ".js"): re.compile(r"^[ \t]*//.*\n", re.MULTILINE),
    ("css", ".css"): re.compile(r"/\*.*?\*/\n?", re.DOTALL),
}


def lean(name: str, text: str) -> str:
    """In scripts only whole lines of comment: within one, `//` may be part of an address."""
    path = PurePosixPath(name)
    comments = OWN.get((path.parts[0], path.suffix))
    return comments.sub("", text) if comments else text


class LeanStorage(CompressedManifestStaticFilesStorage):
    def _save(self, name: str, content: Any) -> str:
        if (PurePosixPath(name).parts[0], PurePosixPath(name).suffix) in OWN:
            # It has been read for its hash.
            content.seek(0)
            content = ContentFile(lean(name, content.read().decode()).encode())
        saved: str = super()._save(name, content)
        return saved
