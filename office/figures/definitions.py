"""Every figure, with the sentences that a funder's report prints about it. Nothing here asks a database."""

from functools import partial

from office.figures.kinds import TIMES, Dimension, Figure, Section, Unit

_CAME = "Received in the period, by the day on which the first court's referral came; what became of it is as of today."
_MISTAKE = "Entered by mistake is never counted, and a case that moved to another court is counted once, there."
_STAYS = "Stays that ended in the period; one that still lasts isn't in it yet."
_BEGAN = "Enrollments whose first seat began in the period, up to today."
_EVENINGS = "Evenings in the period for which a mark stands, but those that the program did not provide."
_DUE = (
    "Due in the period, by the court's calendar: those met, and those still owed whose day is over; not those waived "
    "or extended, nor those owed in a case on hold."
)

_referral = partial(Figure, section=Section.REFERRALS, unit=Unit.PERCENT, part_of="referred", denominator=_CAME)
_waiting = partial(Figure, section=Section.WAITING, unit=Unit.DAYS, part_of="referred")
_stay = partial(Figure, section=Section.WAITING, unit=Unit.DAYS, denominator=_STAYS)
_evening = partial(
    Figure, section=Section.TAKING_PART, unit=Unit.PERCENT, part_of="expected", denominator=_EVENINGS, often=True
)
_begun = partial(Figure, section=Section.FINISHING, unit=Unit.PERCENT, part_of="begun", denominator=_BEGAN)
_ended = partial(Figure, section=Section.FINISHING, unit=Unit.ENROLLMENTS)
_report = partial(
    Figure, section=Section.REPORTS, unit=Unit.PERCENT, part_of="reports_due", denominator=_DUE, people=False
)
_money = partial(Figure, section=Section.MONEY, unit=Unit.DOLLARS, often=True)
_told = partial(Figure, section=Section.MESSAGES, unit=Unit.PERCENT, often=True)
_evidence = partial(Figure, section=Section.EVIDENCE, unit=Unit.PERCENT)

