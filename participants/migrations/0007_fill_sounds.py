from collections import defaultdict
from typing import Any

from django.db import migrations

from participants.likeness import sounds, sounds_of

BATCH = 1_000


def fill(apps: Any, schema_editor: Any) -> None:
    """How the names of those sound who were here before anybody listened."""
    sound, other = apps.get_model("participants", "Sound"), apps.get_model("participants", "OtherName")
    aliases: defaultdict[int, set[str]] = defaultdict(set)
    for man, name in other.objects.values_list("participant_id", "name").iterator():
        aliases[man] |= sounds_of(name)
    people = apps.get_model("participants", "Participant").objects.order_by("id")
    laid = []
    for man, first, last in people.values_list("id", "first_name", "last_name").iterator(chunk_size=BATCH):
        laid += [sound(participant_id=man, sound=one) for one in sorted(sounds(first, last) | aliases[man])]
        if len(laid) >= BATCH:
            sound.objects.bulk_create(laid, ignore_conflicts=True)
            laid = []
    sound.objects.bulk_create(laid, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("participants", "0006_here_twice")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
