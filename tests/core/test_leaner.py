from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from core.leaner import LeanStorage, lean


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        (
            "js/roster.js",
            '// Why.\n"use strict";\n  // Why.\nopen("https://a/"); // Stays.\n',
            '"use strict";\nopen("https://a/"); // Stays.\n',
        ),
        (
            "css/base.css",
            "/* Two\nlines. */\na { top: 0; } /* Here */ b { top: 1px; }\n",
            "a { top: 0; }  b { top: 1px; }\n",
        ),
        ("vendor/htmx/htmx.min.js", "// A license.\n", "// A license.\n"),
        ("img/icon.svg", "/* No sheet. */", "/* No sheet. */"),
    ],
)
def test_only_comments_of_our_own_files_are_left_out(name: str, text: str, left: str) -> None:
    assert lean(name, text) == left


def test_what_is_collected_is_lean_and_whole(tmp_path: Path) -> None:
    storage = LeanStorage(location=tmp_path, base_url="/static/")
    content = ContentFile(b"// Why.\nlet a = 1;\n")
    content.read()  # as it was for its hash

    storage.save("js/roster.js", content)

    assert (tmp_path / "js/roster.js").read_bytes() == b"let a = 1;\n"
