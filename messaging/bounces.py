"""What a refusal says about the address: that nothing will ever arrive there, or only that this once nothing did."""

import smtplib

from participants.kinds import Unreachable

# Twilio's: https://www.twilio.com/docs/api/errors. What isn't here is the network's or our own trouble.
STOPPED = "21610"
_BY_CODE = {
    "21211": Unreachable.REFUSED,  # no telephone number
    "21214": Unreachable.REFUSED,
    "21217": Unreachable.REFUSED,
    "21265": Unreachable.LANDLINE,
    "21614": Unreachable.LANDLINE,
    "30004": Unreachable.REFUSED,  # its owner blocks us
    "30005": Unreachable.BOUNCED,  # no such number any more
    "30006": Unreachable.LANDLINE,
}


def of_code(code: str) -> Unreachable | None:
    return _BY_CODE.get(code)


def of_error(error: Exception) -> Unreachable | None:
    """A mail server that refuses the recipient for good; one that refuses the words says nothing about him."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        gone = all(code >= 500 for code, _ in error.recipients.values())
        return Unreachable.BOUNCED if gone else None
    # By its name: to import it would take Django.
    if type(error).__name__ == "AnymailRecipientsRefused":
        return Unreachable.BOUNCED
    return of_code(getattr(error, "code", ""))
