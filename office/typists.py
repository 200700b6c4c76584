"""Who works on a man's case by the courts' rows and the records', which `outcomes` can't see."""

from django.db.models import F, Model, Q

from accounts.models import User
from courts.models import IssuedDocument, Proposal, ReferralMove
from courts.steps import OtherProposal
from outcomes.actions.answering import NOT_YOURS, NotYourCase
from outcomes.models import Ticket
from outcomes.typists import his_files, naming, signed

ABOVE = ("courts", "records")
# What a list writes for each of its two hundred, in the name of whoever took it in or took it back: he knows none of
# them by that. A referral that he typed himself counts, and so does each further move.
BY_A_LIST: dict[type[Model], Q] = {
    ReferralMove: Q(number=1, referral__list_import__isnull=False) | Q(referral__list_import__undone_at=F("at")),
    # It gave way to what a later list says.
    Proposal: Q(state=Proposal.State.WITHDRAWN, kind=OtherProposal.CHANGED_DATA, seen_by=None),
}


def refuse_who_works_on_it(user: User, ticket: Ticket) -> None:
    """Raises NotYourCase, with the sentence of the action, which asks the rows below by itself."""
    if works_above(user, ticket):
        raise NotYourCase(NOT_YOURS)


def works_above(user: User, ticket: Ticket) -> bool:
    """Lines of Today that somebody took don't count: they name a record in words, and what was done by them counts."""
    men = his_files(ticket)
    rows = (signed(user, men, model).exclude(BY_A_LIST.get(model, Q(pk=None))) for model in naming(*ABOVE))
    signs = IssuedDocument.objects.filter(signer__user=user, report__referral__participant__in=men)
    return signs.exists() or any(found.exists() for found in rows)
