"""A page as it would be printed, with invented facts: it shows a letterhead or a court's wishes, and is no report."""

from courts.document import render
from courts.told import CourtFacts, EnrollmentFacts, Letterhead

NUMBER = "SAMPLE-0000-00000"
CAPTION = "IN THE DISTRICT COURT OF SAMPLE COUNTY"


def letter(*, letterhead: Letterhead, program: str, court: CourtFacts | None = None) -> bytes:
    """An enrollment confirmation, as PDF. Raises what `document.render` raises."""
    return render("enrollment", _facts(letterhead, program, court or sample_court()))


def sample_court() -> CourtFacts:
    return {"caption": CAPTION, "number_label": "Case", "stamp_space": False, "clerk_action": None}


def _facts(letterhead: Letterhead, program: str, court: CourtFacts) -> EnrollmentFacts:
    return {
        "letterhead": letterhead,
        "number": NUMBER,
        "issued_on": "2026-03-02",
        "court": court,
        "plaintiff": "The State of Sample",
        "defendant": "Sample Person",
        "case_number": "00-0-00000-0",
        "incident_number": None,
        "referral_kind": "Sample, no person",
        "ordered_on": "2026-02-16",
        "hearing_on": None,
        "complete_by": "2026-08-17",
        "proof_due_by": None,
        "program_name": program,
        "distribution": [{"role": "Clerk", "name": "of the court"}],
        "signer": {"name": "Who signs", "title": "with this title"},
        "statement": "This page shows how a report is printed. It speaks of nobody, and is no report.",
        "corrected": None,
        "verify": None,
        "intake_on": "2026-02-27",
        "starts_on": "2026-03-10",
        "schedule": "Tuesdays at 6:00 pm",
        "required": {"sessions": 10},
        "projected_on": "2026-05-12",
    }
