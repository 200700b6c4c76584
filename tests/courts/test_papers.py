"""What may be kept of what somebody sends."""

import sys
import time
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courts import papers, pdfs
from courts.papers import UnfitPaper, media_type
from tests.courts import paper_files as files


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(files.pdf(), "application/pdf", id="a plain PDF"),
        pytest.param(files.pdf(files.opens_at_a_page), "application/pdf", id="a PDF that opens at a page"),
        pytest.param(files.pdf(files.links_to_the_web), "application/pdf", id="a PDF with a link"),
        pytest.param(files.png(), "image/png", id="PNG"),
        pytest.param(files.png(color=0), "image/png", id="a gray PNG"),
        pytest.param(files.jpeg(), "image/jpeg", id="JPEG"),
        pytest.param(files.jpeg() + b"\0" * 20, "image/jpeg", id="a JPEG with a camera's padding behind"),
    ],
)
def test_is_told_by_its_content(content: bytes, expected: str) -> None:
    assert media_type(content) == expected


@pytest.mark.parametrize(
    ("change", "saved", "sentence"),
    [
        pytest.param(files.runs_a_script, {}, pdfs.ACTIVE, id="a script that runs when it is opened"),
        pytest.param(files.names_a_script, {}, pdfs.ACTIVE, id="a script by name"),
        pytest.param(files.launches, {}, pdfs.ACTIVE, id="another program"),
        pytest.param(files.is_a_form_of_its_own, {}, pdfs.ACTIVE, id="XFA"),
        pytest.param(files.carries_a_file, {}, pdfs.CARRIES, id="a file within"),
        pytest.param(files.pins_a_file, {}, pdfs.CARRIES, id="a file pinned to a page"),
        pytest.param(files.unpacks_to_too_much, {}, papers.TOO_MUCH, id="a bomb"),
        pytest.param(files.unpacks_twice, {}, papers.TOO_MUCH, id="a bomb in a bomb"),
        pytest.param(files.nests_deep, {}, papers.TOO_MUCH, id="nested deep"),
        pytest.param(files.goes_on_and_on, {}, pdfs.TOO_MANY_PAGES, id="a thousand pages and one"),
        pytest.param(
            lambda made: None, {"encryption": pikepdf.Encryption(owner="x", user="y")}, pdfs.LOCKED, id="a password"
        ),
        pytest.param(
            lambda made: None, {"encryption": pikepdf.Encryption(owner="x", user="")}, pdfs.LOCKED, id="restrictions"
        ),
    ],
)
def test_a_pdf_that_may_do_harm_is_refused(
    change: Callable[[pikepdf.Pdf], Any], saved: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(UnfitPaper) as refused:
        media_type(files.pdf(change, **saved))
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"", papers.EMPTY, id="nothing"),
        pytest.param(b"%PDF-1.7\n" + b"0" * papers.MOST_BYTES, papers.TOO_BIG, id="too large"),
        pytest.param(b"PK\x03\x04" + b"0" * 100, papers.NO_SUCH_KIND, id="a ZIP, whatever it is called"),
        pytest.param(b"<svg onload='x'/>", papers.NO_SUCH_KIND, id="SVG"),
        pytest.param(b"MZ\x90\0", papers.NO_SUCH_KIND, id="a program"),
        pytest.param(b"%PDF-1.7\nnothing of the kind", papers.BROKEN, id="a PDF by its first letters"),
        pytest.param(files.pdf()[:200], papers.BROKEN, id="a PDF cut off"),
        pytest.param(files.png()[:-6], papers.BROKEN, id="a PNG cut off"),
        pytest.param(files.png().replace(b"IDAT", b"IDAX"), papers.BROKEN, id="a PNG whose sums are wrong"),
        pytest.param(files.png(rows=b"\0" * 5_000_000), papers.BROKEN, id="a PNG that unpacks to more than its size"),
        pytest.param(files.png(60_000, 60_000, rows=b"\0"), papers.TOO_MUCH, id="a PNG of billions of pixels"),
        pytest.param(files.png(0, 0, rows=b"\0"), papers.BROKEN, id="a PNG of none"),
        pytest.param(files.jpeg(60_000, 60_000), papers.TOO_MUCH, id="a JPEG of billions of pixels"),
        pytest.param(files.jpeg(end=b""), papers.BROKEN, id="a JPEG cut off"),
        pytest.param(b"\xff\xd8\xff\xe0\0\x01", papers.BROKEN, id="a JPEG whose segment has no length"),
        pytest.param(b"\xff\xd8\xff", papers.BROKEN, id="a JPEG of three bytes"),
    ],
)
def test_what_is_no_paper_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(UnfitPaper) as refused:
        media_type(content)
    assert str(refused.value) == sentence


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from([files.png(), files.jpeg()]), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255))))
def test_a_picture_that_was_tampered_with_is_fit_or_refused_and_nothing_else(
    content: bytes, changes: list[tuple[int, int]]
) -> None:
    changed = bytearray(content)
    for at, value in changes:
        changed[at % len(changed)] = value
    try:
        found = media_type(bytes(changed))
    except UnfitPaper:
        found = "refused"
    assert found in (papers.PNG, papers.JPEG, "refused")


def test_a_bomb_is_refused_within_seconds() -> None:
    began = time.monotonic()
    with pytest.raises(UnfitPaper):
        media_type(files.pdf(files.unpacks_twice))
    assert time.monotonic() - began < papers.ANSWER_TIME


def test_the_process_that_opens_it_is_told_none_of_our_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, Any] = {}

    def run(command: Any, **said: Any) -> Any:
        told.update(said, command=command)
        return type("Done", (), {"stdout": papers.FIT.encode()})

    monkeypatch.setattr("courts.papers.subprocess.run", run)
    media_type(files.pdf())
    assert told["env"] == {}
    assert (told["command"], told["input"], told.get("shell")) == (
        [sys.executable, "-m", "courts.pdfs"],
        files.pdf(),
        None,
    )


@pytest.mark.parametrize("said", [b"", b"fi", b"Killed"], ids=["nothing", "half", "something else"])
def test_what_the_process_did_not_call_fit_is_not_kept(monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    monkeypatch.setattr("courts.papers.subprocess.run", lambda *a, **b: type("Done", (), {"stdout": said}))
    with pytest.raises(UnfitPaper):
        media_type(files.pdf())
