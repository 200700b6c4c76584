"""The sheet for the door, as a reader gets it."""

import pytest

from programs.signin_sheet import SheetFacts, render
from tests.courts.pdf import bare, opened, structure, text_of

FACTS: SheetFacts = {
    "language": "en",
    "title": "Sign-in sheet",
    "when": "Week 3, Tue, Mar 10, 6:00 pm",
    "name": "Name",
    "signature": "Signature",
    "nobody": "Nobody is expected.",
    "names": ["José M.", "Marco D."],
}


def facts(**said: object) -> SheetFacts:
    return {**FACTS, **said}  # type: ignore[typeddict-item]


def test_has_a_line_for_each_and_nothing_else() -> None:
    said = text_of(render(facts()))

    assert bare(said) == bare("Sign-in sheet Week 3, Tue, Mar 10, 6:00 pm Name Signature José M. Marco D. 1 / 1")


def test_where_nobody_is_expected_it_says_so() -> None:
    assert "Nobodyisexpected." in bare(text_of(render(facts(names=[]))))


def test_a_letter_that_the_typeface_lacks_is_written_by_hand() -> None:
    assert "_T." in bare(text_of(render(facts(names=["漢\u200d T."]))))


def test_what_looks_like_markup_is_a_name() -> None:
    assert bare("*#eval* $x$ D.") in bare(text_of(render(facts(names=["*#eval* $x$ D."]))))


@pytest.mark.parametrize("language", ["en", "es"])
def test_is_tagged_on_letter_paper_with_a_neutral_title(language: str) -> None:
    with opened(render(facts(language=language))) as file:
        assert bool(file.Root.MarkInfo.Marked)
        assert str(file.Root.Lang) == language
        assert file.docinfo["/Title"] == "Sign-in sheet"
        assert [float(edge) for edge in file.pages[0].MediaBox] == [0, 0, 612, 792]
        assert {"/H1", "/Table", "/TH", "/TD"} <= set(structure(file))
        with file.open_metadata() as xmp:
            assert xmp["pdfuaid:part"] == "1"


def test_forty_go_on_on_another_page_under_the_same_head() -> None:
    pdf = render(facts(names=[f"Marco {n}." for n in range(40)]))

    with opened(pdf) as file:
        assert len(file.pages) == 3
    assert bare(text_of(pdf)).count("NameSignature") == 3
