from courts.models.court import Clerkship, Court
from courts.models.deadline import Deadline, Extension
from courts.models.referral import Charge, Flag, Hearing, Hold, ListImport, Recipient, Referral, ReferralMove
from courts.models.report import Delivery, IssuedDocument, NumberLedger, Proposal, Report, ReportStep

__all__ = [
    "Charge",
    "Clerkship",
    "Court",
    "Deadline",
    "Delivery",
    "Extension",
    "Flag",
    "Hearing",
    "Hold",
    "IssuedDocument",
    "ListImport",
    "NumberLedger",
    "Proposal",
    "Recipient",
    "Referral",
    "ReferralMove",
    "Report",
    "ReportStep",
]
