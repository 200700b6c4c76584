"""What a man is found by, laid anew whenever a name of his is written."""

from collections.abc import Iterable

from django.db import transaction

from participants.likeness import sounds, sounds_of
from participants.models import NameToken, OtherName, Participant, Sound
from participants.names import tokens

AT_ONCE = 1_000


@transaction.atomic
def make_findable(people: Iterable[Participant]) -> None:
    """Called by whoever wrote a name or a birth date of theirs, in the same transaction.

    Who was merged into another isn't found; the other one is, by his names. Each is compared again with all others.
    """
    men = {man.pk: man for man in people}
    standing = {pk: man for pk, man in men.items() if man.merged_into_id is None}
    names = {pk: [*man.names] for pk, man in standing.items()}
    heard = {pk: sounds(man.first_name, man.last_name) for pk, man in standing.items()}
    for pk, name in OtherName.objects.filter(participant__in=standing).values_list("participant_id", "name"):
        names[pk].append(name)
        heard[pk] |= sounds_of(name)
    NameToken.objects.filter(participant__in=men).delete()
    Sound.objects.filter(participant__in=men).delete()
    words = [NameToken(participant_id=man, token=token) for man, his in names.items() for token in tokens(*his)]
    # Somebody else may write another of his names at this moment.
    NameToken.objects.bulk_create(words, batch_size=AT_ONCE, ignore_conflicts=True)
    laid = [Sound(participant_id=man, sound=sound) for man, his in heard.items() for sound in sorted(his)]
    Sound.objects.bulk_create(laid, batch_size=AT_ONCE, ignore_conflicts=True)
    compare_again(pk for pk, man in standing.items() if not man.to_compare)


def compare_again(people: Iterable[int]) -> None:
    """He may be like somebody now whom he was unlike before."""
    if ids := list(people):
        Participant.objects.filter(pk__in=ids).update(to_compare=True)
