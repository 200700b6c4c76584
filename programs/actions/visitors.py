"""Others in the room: an interpreter, an observer, a speaker."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from programs.actions.leading import must_lead
from programs.models import Session, Visitor

LONGEST_ALIAS = 60


class AliasMissing(Refusal):
    pass


class ListedAlready(Refusal):
    pass


class TakenBackAlready(Refusal):
    pass


@transaction.atomic
def note_visitor(
    *, session: Session, role: Visitor.Role, alias: str, agreement_signed: bool, by: User, now: datetime
) -> Visitor:
    """Raises NotYourSession, AliasMissing, ListedAlready."""
    must_lead(session, by)
    alias = alias.strip()
    if not 0 < len(alias) <= LONGEST_ALIAS:
        raise AliasMissing(_("Give a name to call them by, of at most %(most)d letters.") % {"most": LONGEST_ALIAS})
    # The session's row is the lock: a form sent twice lists nobody twice.
    Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if session.visitors.standing().filter(role=role, alias__iexact=alias).exists():
        raise ListedAlready(
            _("%(name)s is listed already. Take that line back first if it has to change.") % {"name": alias}
        )
    visitor = Visitor.objects.create(
        session=session, role=role, alias=alias, agreement_signed=agreement_signed, noted_at=now, noted_by=by
    )
    facts = {"session": session.pk, "role": role, "agreement_signed": agreement_signed}
    record(by=by, now=now, verb="visitor.noted", on=visitor, facts=facts)
    return visitor


@transaction.atomic
def take_back_visitor(*, visitor: Visitor, by: User, now: datetime) -> None:
    """The line was a mistake, or has to change; it stays in the file as taken back. Raises NotYourSession,
    TakenBackAlready.
    """
    must_lead(visitor.session, by)
    if not Visitor.objects.standing().filter(pk=visitor.pk).update(taken_back_at=now, taken_back_by=by):
        raise TakenBackAlready("That line was taken back already. Look at the list again.")
    record(by=by, now=now, verb="visitor.taken_back", on=visitor, facts={"session": visitor.session_id})
