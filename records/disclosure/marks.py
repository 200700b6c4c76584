"""By field, whether he is told it when he asks for his own file; if not, why not. One that isn't here fails a test.

Who worked in his file is told by number and day (`audit.Event`), never by name: he may ask who a number is.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Why(StrEnum):
    """Why something is left out."""

    OTHERS = "others"
    STAFF = "staff"
    COURT = "court"
    ORDERS = "orders"
    ALONG = "along"
    SAME = "same"
    WORKING = "working"
    DOOR = "door"
    HOUSE = "house"
    CODE = "code"


SENTENCES = {
    Why.OTHERS: "What other people said in confidence, how they are reached, and what is about somebody else too.",
    Why.STAFF: "What staff wrote for one another, and the names of staff.",
    Why.COURT: "What a court or an agency wrote to the program: they give copies of it themselves.",
    Why.ORDERS: "Who else asked for records and what is held for them: an order may forbid to tell.",
    Why.ALONG: "The reports themselves: each comes along as a file of its own.",
    Why.SAME: "What would repeat something that stands in this file already.",
    Why.WORKING: "Numbers and forms by which rows are kept and found; they say nothing more about you.",
    Why.DOOR: "Keys and codes that open something.",
    Why.CODE: "What you answered in questionnaires: it stands under a code, and no member of staff may read it. As long"
    " as something leads from you to the code, ask to see it on the program’s tablet, by yourself.",
    Why.HOUSE: "What is about the program, its staff and its courts, and about no participant.",
}


class Part(StrEnum):
    """Of the paper, in this order."""

    PERSON = "person"
    REACH = "reach"
    CASE = "case"
    COURSE = "course"
    MONEY = "money"
    REPORTS = "reports"
    NOTES = "notes"


@dataclass(frozen=True, slots=True)
class Chapter:
    title: str
    why: str
    source: str


CHAPTERS = {
    Part.PERSON: Chapter(
        "Who you are",
        "So that a report is about the right person.",
        "From the referral, and from you.",
    ),
    Part.REACH: Chapter(
        "How you are reached, and what was said",
        "So that you hear of your dates, and of nothing that you didn’t agree to.",
        "From you, and from the referral. What was sent to you, and what you wrote, is kept as it was sent.",
    ),
    Part.CASE: Chapter(
        "Your case",
        "Because the court, or whoever referred you, asked that you go through the program by certain days.",
        "From the court, or from whoever referred you.",
    ),
    Part.COURSE: Chapter(
        "Your way through the program",
        "So that what you did counts, and can be shown.",
        "From you at the intake, and from the staff of your sessions.",
    ),
    Part.MONEY: Chapter(
        "Money",
        "Because the program must account for what is owed and paid.",
        "From you, and from the program’s scale of fees.",
    ),
    Part.REPORTS: Chapter(
        "What was reported",
        "Because the court must know whether you do what it ordered.",
        "Made by the program, from what stands above.",
    ),
    Part.NOTES: Chapter(
        "Notes, and this request",
        "So that the next one who talks with you knows what was agreed.",
        "Written by staff.",
    ),
}


@dataclass(frozen=True, slots=True)
class Told:
    """`shown`: what he is told of a row; `held`: by field why he isn't told the rest."""

    title: str
    part: Part
    shown: tuple[str, ...]
    held: dict[str, Why]
    # Where nothing in the privacy registry leads from a row to him, because it says nothing by itself.
    way: str = ""


TOLD: dict[str, Told] = {}
# Models of which he is told no row.
LEFT_OUT: dict[str, Why] = {}


@dataclass(frozen=True, slots=True)
class _In:
    part: Part
    label: str = field(default="")

    def __call__(self, model: str, title: str, shown: str, *, way: str = "", **held: str) -> None:
        """`held`: by reason the fields that it keeps back."""
        reasons = {name: Why(why) for why, names in held.items() for name in names.split()}
        TOLD[f"{self.label}.{model}"] = Told(title, self.part, tuple(shown.split()), reasons, way)


def _of(label: str, part: Part) -> _In:
    return _In(part, label)


