"""Every pair of tokens that meets on a screen, in each scheme: WCAG 2.2 AA."""

from itertools import product

import pytest

from tests.look.palette import SCHEMES, contrast, palette

GROUNDS = ("paper", "surface")
TINTS = ("accent-tint", "good-tint", "attention-tint", "late-tint")
TEXT_PAIRS = [
    *product(("ink", "muted", "accent", "accent-strong", "good", "attention", "late"), GROUNDS),
    *product(("ink",), TINTS),
    # A row under the pointer is tinted, whatever stands in it.
    *product(("muted", "accent", "accent-strong", "good", "attention", "late"), ("accent-tint",)),
    ("good", "good-tint"),
    ("attention", "attention-tint"),
    ("late", "late-tint"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-late", "late"),
    ("paper", "ink"),  # the mark that was chosen
]
# What one types into, presses, or must see to understand; the thin line between rows only decorates.
EDGE_PAIRS = [*product(("edge", "accent", "late", "ink", "muted", "good", "attention"), GROUNDS)]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS, ids="-on-".join)
def test_words_stand_out(scheme, text, ground):
    colors = palette(scheme)
    assert contrast(colors[text], colors[ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("edge", "ground"), EDGE_PAIRS, ids="-on-".join)
def test_edges_can_be_seen(scheme, edge, ground):
    colors = palette(scheme)
    assert contrast(colors[edge], colors[ground]) >= 3


def test_no_color_is_left_out():
    used = {name for pair in [*TEXT_PAIRS, *EDGE_PAIRS] for name in pair}
    assert set(palette("light")) - used == {"line"}


def test_dark_is_the_same_whoever_chose_it():
    assert palette("dark") == palette("dark by hand")
    assert set(palette("dark")) == set(palette("light"))


def test_black_on_white_is_21():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
