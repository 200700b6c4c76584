"""Putting two files together that turned out to be one man's, and taking them apart again."""

from courts.actions.twice.hindrances import (
    BornOtherwise,
    BothInOneProgram,
    Hindrance,
    KeptApart,
    MergedBefore,
    NobodyOpensBoth,
    SameCaseTwice,
    hindrances,
)
from courts.actions.twice.merging import put_together
from courts.actions.twice.moving import become_enrolled, what_moves
from courts.actions.twice.undoing import CannotUndo, take_apart, why_not

__all__ = [
    "BornOtherwise",
    "BothInOneProgram",
    "CannotUndo",
    "Hindrance",
    "KeptApart",
    "MergedBefore",
    "NobodyOpensBoth",
    "SameCaseTwice",
    "become_enrolled",
    "hindrances",
    "put_together",
    "take_apart",
    "what_moves",
    "why_not",
]
