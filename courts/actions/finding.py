"""What a search finds referrals by: written by whoever wrote a number, in the same transaction."""

from collections.abc import Collection

from courts.models import NumberToken, Referral
from courts.numbers import tokens

AT_ONCE = 1_000


def lay(referrals: Collection[Referral]) -> None:
    """Anew, in the caller's transaction."""
    NumberToken.objects.filter(referral__in=[one.pk for one in referrals]).delete()
    laid = [NumberToken(referral=one, token=said) for one in referrals for said in tokens(*one.numbers)]
    # Somebody else may write the other of its numbers at this moment.
    NumberToken.objects.bulk_create(laid, batch_size=AT_ONCE, ignore_conflicts=True)
