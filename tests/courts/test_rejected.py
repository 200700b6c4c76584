"""The refused rows of a list that comes in batch by batch are one file."""

import csv
import io

from courts.lists import Row
from courts.rejected import HEADER, RejectedText


def refused(*names: str) -> RejectedText:
    made = RejectedText()
    for line, name in enumerate(names, start=2):
        made.refuse(Row(line=line, raw={"last_name": name}), "No date.")
    return made


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_each_batch_goes_behind_the_one_before_under_one_head() -> None:
    first = refused("Muñoz").after(None)
    whole = refused("Halloway", "Okonjo").after(first)
    assert whole.startswith(first)
    assert read(whole)[0] == list(HEADER)
    at = HEADER.index("last_name")
    assert [row[at] for row in read(whole)] == ["last_name", "Muñoz", "Halloway", "Okonjo"]


def test_a_batch_without_any_leaves_it_as_it_is() -> None:
    first = refused("Muñoz").after(b"")
    assert refused().after(first) == first
    assert refused().after(None) == b""
