"""One lock a man, for whoever writes into his file."""

from core.refusal import Refusal
from participants.models import Participant


class PutTogether(Refusal):
    """His file was put to another one while somebody had it before him."""


def himself(participant: Participant) -> None:
    """Until the transaction ends his file is put to no other one, nor another one to his. Raises PutTogether.

    For whoever writes what would go over with it: a row that a merge can't see yet would stay behind.
    """
    locked = Participant.objects.select_for_update(no_key=True).only("pk", "merged_into").get(pk=participant.pk)
    if locked.merged_into_id is not None:
        raise PutTogether(
            f"This file was put to file {locked.merged_into_id}, and goes on there. Open that one, and do it again."
        )
