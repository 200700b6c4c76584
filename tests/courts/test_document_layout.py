import re
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from courts import document
from courts.document import render
from courts.steps import ReportKind
from tests.courts.completion import TYPED, completion_facts, with_value
from tests.courts.pdf import PPI, bare, drawn, ink, opened, pictures, text_of
from tests.courts.sheets import DATED, VERIFY, ordinary

UNBROKEN = "Ábcdefghij" * 13 + "Ábcdef"
LONG = " ".join(["Wolfeschlegelsteinhausenbergerdorff"] * 4)


class TestStampSpace:
    @staticmethod
    def top_right_ink(*, stamp_space: bool) -> int:
        facts = with_value("court.stamp_space", stamp_space)
        facts["letterhead"]["lines"] = [LONG, UNBROKEN, "Seattle"]
        page = pictures(facts)[0]
        return ink(page.crop((page.width // 2, 0, page.width, 3 * PPI)))

    def test_top_right_three_inches_are_blank_where_the_court_stamps(self):
        assert self.top_right_ink(stamp_space=True) == 0

    def test_top_right_is_used_where_it_does_not(self):
        assert self.top_right_ink(stamp_space=False) > 0


class TestLongWords:
    @pytest.mark.parametrize("path", TYPED)
    @pytest.mark.parametrize("word", [UNBROKEN, "W" * 136, LONG], ids=["unbroken", "widest", "double name"])
    def test_wraps_inside_the_margins_and_copies_out_whole(self, path: str, word: str):
        facts = with_value(path, word)
        for page in pictures(facts):
            assert ink(page.crop((int(7.52 * PPI), 0, page.width, page.height))) == 0
            assert ink(page.crop((0, int(10.7 * PPI), page.width, page.height))) == 0
        assert bare(word) in bare(text_of(render("completion", facts)))

    def test_value_longer_than_a_page_loses_nothing(self):
        facts = with_value("requirements[0].label", " ".join(f"word{n}" for n in range(3000)))
        assert "word2998word2999" in bare(text_of(render("completion", facts)))


class TestPages:
    def test_signature_never_stands_alone_on_a_page(self):
        facts = completion_facts()
        for _ in range(30):
            facts["requirements"].append({"label": "One more", "met_on": "2026-03-11"})
            with opened(render("completion", facts)) as file:
                signed = [page for page in map(drawn, file.pages) if "Signed electronically by" in page]
            assert ["not a risk assessment" in page for page in signed] == [True]

    @pytest.mark.parametrize("copies", [0, 1, 12, 13])
    def test_the_place_to_verify_never_stands_alone_on_a_page(self, copies: int):
        """However full the page before is: what goes along is the list of who gets it, or the signature."""
        facts: Any = ordinary(ReportKind.NONCOMPLIANCE) | {"verify": VERIFY}
        facts["distribution"] = [{"role": "Party", "name": "Somebody"}] * copies
        goes_along = "Distribution" if copies else "Signed electronically by"
        pages = set()
        for rows in range(12):
            facts["dated"] = DATED[:1] * rows
            with opened(render("noncompliance", facts)) as file:
                last = bare(drawn(file.pages[-1]))
                pages.add(len(file.pages))
            assert bare(goes_along) in last.partition("Toverifythisreport")[0]
        assert max(pages) == 2

    def test_a_full_notice_to_four_parties_stays_on_one_page_with_air_above_the_square(self):
        facts: Any = ordinary(ReportKind.NONCOMPLIANCE) | {"verify": VERIFY}
        facts["distribution"] = [{"role": "Clerk of the court", "name": "Kent Municipal Court"}] * 4
        (page,) = (Image.open(BytesIO(one)).convert("L") for one in document.pictures("noncompliance", facts, ppi=100))
        column = page.crop((100, 0, 170, 1020)).point(lambda shade: 255 if shade < 128 else 0)
        left, _, right, bottom = column.getbbox() or (0, 0, 0, 0)
        # A scanner wants a light rim around it.
        assert (right - left, column.crop((0, bottom - 77, 70, bottom - 72)).getbbox()) == (70, None)

    @pytest.mark.parametrize("words", range(24, 29))
    def test_nor_behind_a_certificate_that_fills_its_page(self, words: int):
        facts = completion_facts() | {"verify": VERIFY, "defendant": " ".join(["Wolfeschlegelstein"] * words)}
        with opened(render("completion", facts)) as file:
            assert "Itisnotariskassessment" in bare(drawn(file.pages[-1]))

    def test_header_cells_and_page_numbers_repeat(self):
        facts = completion_facts()
        facts["sessions"] *= 9
        with opened(render("completion", facts)) as file:
            pages = [bare(drawn(page)) for page in file.pages]
        assert [re.findall(r"Page\d+of\d+$", page) for page in pages] == [
            [f"Page{number}of{len(pages)}"] for number in range(1, len(pages) + 1)
        ]
        assert len(pages) == 4  # the last one is the certificate
        assert ["WeekDateMinutesNote" in page for page in pages] == [True] * 3 + [False]
        assert ["CauseNo.26-0413Page" in page for page in pages] == [True] * 4
