"""participants, here twice, and the keys of such a man: what their tables refuse."""

from participants.models import Participant
from tests.constraints.writing import Listed, again
from tests.factories.clock import NOW
from tests.factories.participants import LikenessFactory, MergeFactory, ParticipantFactory, SoundFactory
from tests.factories.vault import BondFactory, KeyFactory


def merged_into_himself() -> None:
    man = ParticipantFactory()
    Participant.objects.filter(pk=man.pk).update(merged_into=man)


def alike_to_himself() -> object:
    man = ParticipantFactory()
    return LikenessFactory(one=man, other=man)


def merged_with_himself() -> object:
    man = ParticipantFactory()
    return MergeFactory(kept=man, left=man)


def bound_to_itself() -> object:
    key = KeyFactory()
    return BondFactory(one=key, other=key)


REFUSED: Listed = [
    ("participants_merged_into_another", merged_into_himself),
    ("participants_sound_once", lambda: again(SoundFactory, "participant", "sound")),
    ("participants_sound_says_something", lambda: SoundFactory(sound="")),
    ("participants_likeness_in_order", alike_to_himself),
    ("participants_likeness_once", lambda: again(LikenessFactory, "one", "other")),
    ("participants_likeness_score", lambda: LikenessFactory(score=101)),
    ("participants_likeness_settled_at_and_by", lambda: LikenessFactory(settled_at=NOW)),
    ("participants_merge_of_two", merged_with_himself),
    ("participants_merge_left_once", lambda: again(MergeFactory, "left")),
    ("participants_merge_undone_at_and_by", lambda: MergeFactory(undone_at=NOW)),
    ("vault_bond_once", lambda: again(BondFactory, "one", "other")),
    ("vault_bond_of_two", bound_to_itself),
]

ALLOWED: Listed = [
    ("participants_merge_left_once", lambda: again(MergeFactory, "left", undone_at=NOW, undone_by=MergeFactory().by)),
]