FIGURES: tuple[Figure, ...] = (
    Figure("referred", Section.REFERRALS, "Referrals received", Unit.REFERRALS, f"{_CAME} {_MISTAKE}",
           also=Section.EVIDENCE, people=False),
    Figure("referred_people", Section.REFERRALS, "People referred", Unit.PEOPLE,
           "Of the referrals received: each man once, however many referrals he has.", part_of="referred",
           people=False),
    _referral("accepted", title="Accepted", counted="An enrollment was made for it."),
    _referral("declined", title="Not accepted", counted="Declined, or closed as not accepted."),
    _referral("undecided", title="Not decided yet", counted="Received, and neither accepted nor declined."),
    _referral("closed_early", title="Closed without a decision", counted="Recalled, dismissed or otherwise closed."),
    _waiting("tried_days", title="Days to the first try to reach him", people=False,
             counted="From the day it was received to the first try, whatever came of it.",
             denominator="Referrals received in the period after which he was tried."),
    _waiting("reached_days", title="Days until he was reached",
             counted="From the day it was received to the first try that reached him.",
             denominator="Referrals received in the period after which he was reached."),
    _waiting("intake_days", title="Days to intake",
             counted="From the day it was received to his intake; not where his intake was before.",
             denominator="Referrals received in the period after which he had his intake."),
    _waiting("seat_days", title="Days to a seat",
             counted="From the day it was received to the first day of his first seat; not where that was before.",
             denominator="Referrals received in the period after which he was seated."),
    _stay("days_received", title="Days until decided", counted="From received to the decision."),
    _stay("days_accepted", title="Days accepted, not seated", counted="From accepted to the next status."),
    _stay("days_enrolled", title="Days enrolled", counted="From seated to the next status."),
    _stay("days_on_hold", title="Days on hold", counted="From put on hold to the next status."),
    Figure("opened", Section.TAKING_PART, "Enrollments made", Unit.ENROLLMENTS,
           "Enrollments made in the period, by the program's clock; one that fulfils two referrals is one.",
           people=False),
    Figure("begun", Section.TAKING_PART, "Enrollments begun", Unit.ENROLLMENTS,
           f"{_BEGAN} A man who enrolls again begins again.", people=False),
    Figure("evenings", Section.TAKING_PART, "Evenings held", Unit.SESSIONS,
           "Evenings in the period for which a mark stands that counts.", people=False, often=True),
    Figure("expected", Section.TAKING_PART, "Places at evenings", Unit.SESSIONS,
           f"{_EVENINGS} One a man and evening; a corrected mark counts as corrected.", people=False, often=True),
    _evening("attended", title="Attended", counted="Present, late, or left early, whether or not it earned credit."),
    _evening("excused", title="Absent, excused", counted="Absent, and a coordinator excused it."),
    _evening("unexcused", title="Absent, not excused", counted="Absent, and nobody excused it."),
    _evening("sent_home", title="Sent home", counted="He came, and was sent home by a rule of the agreement."),
    _begun("completed", title="Completed", counted="Finished: all evenings and requirements of the program.",),
    _begun("left", title="Ended without completing", counted="Discharged, ended without fault, or no referral left."),
    _begun("still_in", title="Still taking part",
           counted="Open today, on hold included. They stand in the denominator, so that no rate gains by them."),
    Figure("over", Section.FINISHING, "Begun and over", Unit.ENROLLMENTS,
           "Of those begun in the period: completed or ended by today.", part_of="begun", denominator=_BEGAN),
    Figure("completed_of_over", Section.FINISHING, "Completed, of those over", Unit.PERCENT, "Finished.",
           "Enrollments begun in the period that are over by today; the open ones stand apart.", part_of="over"),
    Figure("days_to_complete", Section.FINISHING, "Days from first seat to completion", Unit.DAYS,
           "From the first day of his first seat to the day on which the enrollment was finished.",
           "Enrollments begun in the period that were finished by today.", part_of="completed"),
    _ended("finished", title="Completed in the period", counted="Finished in the period, whenever he began."),
    _ended("discharged", title="Discharged in the period", counted="Ended in the period as discharged."),
    _ended("without_fault", title="Ended without fault in the period",
           counted="Ended in the period for no fault of his."),
    _ended("other_end", title="Ended otherwise in the period",
           counted="Ended in the period: did not begin, or no referral was left."),
    Figure("reports_due", Section.REPORTS, "Reports due", Unit.REPORTS,
           f"Progress, completion, noncompliance and no-show reports. {_DUE}", people=False),
    _report("on_time", title="Delivered on time", counted="Delivered to all on the due day or before."),
    _report("late", title="Delivered late", counted="Delivered to all after the due day."),
    _report("not_delivered", title="Not delivered yet", counted="The due day is over, and it is still owed."),
    Figure("reminders", Section.MESSAGES, "Reminders sent", Unit.MESSAGES,
           "Reminders of evenings and appointments that went out in the period; each message is one.", people=False,
           often=True, by=frozenset({Dimension.TOTAL, *TIMES, Dimension.LANGUAGE})),
    _told("reminded", title="Reminded of the evening", part_of="expected", people=False,
          counted="At least one reminder of that evening went to him.", denominator=_EVENINGS),
    _told("absent_reminded", title="No-show though reminded", part_of="reminded",
          counted="Absent, excused or not.", denominator="Places at evenings of which he was reminded."),
    Figure("not_reminded", Section.MESSAGES, "Not reminded of the evening", Unit.PERCENT,
           "No reminder of that evening went to him.", _EVENINGS, part_of="expected", people=False, often=True),
    _told("absent_not_reminded", title="No-show, not reminded", part_of="not_reminded",
          counted="Absent, excused or not.", denominator="Places at evenings of which he was not reminded."),
    _money("assessed", title="Fees assessed", counted="Assessed in the period, less what of it was taken back."),
    _money("collected", title="Fees collected",
           counted="Paid in the period, less refunds and what was taken back. Never what a court imposes."),
    _money("waived", title="Fees waived", counted="Waived in the period, less what of it was taken back."),
    _evidence("began", title="Begun", part_of="referred", denominator=_CAME,
              counted="He took a seat in a cohort, and its first day has come."),
    _evidence("through", title="Completed, of those begun", part_of="began",
              counted="The referral was closed as completed: its completion report was delivered.",
              denominator="Referrals received in the period that have begun; open ones stand in it."),
    _evidence("running", title="Still open, of those begun", part_of="began",
              counted="Not closed yet, on hold included.",
              denominator="Referrals received in the period that have begun."),
    Figure("violations", Section.EVIDENCE, "Violations found", Unit.REFERRALS,
           "In the period a mark put a man beyond the policy, and a notice to his court was proposed; not where a "
           "corrected mark took it back. Each court is owed its own.", people=True),
    _evidence("violations_told", title="Violations reported", part_of="violations", people=False,
              counted="A notice of noncompliance or of discharge has been delivered since to all who get one.",
              denominator="Violations found in the period, those that the office dismissed included."),
    _evidence("violations_dismissed", title="Violations dismissed", part_of="violations",
              counted="A person in the office decided that no notice was due.",
              denominator="Violations found in the period."),
    Figure("violation_days", Section.EVIDENCE, "Business days from violation to report", Unit.BUSINESS_DAYS,
           "From the day of the mark that put him beyond the policy to the day on which the notice had reached all, "
           "by the court's calendar; the same day is 0.",
           "Violations found in the period that have been reported.", part_of="violations_told", people=False),
    Figure("notices_due", Section.EVIDENCE, "Notices of noncompliance due", Unit.REPORTS, _DUE, people=False),
    _evidence("notices_on_time", title="Notices on time", part_of="notices_due", people=False,
              counted="Delivered to all on the due day or before.", denominator=_DUE),
    Figure("proofs_due", Section.EVIDENCE, "Proofs due", Unit.REPORTS,
           f"Dates by which a court wants proof. {_DUE}", people=False),
    _evidence("proof_on_time", title="Proof on time", part_of="proofs_due", people=False,
              counted="The report that is the proof was delivered to all on the due day or before.",
              denominator=_DUE),
)  # fmt: skip
BY_CODE = {figure.code: figure for figure in FIGURES}
# Parts that make up their whole, no one of them in two.
PARTS: dict[str, tuple[str, ...]] = {
    "referred": ("accepted", "declined", "undecided", "closed_early"),
    "expected": ("attended", "excused", "unexcused", "sent_home"),
    "begun": ("completed", "left", "still_in"),
    "reports_due": ("on_time", "late", "not_delivered"),
}
# Other parts that make up their whole.
MORE_PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("expected", ("reminded", "not_reminded")),
    ("begun", ("over", "still_in")),
    ("over", ("completed", "left")),
)


def _families() -> dict[str, str]:
    """By figure the name of all that it is tied to, by what it is a part of or by what makes it up: one of them."""
    named = {code: code for code in BY_CODE}
    tied = [(one.code, one.part_of) for one in FIGURES if one.part_of]
    tied += [(whole, part) for whole, parts in (*PARTS.items(), *MORE_PARTS) for part in parts]
    for one, other in tied:
        old, new = named[one], named[other]
        named |= {code: new for code, name in named.items() if name == old}
    return named


FAMILIES = _families()


def of_section(section: Section, by: Dimension) -> tuple[Figure, ...]:
    return tuple(one for one in FIGURES if section in (one.section, one.also) and by in one.by)
