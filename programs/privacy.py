from core.privacy import PERSON_KEY, register


def register_fields() -> None:
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
        " longest_break_days requires last_week_to_join least_minutes few least_minutes_for_few",
    )
    register(
        "programs.Cohort",
        plain="id program curriculum policy name weekday starts_at minutes place link language capacity least"
        " closed_at",
    )
    register(
        "programs.Session",
        plain="id program cohort module starts_at minutes language place link capacity state canceled_why taught"
        " minutes_held closed_at closed_by leaders",
    )
    register("programs.SessionLeader", plain="id session user role")
    register(
        "programs.Enrollment",
        plain="id participant program state opened_at closed_at ended_why finish_by standing silent",
    )
    register("programs.Seat", plain="id enrollment cohort from_on to_on opened_at opened_by closed_at closed_by")
    register("programs.Booking", plain="id enrollment session made_at made_by canceled_at canceled_by")
    register("programs.Requirement", plain="id enrollment kind met_on recorded_at recorded_by appointment")
    register("programs.StandingChange", plain="id enrollment old new facts at taken_at")
    register(
        "programs.Mark",
        plain="id enrollment session supersedes kind minutes rule gave_reason excuse took_part homework at by"
        " idempotency_key",
        comment=PERSON_KEY,
        correction=PERSON_KEY,
    )
