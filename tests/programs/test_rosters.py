import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.rosters import Name, called


@pytest.mark.parametrize(
    ("names", "said"),
    [
        pytest.param([("Marco", "Diaz")], ["Marco D."], id="first name and initial"),
        pytest.param([("Marco", "Diaz"), ("Marco", "Evans")], ["Marco D.", "Marco E."], id="initials differ"),
        pytest.param([("José", "Moreno"), ("José", "Maki")], ["José Mo.", "José Ma."], id="second letter"),
        pytest.param([("Jose", "Moreno"), ("José", "Maki")], ["Jose Mo.", "José Ma."], id="alike but for an accent"),
        pytest.param([("JOSÉ", "moreno"), ("José", "Maki")], ["JOSÉ mo.", "José Ma."], id="alike but for case"),
        pytest.param([("Al", "Moreno"), ("Al", "Mora")], ["Al Mo. (1)", "Al Mo. (2)"], id="still alike"),
        pytest.param([("Bo", "Li"), ("Bo", "Lo")], ["Bo L. (1)", "Bo L. (2)"], id="never the whole name"),
        pytest.param([("Bo", "X")], ["Bo"], id="a name of one letter"),
        pytest.param([("Bo", "")], ["Bo"], id="no last name"),
        pytest.param([("Sean", "O'Neil"), ("Sean", "Ochoa")], ["Sean ON.", "Sean Oc."], id="letters only"),
        pytest.param([("Ana", "E\u0301toile")], ["Ana É."], id="accent written apart"),
        pytest.param(
            [("Al", "Moreno"), ("Al", "Mora"), ("Al", "Mackey"), ("Cy", "Mora")],
            ["Al Mo. (1)", "Al Mo. (2)", "Al Ma.", "Cy M."],
            id="only those who are alike",
        ),
        pytest.param([], [], id="nobody"),
    ],
)
def test_how_people_are_called(names: list[tuple[str, str]], said: list[str]) -> None:
    assert called([Name(*name) for name in names]) == said


NAMES = st.builds(Name, st.sampled_from(["José", "Jose", "Al", "Bo"]), st.text("abLMÉ'- ", max_size=6))


@given(st.lists(NAMES, max_size=12))
def test_everyone_is_told_apart_and_nobody_by_his_whole_name(names: list[Name]) -> None:
    said = called(names)

    assert len(set(said)) == len(names)
    for name, shown in zip(names, said, strict=True):
        letters = [letter for letter in name.last if letter.isalpha()]
        initials = shown.removeprefix(name.first).partition(".")[0].strip()
        assert shown.startswith(name.first)
        assert not letters or initials != "".join(letters)
        assert len([letter for letter in initials if letter.isalpha()]) <= 2
