"""Kinds of referral and who refers, with the spellings that courts use for them."""

from enum import StrEnum

from participants.names import folded


class ReferralKind(StrEnum):
    PREFILING_DIVERSION = "prefiling_diversion"
    PRETRIAL_DIVERSION = "pretrial_diversion"
    CONTINUANCE = "continuance"
    DEFERRED_PROSECUTION = "deferred_prosecution"
    DEFERRED_SENTENCE = "deferred_sentence"
    SENTENCE = "sentence"
    FELONY = "felony"
    PREEMPTIVE = "preemptive"
    SELF = "self"


# Whatever court stands beside it: the prosecutor's until he files, and the man's own. No clerk sees these.
NOT_FOR_COURTS = (ReferralKind.PREFILING_DIVERSION, ReferralKind.SELF)


class Referrer(StrEnum):
    COURT = "court"
    PROSECUTOR = "prosecutor"
    PROBATION = "probation"
    ATTORNEY = "attorney"
    SELF = "self"


LABELS: dict[ReferralKind | Referrer, str] = {
    ReferralKind.PREFILING_DIVERSION: "Pre-filing diversion",
    ReferralKind.PRETRIAL_DIVERSION: "Pretrial diversion",
    ReferralKind.CONTINUANCE: "Stipulated order of continuance",
    ReferralKind.DEFERRED_PROSECUTION: "Deferred prosecution",
    ReferralKind.DEFERRED_SENTENCE: "Deferred sentence",
    ReferralKind.SENTENCE: "Condition of sentence or probation",
    ReferralKind.FELONY: "Felony condition",
    ReferralKind.PREEMPTIVE: "Attorney's pre-emptive referral",
    ReferralKind.SELF: "Self-referral",
    Referrer.COURT: "Court",
    Referrer.PROSECUTOR: "Prosecutor",
    Referrer.PROBATION: "Probation",
    Referrer.ATTORNEY: "Attorney",
    Referrer.SELF: "Himself",
}

_KIND_SPELLINGS: dict[ReferralKind, str] = {
    ReferralKind.PREFILING_DIVERSION: "prefiling; pre-file diversion; prefile; precharge",
    ReferralKind.PRETRIAL_DIVERSION: "pretrial; pretrial diversion agreement; diversion; PDA",
    ReferralKind.CONTINUANCE: (
        "stipulated order of continuance; SOC; stipulated continuance; dispositional continuance; "
        "court-monitored diversion; CMD; continuance for dismissal; continuance without a finding; CWOF"
    ),
    ReferralKind.DEFERRED_PROSECUTION: "deferred pros; DP",
    ReferralKind.DEFERRED_SENTENCE: "deferred sentencing; DS; deferred",
    ReferralKind.SENTENCE: (
        "condition of sentence; condition of probation; probation; sentencing; suspended sentence; "
        "condition of sentence or probation; sentence condition; probation condition"
    ),
    ReferralKind.FELONY: "felony condition; felony sentence; condition of felony sentence",
    ReferralKind.PREEMPTIVE: (
        "pre-emptive; pre-emptive referral; attorney; attorney referral; defense; attorney pre-emptive"
    ),
    ReferralKind.SELF: "self-referral; self-referred; voluntary; walk-in",
}

_REFERRER_SPELLINGS: dict[Referrer, str] = {
    Referrer.COURT: "judge; clerk; judicial officer; municipal court; district court; superior court; bench",
    Referrer.PROSECUTOR: (
        "prosecuting attorney; city attorney; city prosecutor; county prosecutor; district attorney; DA; PA"
    ),
    Referrer.PROBATION: "probation officer; probation department; probation services; PO",
    Referrer.ATTORNEY: "defense; defense attorney; defense counsel; counsel; public defender; lawyer",
    Referrer.SELF: "self-referral; self-referred; himself; participant; defendant; voluntary",
}


def _spellings(one: ReferralKind | Referrer, others: str) -> tuple[str, ...]:
    return tuple(map(folded, (one.value, LABELS[one], *others.split(";"))))


_KINDS = {spelling: kind for kind, others in _KIND_SPELLINGS.items() for spelling in _spellings(kind, others)}
_REFERRERS = {
    spelling: referrer for referrer, others in _REFERRER_SPELLINGS.items() for spelling in _spellings(referrer, others)
}

_USUAL_REFERRER = {
    ReferralKind.PREFILING_DIVERSION: Referrer.PROSECUTOR,
    ReferralKind.PREEMPTIVE: Referrer.ATTORNEY,
    ReferralKind.SELF: Referrer.SELF,
}


def referral_kind_of(text: str) -> ReferralKind | None:
    """The kind a court means by its own spelling; None where we don't know it."""
    return _KINDS.get(folded(text))


def referrer_of(text: str) -> Referrer | None:
    """Who refers, by the court's own spelling; None where we don't know it."""
    return _REFERRERS.get(folded(text))


def usual_referrer(kind: ReferralKind) -> Referrer:
    """Who makes such a referral when the list doesn't say."""
    return _USUAL_REFERRER.get(kind, Referrer.COURT)
