"""What is odd in a referral as it was typed, and may be right all the same: its sender is asked to look once more.

Courts do order a thing after it was due, and bind a man of whom they have a wrong birthday. No Django.
"""

from datetime import date

from courts.lists import Row
from courts.numbers import normalized_number

_ORDER = (
    # The later one, the earlier one, and what one reads when they stand the other way round.
    ("enroll_by", "ordered_on", "He is to enroll before the day of the order."),
    ("start_by", "ordered_on", "He is to start before the day of the order."),
    ("complete_by", "ordered_on", "He is to complete the program before the day of the order."),
    ("start_by", "enroll_by", "He is to start before the day by which he is to enroll."),
    ("complete_by", "start_by", "He is to complete the program before the day by which he is to start."),
    ("complete_by", "enroll_by", "He is to complete the program before the day by which he is to enroll."),
    ("proof_due_by", "complete_by", "Proof is due before the day by which he is to complete the program."),
)
_GONE = {
    "complete_by": "The day by which he is to complete the program is over already.",
    "proof_due_by": "The day on which proof is due is over already.",
    "enroll_by": "The day by which he is to enroll is over already.",
}


def doubts(row: Row, *, today: date) -> list[str]:
    """Sentences to look at, none of which keeps anybody from sending it."""
    found = [said.reason.replace("Ask the court.", "Is that right?") for said in row.flags if said.raw]
    for later, earlier, sentence in _ORDER:
        one, other = getattr(row, later), getattr(row, earlier)
        if one and other and one < other:
            found.append(sentence)
    found += [sentence for name, sentence in _GONE.items() if (day := getattr(row, name)) and day < today]
    if row.hearing_at and row.ordered_on and row.hearing_at.date() < row.ordered_on:
        found.append("The next hearing is before the day of the order.")
    if not (row.complete_by or row.proof_due_by):
        found.append("There is no day by which he must be through. Leave it so if the court set none.")
    if row.case_number and not any(map(str.isdigit, normalized_number(row.case_number))):
        found.append("The case number has no digit in it.")
    return found
