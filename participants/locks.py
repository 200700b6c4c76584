"""One lock a man, for whoever writes into his file or moves a referral of his.

It is taken before any other lock. Whoever needs those of several men takes them by their numbers, the lowest first;
one that is found out of that order isn't waited for, since whoever has it may wait for the other.
"""

from django.db import OperationalError

from core.refusal import Refusal
from participants.models import Participant


class PutTogether(Refusal):
    """His file was put to another one while somebody had it before him."""


class Elsewhere(Refusal):
    """It went over to another file just now, and somebody is at work in that one."""


# As PostgreSQL says of a lock that it was told not to wait for.
NOT_AVAILABLE = "55P03"


def lock_person(participant_id: int, *, nowait: bool = False) -> Participant:
    """Until the transaction ends nobody else moves a referral of his, and his file is put to no other one.

    Of him only the id comes back, and of the file to which his was put.
    """
    # `no_key`: rows that merely name him may still be written.
    locked = Participant.objects.select_for_update(no_key=True, nowait=nowait)
    return locked.only("pk", "merged_into").get(pk=participant_id)


def lock_another(participant_id: int, *, held: int) -> None:
    """His lock, beside the one that is held. Raises Elsewhere; the transaction is over then."""
    try:
        lock_person(participant_id, nowait=participant_id < held)
    except OperationalError as taken:
        if getattr(taken.__cause__, "sqlstate", "") != NOT_AVAILABLE:
            raise
        raise Elsewhere("This went over to another file just now. Open it again, then do it once more.") from taken


def himself(participant: Participant) -> None:
    """Until the transaction ends his file is put to no other one, nor another one to his. Raises PutTogether.

    For whoever writes what would go over with it: a row that a merge can't see yet would stay behind.
    """
    locked = lock_person(participant.pk)
    if locked.merged_into_id is not None:
        raise PutTogether(
            f"This file was put to file {locked.merged_into_id}, and goes on there. Open that one, and do it again."
        )
