from programs.forms.closing import CloseForm
from programs.forms.marks import ASKED_OF_THE_PRESENT, ASKS_MINUTES, MarkForm, Said, choice_of, said_by, was_there
from programs.forms.room import NoteForm, UnlistedForm, VisitorForm

__all__ = [
    "ASKED_OF_THE_PRESENT",
    "ASKS_MINUTES",
    "CloseForm",
    "MarkForm",
    "NoteForm",
    "Said",
    "UnlistedForm",
    "VisitorForm",
    "choice_of",
    "said_by",
    "was_there",
]