def _participants() -> None:
    person, reach = _of("participants", Part.PERSON), _of("participants", Part.REACH)
    person(
        "Participant",
        "Name and birth",
        "first_name middle_name last_name suffix preferred_name date_of_birth language needs_interpreter time_zone"
        " made_at",
        working="folded_name merged_into to_compare",
    )
    person("OtherName", "Other names", "kind name", working="folded")
    reach(
        "ContactPoint",
        "Phones and addresses",
        "kind value safe_at unreachable_at unreachable_why made_at ended_at",
        others="source",
    )
    reach("Consent", "What you agreed to", "channel given at how", way="contact_point__participant")
    reach("ContactAttempt", "When we tried to reach you", "at channel result", staff="note")
    course = _of("participants", Part.COURSE)
    course("Appointment", "Appointments", "kind starts_at minutes place state settled_at", working="moved_to")
    course("IntakeSheet", "What you answered at the intake", "answers changed_at finished_at", working="version")
    notes = _of("participants", Part.NOTES)
    notes("Note", "Notes by staff", "at", staff="text")
    notes("Restriction", "Times when few could open your file", "began_at ended_at", staff="why")


def _messaging() -> None:
    reach = _of("messaging", Part.REACH)
    reach(
        "Message",
        "Messages to you",
        "kind channel language planned_at due_at expires_at sent_at state address subject body outcome outcome_at"
        " printed_at blanked_at",
        working="key about try_at reason lease_until attempts message_id provider_id contact_point wording said_hash"
        " outcome_why",
        door="claim",
    )
    reach("InboundText", "Texts from you", "meaning came_at number body blanked_at", working="provider_id seen_at")


def _programs() -> None:
    course = _of("programs", Part.COURSE)
    course(
        "Enrollment",
        "Enrollments",
        "program state opened_at closed_at ended_why finish_by standing",
        working="silent",
    )
    course("Seat", "Groups", "cohort from_on to_on", way="enrollment__participant", working="opened_at closed_at")
    course("Booking", "Make-up sessions", "session made_at canceled_at one_a_day_waived_why")
    course(
        "Requirement",
        "What you met",
        "kind met_on recorded_at",
        way="enrollment__participant",
        working="appointment",
    )
    course(
        "StandingChange",
        "Where you stood",
        "old new at",
        way="enrollment__participant",
        working="taken_at",
        same="facts",
    )
    course("BreakApproval", "Breaks", "until approved_at why")
    course(
        "Mark",
        "Attendance",
        "session kind minutes rule gave_reason excuse took_part homework at correction",
        others="comment",
        working="supersedes idempotency_key tapped_at",
    )
    notes = _of("programs", Part.NOTES)
    notes(
        "SessionNote",
        "Notes on an evening",
        "session at",
        others="text",
        staff="kind seen_at",
        working="key idempotency_key",
    )
    _money()


def _money() -> None:
    money = _of("programs", Part.MONEY)
    money(
        "FeeEntry",
        "Fees and payments",
        "kind amount on paid_by receipt_year receipt_number receipt_given_at why at",
        working="schedule reverses program idempotency_key",
    )
    money("WaiverRequest", "Waivers asked for", "amount why asked_at decided_at", working="entry")
    money("PaymentPlan", "Payment plans", "made_at ended_at", way="enrollment__participant")
    money("Installment", "Installments", "due_on amount", way="plan__enrollment__participant")


def _courts() -> None:
    case = _of("courts", Part.CASE)
    case(
        "Referral",
        "Referrals",
        "program court kind referrer agency state name_as_charged plaintiff case_number incident_number judge"
        " ordered_on received_on enroll_by start_by complete_by proof_due_by jurisdiction_ends_on next_progress_on"
        " closing closed_at",
        working="key enrollment normalized_case_number normalized_incident_number again_after moved_to closing_report"
        " fingerprint list_import",
    )
    case("Charge", "Charges", "statute text")
    case("Hearing", "Hearings", "at time_known canceled_at")
    case("ReferralMove", "What became of it", "number old new at why", same="facts")
    case("Imposed", "What the court imposed", "kind amount noted_at ended_at note")
    case("Hold", "Times when it rested", "reason keeps_seat began_at ended_at review_on")
    case("Deadline", "Dates to keep", "kind due_on state made_at settled_at", working="last_alert_on next_alert_on")
    case("Extension", "Dates put off", "basis judge told_on made_at confirmed_at", others="told_by", same="new")
    # What a list said may name another man, and so may the reason why it was asked about.
    case("Flag", "What had to be asked", "field made_at settled_at", others="raw reason")
    case(
        "Submission",
        "Sent in by the court",
        "court agency sent_at",
        court="answers",
        working="reference key made_at changed_at discarded_at",
    )
    case(
        "CourtPaper",
        "Papers from the court",
        "kind media_type size sha256 at removed_at",
        court="name content",
        working="key submission",
        staff="read_at",
    )
    _reports()


