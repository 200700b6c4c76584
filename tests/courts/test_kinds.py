import pytest

from courts.kinds import LABELS, ReferralKind, Referrer, referral_kind_of, referrer_of, usual_referrer


def test_every_kind_has_a_label():
    assert set(LABELS) == {*ReferralKind, *Referrer}


@pytest.mark.parametrize("kind", ReferralKind)
def test_value_and_label_are_spellings(kind):
    assert referral_kind_of(kind.value) == referral_kind_of(LABELS[kind].upper()) == kind


@pytest.mark.parametrize("referrer", Referrer)
def test_referrer_by_value_and_label(referrer):
    assert referrer_of(referrer.value) == referrer_of(LABELS[referrer]) == referrer


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("SOC", ReferralKind.CONTINUANCE),
        ("Dispositional Continuance", ReferralKind.CONTINUANCE),
        ("court-monitored diversion", ReferralKind.CONTINUANCE),
        ("Pre-Filing", ReferralKind.PREFILING_DIVERSION),
        ("Diversion", ReferralKind.PRETRIAL_DIVERSION),
        ("Condition of probation", ReferralKind.SENTENCE),
        ("pre-emptive", ReferralKind.PREEMPTIVE),
        ("walk-in", ReferralKind.SELF),
        ("something else", None),
        ("", None),
    ],
)
def test_spellings_of_courts(said, kind):
    assert referral_kind_of(said) == kind


def test_who_usually_refers():
    assert usual_referrer(ReferralKind.PREFILING_DIVERSION) == Referrer.PROSECUTOR
    assert usual_referrer(ReferralKind.PREEMPTIVE) == Referrer.ATTORNEY
    assert usual_referrer(ReferralKind.SELF) == Referrer.SELF
    assert usual_referrer(ReferralKind.SENTENCE) == Referrer.COURT
