from core.privacy import REFERRAL, REFERRAL_KEY, REFERRAL_MONTH, SECRET, Rule, Whose, register

DROPPED = (Whose.REFERRAL, Rule.DROP)


def register_fields() -> None:
    _courts()
    _referrals()
    _who_and_when()
    _submissions()
    _reports()


def _courts() -> None:
    register(
        "courts.Court",
        plain="id name caption kind code county state city address phone time_zone number_label acknowledges"
        " progress_wanted wants_stamp_space wants_clerk_action_line accepts_earlier_credit",
    )
    register("courts.Clerkship", plain="id court user began_at ended_at")
    register("courts.Closure", plain="id court state on name made_at made_by ended_at")
    register("courts.Agency", plain="id kind name city state phone time_zone made_at")
    register("courts.Membership", plain="id agency user began_at ended_at")
    register("courts.DeskInvitation", plain="id invitation court agency called_back_on called_back_at")
    register("courts.DisposedNumber", plain="id mac at")
    register("courts.ListImport", plain="id court sha256 at by added known changed refused undone_at undone_by")
    register("courts.ListMapping", plain="id program court columns made_at made_by ended_at")
    register(
        "courts.ListUpload",
        plain="id key program court size sha256 mapping state why done total list_import leased_until uploaded_at"
        " uploaded_by changed_at fetched_at emptied_at",
        apart="of many: found by its list, and by what it says",
        name=REFERRAL_KEY,
        content=REFERRAL_KEY,
        sheet=REFERRAL_KEY,
        preview=REFERRAL_KEY,
        refused_rows=REFERRAL_KEY,
    )


def _referrals() -> None:
    register(
        "courts.Referral",
        plain="id key program participant court kind referrer agency enrollment state again_after moved_to closing"
        " closing_report closed_at list_import",
        of="pk",
        neutral={"name_as_charged": "Forgotten", "case_number": "forgotten", "incident_number": "forgotten"},
        name_as_charged=REFERRAL,
        plaintiff=REFERRAL,
        case_number=REFERRAL,
        normalized_case_number=REFERRAL,
        incident_number=REFERRAL,
        normalized_incident_number=REFERRAL,
        judge=REFERRAL,
        fingerprint=REFERRAL,
        ordered_on=REFERRAL_MONTH,
        received_on=REFERRAL_MONTH,
        enroll_by=REFERRAL_MONTH,
        start_by=REFERRAL_MONTH,
        complete_by=REFERRAL_MONTH,
        proof_due_by=REFERRAL_MONTH,
        jurisdiction_ends_on=REFERRAL_MONTH,
        next_progress_on=REFERRAL_MONTH,
    )
    register("courts.ReferralMove", plain="id referral number old new at by facts", of="referral", why=REFERRAL_KEY)
    register(
        "courts.Imposed",
        plain="id referral kind amount noted_at noted_by ended_at ended_by",
        of="referral",
        note=REFERRAL_KEY,
    )
    register("courts.Charge", plain="id referral", of="referral", statute=DROPPED, text=DROPPED)
    register("courts.Hearing", plain="id referral time_known canceled_at", of="referral", at=REFERRAL_MONTH)
    register("courts.NumberToken", plain="id referral", of="referral", token=DROPPED)
    register(
        "courts.Flag", plain="id referral field reason made_at settled_at settled_by", of="referral", raw=REFERRAL_KEY
    )
    register(
        "courts.Hold",
        plain="id referral keeps_seat began_at began_by ended_at ended_by",
        of="referral",
        reason=REFERRAL_KEY,
        review_on=REFERRAL_MONTH,
    )


def _who_and_when() -> None:
    register(
        "courts.Recipient",
        plain="id referral role agency channel kinds confirmed_at confirmed_by ended_at",
        of="referral",
        name=REFERRAL,
        address=REFERRAL,
        release_on=REFERRAL_MONTH,
        release_until=REFERRAL_MONTH,
        attachment_asked_on=REFERRAL_MONTH,
    )
    register(
        "courts.Deadline",
        plain="id referral kind state made_at settled_at next_alert_on",
        of="referral",
        last_alert_on=REFERRAL_MONTH,
        due_on=REFERRAL_MONTH,
    )
    register(
        "courts.Extension",
        plain="id old new basis made_at made_by confirmed_at confirmed_by",
        of="old__referral",
        judge=REFERRAL_KEY,
        told_by=REFERRAL_KEY,
        told_on=REFERRAL_MONTH,
    )


def _submissions() -> None:
    register(
        "courts.Submission",
        plain="id reference key by court agency made_at changed_at sent_at referral discarded_at",
        of="referral",
        answers=REFERRAL_KEY,
    )
    register(
        "courts.CourtPaper",
        plain="id key submission referral kind media_type size sha256 at by removed_at read_at read_by",
        of="referral",
        name=REFERRAL_KEY,
        content=REFERRAL_KEY,
    )


def _reports() -> None:
    register(
        "courts.Proposal",
        plain="id referral kind from_change state made_at opened_at settled_at settled_by seen_at seen_by",
        of="referral",
        facts=REFERRAL_KEY,
    )
    register(
        "courts.Report",
        plain="id proposal referral kind supersedes made_at last_step",
        of="referral",
        words=REFERRAL_KEY,
    )
    register("courts.Review", plain="id report facts_sha256 at by", of="report__referral")
    register("courts.ReportStep", plain="id report number step at by", of="report__referral", note=REFERRAL_KEY)
    register(
        "courts.NumberLedger", plain="id program year n report reserved_at settled void_reason", of="report__referral"
    )
    register(
        "courts.IssuedDocument",
        plain="id report number sha256 code_hash signer issued_at issued_by",
        of="report__referral",
        snapshot=REFERRAL_KEY,
        content=REFERRAL_KEY,
    )
    register(
        "courts.Delivery",
        plain="id document recipient channel state sent_at acknowledged_at acknowledged_by printed_at printed_by",
        of="document__report__referral",
        neutral={"envelope": "forgotten"},
        envelope=REFERRAL,
        reason=REFERRAL_KEY,
    )
    register(
        "courts.DeliveryLink",
        plain="id delivery made_at expires_at code_expires_at tries opened_at",
        of="delivery__document__report__referral",
        token_hash=SECRET,
        code_hash=SECRET,
    )