def _reports() -> None:
    reports = _of("courts", Part.REPORTS)
    reports(
        "Recipient",
        "Who is told",
        "role name agency channel kinds confirmed_at ended_at release_on release_until attachment_asked_on",
        others="address",
    )
    reports(
        "Proposal",
        "Reports that were due",
        "kind state made_at settled_at",
        same="facts",
        working="from_change opened_at seen_at",
    )
    reports("Report", "Reports", "kind made_at last_step", same="words", working="proposal supersedes")
    reports("Review", "Reports that were looked at", "at", working="facts_sha256")
    reports("ReportStep", "How a report went", "number step at", staff="note")
    reports("NumberLedger", "Numbers of reports", "year n reserved_at settled void_reason", working="program")
    reports(
        "IssuedDocument",
        "Issued reports",
        "number sha256 issued_at",
        along="content",
        same="snapshot",
        staff="signer",
        door="code_hash",
    )
    reports(
        "Delivery",
        "Where they went",
        "recipient channel state sent_at acknowledged_at printed_at",
        others="envelope",
        staff="reason",
    )


def _outcomes() -> None:
    notes = _of("outcomes", Part.NOTES)
    notes("Agreement", "What you agreed to be asked", "purpose given at", way="enrollment__participant")
    notes(
        "Asking", "Questions you were asked", "moment due_on state", way="enrollment__participant", working="closes_on"
    )


def _records() -> None:
    _of("records", Part.NOTES)(
        "OwnFile",
        "When you asked for your file",
        "asked_on shown_by identified_at approved_at handed_at handed_how withdrawn_at",
        way="participant",
        working="asked_at pdf_sha256 json_sha256",
    )


def _left_out() -> None:
    by_reason = {
        Why.OTHERS: "participants.NonAssociation participants.Likeness participants.Merge courts.ListUpload"
        " programs.Visitor",
        Why.STAFF: "participants.RestrictionName office.Assignment office.Snooze office.SavedFilter accounts.User"
        " accounts.RoleGrant accounts.Device accounts.Invitation",
        Why.ORDERS: "records.LegalHold records.Disposal records.Release records.ReleaseItem",
        Why.WORKING: "participants.NameToken participants.Sound courts.NumberToken records.Remains"
        " records.DeadlineRemains courts.DisposedNumber vault.Bond audit.Seal",
        Why.DOOR: "courts.DeliveryLink vault.Key programs.CalendarFeed outcomes.Ticket outcomes.FollowUpDue",
        Why.CODE: "outcomes.Link outcomes.Subject outcomes.Sheet outcomes.FollowUp",
        # Events are told by who, when and what, as `collecting` says; what they quote stands in the rows themselves.
        Why.SAME: "audit.Event",
        Why.HOUSE: "core.Heartbeat messaging.Wording messaging.DiscretionException programs.Program programs.Signer"
        " programs.DayOff programs.EligibilityItem programs.Curriculum programs.Module programs.Policy programs.Cohort"
        " programs.Session programs.SessionLeader programs.FeeSchedule programs.FeeStep programs.FundShare"
        " programs.BooksClosing courts.Court courts.Clerkship courts.Closure courts.Agency courts.Membership"
        " courts.DeskInvitation courts.ListImport courts.ListMapping records.RetentionRule office.FunderReport"
        " outcomes.Instrument outcomes.Draft outcomes.YearOfChange",
    }
    LEFT_OUT.update({model: why for why, models in by_reason.items() for model in models.split()})


for _declare in (_participants, _courts, _programs, _messaging, _outcomes, _records, _left_out):
    _declare()
