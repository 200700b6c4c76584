from collections import defaultdict
from typing import Any

from django.db import migrations

from participants.names import tokens

BATCH = 1_000


def fill(apps: Any, schema_editor: Any) -> None:
    """By what a search finds those who were here before it."""
    token, other = apps.get_model("participants", "NameToken"), apps.get_model("participants", "OtherName")
    aliases = defaultdict(list)
    for man, name in other.objects.values_list("participant_id", "name").iterator():
        aliases[man].append(name)
    people = apps.get_model("participants", "Participant").objects.order_by("id")
    named = people.values_list("id", "first_name", "middle_name", "last_name", "suffix", "preferred_name")
    laid = []
    for man, *names in named.iterator(chunk_size=BATCH):
        laid += [token(participant_id=man, token=one) for one in tokens(*names, *aliases[man])]
        if len(laid) >= BATCH:
            token.objects.bulk_create(laid, ignore_conflicts=True)
            laid = []
    token.objects.bulk_create(laid, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("participants", "0002_reach_tokens_and_restrictions")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
