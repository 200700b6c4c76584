from core.privacy import PERSON, PERSON_KEY, SECRET, Rule, Whose, register


def register_fields() -> None:
    _what_is_taught()
    _who_takes_part()
    _what_was_seen()
    _what_is_owed()


def _what_is_taught() -> None:
    register(
        "programs.Program",
        plain="id name state time_zone letterhead neutral_sender callback_number number_prefix",
    )
    register("programs.Signer", plain="id program user title ended_at")
    register("programs.DayOff", plain="id program on reason")
    register("programs.EligibilityItem", plain="id program code question must_be position")
    register("programs.Curriculum", plain="id program version name")
    register("programs.Module", plain="id curriculum week theme")
    register(
        "programs.Policy",
        plain="id program version sessions_required each_module_required late_limit early_limit no_credit_counts_as"
        " excused_allowed unexcused_warn_at unexcused_notice_at in_a_row_call_at makeups_allowed makeups_per_week"
        " longest_break_days requires last_week_to_join least_present least_minutes few least_minutes_for_few",
    )
    register(
        "programs.Cohort",
        plain="id program curriculum policy name weekday starts_at minutes place link language capacity least"
        " closed_at merged_into",
    )
    register(
        "programs.Session",
        plain="id program cohort module starts_at minutes language place link capacity state canceled_why taught"
        " minutes_held closed_at closed_by leaders doubled_up_why",
    )
    register("programs.SessionLeader", plain="id session user role")


def _who_takes_part() -> None:
    register(
        "programs.Enrollment",
        plain="id participant program state opened_at closed_at ended_why standing silent",
        of="participant",
        finish_by=(Whose.PERSON, Rule.MONTH),
    )
    register("programs.Seat", plain="id enrollment cohort from_on to_on opened_at opened_by closed_at closed_by")
    register(
        "programs.Booking",
        plain="id enrollment session made_at made_by canceled_at canceled_by",
        of="enrollment__participant",
        one_a_day_waived_why=PERSON,
    )
    register("programs.Requirement", plain="id enrollment kind met_on recorded_at recorded_by appointment")
    register("programs.StandingChange", plain="id enrollment old new facts at taken_at")
    register(
        "programs.BreakApproval",
        plain="id enrollment until approved_at approved_by",
        of="enrollment__participant",
        why=PERSON_KEY,
    )


def _what_was_seen() -> None:
    register(
        "programs.SessionNote",
        plain="id session enrollment kind key idempotency_key at by seen_at",
        of="enrollment__participant",
        text=PERSON_KEY,
    )
    register(
        "programs.Visitor",
        plain="id session role agreement_signed noted_at noted_by taken_back_at taken_back_by",
        apart="of a speaker or an interpreter, by the name used in the room",
        alias=PERSON,
    )
    register("programs.CalendarFeed", plain="id user made_at", apart="of somebody who works here", token_hash=SECRET)
    register(
        "programs.Mark",
        plain="id enrollment session supersedes kind minutes rule gave_reason excuse took_part homework at tapped_at by"
        " idempotency_key",
        of="enrollment__participant",
        comment=PERSON_KEY,
        correction=PERSON_KEY,
    )


def _what_is_owed() -> None:
    register("programs.FeeSchedule", plain="id program version begins_on less_a_dependent made_at made_by")
    register("programs.FeeStep", plain="id schedule income_up_to amount")
    register("programs.FundShare", plain="id schedule fund percent")
    register(
        "programs.FeeEntry",
        plain="id enrollment kind amount on schedule paid_by receipt_year receipt_number receipt_given_at reverses"
        " approved_by program idempotency_key at by",
        of="enrollment__participant",
        why=PERSON_KEY,
    )
    register(
        "programs.WaiverRequest",
        plain="id enrollment amount asked_at asked_by decided_at decided_by entry",
        of="enrollment__participant",
        why=PERSON_KEY,
    )
    register("programs.PaymentPlan", plain="id enrollment made_at made_by ended_at ended_by")
    register("programs.Installment", plain="id plan due_on amount")
    register("programs.BooksClosing", plain="id program month totals at by")
