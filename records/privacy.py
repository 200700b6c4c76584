from core.privacy import PERSON_KEY, REFERRAL_MONTH, register


def register_fields() -> None:
    register(
        "records.Remains",
        plain="id referral shrunk tried_days reached_days intake_days seat_days",
        of="referral",
        came_on=REFERRAL_MONTH,
    )
    register("records.DeadlineRemains", plain="id deadline in_time")
    register("records.RetentionRule", plain="id kind months source made_at made_by ended_at")
    register(
        "records.LegalHold",
        plain="id participant referral placed_at placed_by lifted_at lifted_by",
        of="participant referral",
        why=PERSON_KEY,
    )
    register(
        "records.Disposal",
        plain="id referral participant submission basis ordered_on court proposed_at proposed_by first_at first_by"
        " second_at second_by refused_at refused_by refused_why done_at",
    )
    register(
        "records.OwnFile",
        plain="id participant asked_on asked_at asked_by shown_by identified_at identified_by approved_at approved_by"
        " pdf_sha256 json_sha256 handed_at handed_by handed_how withdrawn_at withdrawn_by",
    )
    register(
        "records.Release",
        plain="id participant referral key grounds received_on answer_by made_at made_by hold first_at first_by"
        " second_at second_by refused_at refused_by sha256 handed_at handed_by handed_how",
        of="participant referral",
        who=PERSON_KEY,
        cited=PERSON_KEY,
        asked_for=PERSON_KEY,
        refused_why=PERSON_KEY,
    )
    register(
        "records.ReleaseItem",
        plain="id release record added_at added_by sha256",
        of="release__participant release__referral",
        said=PERSON_KEY,
    )
