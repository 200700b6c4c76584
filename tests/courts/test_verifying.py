"""Numbers and codes as they are printed, and as somebody types them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courts import verifying
from courts.steps import Step
from courts.verifying import ALPHABET, LETTERS, Answer, Number, read_code, read_number

CODE = "7K3MQ0XZ9T4BHR2C"


def test_a_code_has_eighty_random_bits_and_none_comes_twice():
    made = {verifying.new_code() for _ in range(500)}

    assert len(made) == 500
    assert {len(code) for code in made} == {LETTERS}
    assert LETTERS * math.log2(len(set(ALPHABET))) >= 80
    assert set("".join(made)) == set(ALPHABET)


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        "7K3M-Q0XZ-9T4B-HR2C",
        "7k3m q0xz 9t4b hr2c",
        " 7K3M–QOXZ–9T4B—HR2C\n",
        "7K3M\u00adQ0XZ-9T4B HR2C",
        "7K3MQ0XZ9T4BHR2C",
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str):
    assert read_code(typed) == CODE


def test_what_is_easily_misread_is_taken_for_what_was_printed():
    assert read_code("oOiIlL7K3M9T4BHR") == "0011117K3M9T4BHR"


@pytest.mark.parametrize("typed", ["", "7K3M", CODE + "7", CODE[:-1] + "U", CODE[:-1] + "é", CODE[:-1] + "۷"])
def test_what_cannot_be_a_code_is_none(typed: str):
    assert read_code(typed) == ""


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("K-2026-00017", Number("K", 2026, 17)),
        (" k – 2026 – 17 ", Number("K", 2026, 17)),
        ("PIER-A-2026-00017", Number("PIER-A", 2026, 17)),
        ("K 2026 00017", Number("K", 2026, 17)),
        ("", None),
        ("K-26-17", None),
        ("-2026-17", None),
        ("K-2026-1234567890", None),
        ("K-2026-x", None),
        ("K-۲۰۲۶-17", None),
    ],
)
def test_a_number_is_read_however_it_is_typed(typed: str, number: Number | None):
    assert read_number(typed) == number


@given(st.text(max_size=60))
def test_nothing_that_is_typed_breaks_it(typed: str):
    read_number(typed)
    code = read_code(typed)
    assert code == "" or read_code(verifying.grouped(code)) == code


def test_only_the_very_code_is_the_same():
    kept = verifying.digest(CODE)
    assert verifying.is_same(CODE, kept)
    assert not verifying.is_same(CODE[::-1], kept)
    assert not verifying.is_same("", kept)
    assert not verifying.is_same("", verifying.digest(""))
    assert not verifying.is_same(CODE, "")


def test_what_is_printed_keeps_the_code_behind_the_hash():
    facts = verifying.printed(site="https://onus.example", number="K-2026-00017", code=CODE)

    assert facts == {"url": f"https://onus.example/verify/#K-2026-00017.{CODE}", "code": "7K3M-Q0XZ-9T4B-HR2C"}
    assert verifying.hash_of(facts) == verifying.digest(CODE)
    assert verifying.hash_of(None) == ""


@pytest.mark.parametrize("step", [None, *Step])
def test_the_answer_follows_from_the_newest_step(step: Step | None):
    other = {None: Answer.UNKNOWN, Step.SUPERSEDED: Answer.SUPERSEDED, Step.WITHDRAWN: Answer.WITHDRAWN}
    assert verifying.answer_of(step) == other.get(step, Answer.GENUINE)
