from core.privacy import PERSON_KEY, SECRET, Rule, Whose, register

# Gone with a key that is destroyed at once.
SECRET_KEY = (Whose.SECRET, Rule.KEY)
UNDER_A_CODE = "under a code: outcomes.actions.forgetting takes it away while something leads from him to it"


def register_fields() -> None:
    _what_is_asked_by()
    _that_he_is_asked()
    _what_he_said()


def _what_is_asked_by() -> None:
    register("outcomes.Instrument", plain="id program code version kind label content used_from used_by retired_at")
    register("outcomes.Draft", plain="id program code kind label content changed_at changed_by")
    # The codes in `roll` lead nowhere once their rows are gone; the numbers they made stay.
    register(
        "outcomes.YearOfChange",
        plain="id program year tables key made_at",
        apart="under a key of its own",
        roll=SECRET_KEY,
    )


def _that_he_is_asked() -> None:
    register("outcomes.Agreement", plain="id enrollment purpose given at recorded_by")
    register("outcomes.Asking", plain="id enrollment moment due_on closes_on state")
    register(
        "outcomes.Ticket",
        plain="id asking way is_taken made_by expires_at",
        apart="a key that is used up; it goes with the link",
        token_hash=SECRET,
        sealed=SECRET,
    )
    register(
        "outcomes.FollowUpDue",
        plain="id enrollment moment due_on is_said",
        apart="emptied with the link",
        sealed=SECRET,
    )


def _what_he_said() -> None:
    # Left out of his own file: what leads to his answers is nobody's to carry about.
    register("outcomes.Link", plain="id enrollment key", of="enrollment__participant", code=SECRET_KEY)
    register("outcomes.Subject", plain="id program key language")
    register(
        "outcomes.Sheet",
        plain="id subject instrument moment month is_done",
        apart=UNDER_A_CODE,
        answers=PERSON_KEY,
    )
    register(
        "outcomes.FollowUp",
        plain="id subject moment month",
        apart=UNDER_A_CODE,
        known=(Whose.PERSON, Rule.DROP),
    )
