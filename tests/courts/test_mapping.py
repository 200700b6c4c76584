from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courts import lists, mapping
from courts.headers import LEFT_OUT
from courts.tables import Held
from tests.courts.workbook_files import HEADER, held, man, workbook

TODAY = date(2026, 3, 3)
THEIRS = ("Cause No.", "Def. Last Name", "First", "DOB", "Notes")


def csv_file(*lines: str) -> Held:
    return held("\r\n".join(lines).encode())


class TestGuess:
    @pytest.mark.parametrize(
        ("header", "ours"),
        [
            ("Cause No.", "case_number"),
            ("case_number", "case_number"),
            ("SURNAME", "last_name"),
            ("D.O.B.", "date_of_birth"),
            ("Defendant Last Nmae", "last_name"),
            ("Proof  Due", "proof_due_by"),
            ("Interpretr Needed", "interpreter"),
            ("Notes", ""),
            ("", ""),
            ("Name", ""),
            ("Date", ""),
        ],
    )
    def test_by_what_courts_call_it(self, header: str, ours: str):
        assert list(mapping.guess([header]).values()) == [ours]

    def test_gives_no_column_of_ours_away_twice_and_the_plainest_has_it(self):
        assert mapping.guess(["Last Nam", "Last Name"]) == {"lastnam": "", "lastname": "last_name"}

    def test_leaves_what_is_near_to_two_of_ours(self):
        assert mapping.guess(["Defirst Name"]) == {"defirstname": "first_name"}
        assert mapping.guess(["Def Lirst Name"]) == {"deflirstname": ""}

    @given(st.lists(st.text(max_size=40), max_size=12))
    def test_of_any_header_has_a_key_a_column_and_each_of_ours_once(self, header: list[str]):
        found = mapping.guess(header)
        named = [name for name in found.values() if name]
        assert len(found) == len(header)
        assert len(named) == len(set(named))


class TestSample:
    def test_of_a_text(self):
        found = mapping.sample(csv_file(";".join(THEIRS), "26-1;Halloway;Dorian;3/14/1979;x", "26-2;Brzezik;Marek;;"))
        assert found.header == THEIRS
        assert found.under(0) == ["26-1", "26-2"]
        assert found.under(4) == ["x"]

    def test_of_a_workbook_with_a_title_above(self):
        found = mapping.sample(held(workbook(["26-1", "Halloway", "Dorian"], header=THEIRS, above=[["Kent"], []])))
        assert found.header == THEIRS
        assert found.under(1) == ["Halloway"]

    def test_shows_a_long_value_cut_and_three_at_most(self):
        found = mapping.sample(csv_file("A", "x" * 60, *("y",) * 5))
        assert found.under(0) == [f"{'x' * 40}…", "y", "y"]

    @pytest.mark.parametrize(
        ("header", "is_ours"),
        [
            (HEADER, True),
            ((*HEADER, "reason", "line", "rest"), True),
            ((*HEADER, "Notes"), False),
            ((*HEADER, "Case Number"), False),
            (HEADER[1:], False),
        ],
        ids=["ours", "refused rows", "one of theirs", "one twice", "one missing"],
    )
    def test_knows_our_own_names(self, header: tuple[str, ...], is_ours: bool):
        assert mapping.Sample(header, ()).is_ours is is_ours


class TestWhatWasSaid:
    SAID = {"causeno": "case_number", "deflastname": "last_name", "first": "first_name", "dob": "", "notes": ""}

    def test_names_what_no_list_can_do_without(self):
        assert mapping.missing(["case_number", "last_name", "first_name"]) == ""
        assert mapping.missing(["first_name"]) == (
            "Say which column is the last name, case number or incident number. Without it no row can come in."
        )

    def test_names_what_was_given_twice(self):
        assert mapping.doubled({"a": "phone", "b": "phone", "c": "", "d": "", "e": LEFT_OUT, "f": LEFT_OUT}) == (
            "Two columns are the phone. Leave one of them out."
        )
        assert mapping.doubled(self.SAID) == ""

    def test_covers_a_header_of_which_each_column_was_spoken_of(self):
        assert mapping.covers(self.SAID, THEIRS)
        assert mapping.covers(self.SAID, THEIRS[:3])
        assert not mapping.covers(self.SAID, (*THEIRS, "Judge"))
        assert not mapping.covers(self.SAID, THEIRS[1:])

    @pytest.mark.parametrize("kind", ["text", "workbook"])
    def test_reads_a_list_by_it(self, kind: str):
        row = ("26-1", "Halloway", "Dorian", "3/14/1979", "a note")
        file = csv_file(",".join(THEIRS), ",".join(row)) if kind == "text" else held(workbook(row, header=THEIRS))
        (found,) = lists.read(file, today=TODAY, columns=mapping.columns_of(self.SAID))
        assert (found.case_number, found.last_name, found.date_of_birth) == ("26-1", "Halloway", None)
        # What is left out stands nowhere, not even among the cells as they stood.
        assert found.raw == {"case_number": "26-1", "last_name": "Halloway", "first_name": "Dorian"}

    def test_without_a_word_reads_our_own_names(self):
        (found,) = lists.read(held(workbook(man(1))), today=TODAY, columns=mapping.columns_of(None))
        assert found.last_name == "Halloway1"

    def test_tells_two_columns_of_one_name_apart(self):
        said = {
            "case": "case_number",
            "date": "ordered_on",
            "date#3": "complete_by",
            "last": "last_name",
            "first": "first_name",
        }
        file = csv_file("Case,Date,Date,Last,First", "26-1,3/2/2026,6/1/2026,Halloway,Dorian")
        (found,) = lists.read(file, today=TODAY, columns=mapping.columns_of(said))
        assert (found.ordered_on, found.complete_by) == (date(2026, 3, 2), date(2026, 6, 1))
