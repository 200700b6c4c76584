from typing import Any

from django.db import migrations

from courts.numbers import tokens

BATCH = 1_000


def fill(apps: Any, schema_editor: Any) -> None:
    """By what a search finds the referrals that were here before it."""
    token = apps.get_model("courts", "NumberToken")
    numbered = apps.get_model("courts", "Referral").objects.order_by("id")
    laid = []
    for referral, *numbers in numbered.values_list("id", "case_number", "incident_number").iterator(chunk_size=BATCH):
        laid += [token(referral_id=referral, token=one) for one in tokens(*numbers)]
        if len(laid) >= BATCH:
            token.objects.bulk_create(laid, ignore_conflicts=True)
            laid = []
    token.objects.bulk_create(laid, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("courts", "0004_desks_submissions_and_papers")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
