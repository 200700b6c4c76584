"""One lock a man: his referrals share an enrollment, so that a move of one may concern them all."""

from courts.models import Referral
from participants.locks import lock_another, lock_person


def locked(referral: Referral) -> Referral:
    """The referral as it stands now: read in a statement after the lock, so that nothing in it is stale.

    Raises participants.locks.Elsewhere.
    """
    lock_person(referral.participant_id)
    found = _as_it_stands(referral)
    if found.participant_id != referral.participant_id:
        # While this waited his file was put to another one, or taken from it: it is that man's now.
        lock_another(found.participant_id, held=referral.participant_id)
        found = _as_it_stands(found)
    return found


def _as_it_stands(referral: Referral) -> Referral:
    related = (
        "key",
        "program",
        "court",
        "participant__key",
        "enrollment__program",
        "enrollment__participant",
    )
    return Referral.objects.select_related(*related).get(pk=referral.pk)
