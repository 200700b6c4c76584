"""How long records are kept, on what grounds they go or are handed out, and how a man shows who he is."""

from datetime import timedelta
from enum import StrEnum

# An office of one confirms again, after this time: whoever approves alone has slept over it.
ALONE_AFTER = timedelta(days=7)


class Kept(StrEnum):
    """What a rule of keeping is about."""

    CASE = "case"  # a referral, from its closing
    PERSON = "person"  # a man without a referral that is kept, from when he came in
    DRAFT = "draft"  # a court's referral that was begun and never sent, from its last change


# From that day, in months. What an office sets itself stands in RetentionRule.
KEPT_MONTHS = {Kept.CASE: 7 * 12, Kept.PERSON: 7 * 12, Kept.DRAFT: 12}

KEPT_LABELS = {
    Kept.CASE: "A case, after it was closed",
    Kept.PERSON: "A person without a case, after coming in",
    Kept.DRAFT: "A referral that a court began and never sent, after its last change",
}


class Basis(StrEnum):
    """Why something goes."""

    RETENTION = "retention"
    VACATED = "vacated"
    SEALED = "sealed"
    EXPUNGED = "expunged"


BASIS_LABELS = {
    Basis.RETENTION: "Its time is over",
    Basis.VACATED: "An order to vacate",
    Basis.SEALED: "An order to seal",
    Basis.EXPUNGED: "An order to expunge",
}
BY_ORDER = (Basis.VACATED, Basis.SEALED, Basis.EXPUNGED)


class ShownBy(StrEnum):
    """How he showed that he is who he says."""

    PHOTO_ID = "photo_id"
    KNOWN = "known"  # to the staff, who have seen him in his group
    NOTARIZED = "notarized"


SHOWN_BY_LABELS = {
    ShownBy.PHOTO_ID: "A photo ID, seen in person",
    ShownBy.KNOWN: "Known to staff, in person",
    ShownBy.NOTARIZED: "A notarized letter",
}


class HandedBy(StrEnum):
    """Never by a link: what can be forwarded is."""

    IN_PERSON = "in_person"
    POST = "post"


HANDED_BY_LABELS = {HandedBy.IN_PERSON: "In person", HandedBy.POST: "By certified mail"}


class Asking(StrEnum):
    """On what grounds somebody asks for records."""

    COURT_ORDER = "court_order"
    SUBPOENA = "subpoena"
    PUBLIC_RECORDS = "public_records"
    HIS_RELEASE = "his_release"  # he signed that they may have it


ASKING_LABELS = {
    Asking.COURT_ORDER: "A court order",
    Asking.SUBPOENA: "A subpoena",
    Asking.PUBLIC_RECORDS: "A public-records request",
    Asking.HIS_RELEASE: "A release that he signed",
}
