from courts.models.court import Clerkship, Court
from courts.models.deadline import Deadline, Extension
from courts.models.delivery import Delivery, DeliveryLink
from courts.models.referral import Charge, Flag, Hearing, Hold, ListImport, Recipient, Referral, ReferralMove
from courts.models.report import IssuedDocument, NumberLedger, Proposal, Report, ReportStep, Review

__all__ = [
    "Charge",
    "Clerkship",
    "Court",
    "Deadline",
    "Delivery",
    "DeliveryLink",
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
    "Review",
]
