from courts.models.court import Clerkship, Closure, Court
from courts.models.deadline import Deadline, Extension
from courts.models.delivery import Delivery, DeliveryLink
from courts.models.desk import Agency, DeskInvitation, Membership
from courts.models.disposed import DisposedNumber
from courts.models.lists import ListImport, ListMapping, ListUpload
from courts.models.memo import Imposed
from courts.models.recipient import Recipient
from courts.models.referral import (
    Charge,
    Flag,
    Hearing,
    Hold,
    NumberToken,
    Referral,
    ReferralMove,
)
from courts.models.report import IssuedDocument, NumberLedger, Proposal, Report, ReportStep, Review
from courts.models.submission import CourtPaper, Submission

__all__ = [
    "Agency",
    "Charge",
    "Clerkship",
    "Closure",
    "Court",
    "CourtPaper",
    "Deadline",
    "Delivery",
    "DeliveryLink",
    "DeskInvitation",
    "DisposedNumber",
    "Extension",
    "Flag",
    "Hearing",
    "Hold",
    "Imposed",
    "IssuedDocument",
    "ListImport",
    "ListMapping",
    "ListUpload",
    "Membership",
    "NumberLedger",
    "NumberToken",
    "Proposal",
    "Recipient",
    "Referral",
    "ReferralMove",
    "Report",
    "ReportStep",
    "Review",
    "Submission",
]
