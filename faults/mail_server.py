"""A mail server that hangs, answers 4xx and 5xx or refuses calls, and a provider of texts that is no better."""

import time
from dataclasses import replace

from faults.checking import check
from faults.house import House, rows
from faults.tally import Tally
from messaging.models import State

NAME = "mail_server"
GONE = 10
# Its sixth is how long a worker waits for an answer.
LEASE = 6
SECONDS_EACH = 6


def run(house: House) -> Tally:
    house.due(NAME, mails=1)
    with house.working(lease=LEASE):
        # They are at work; now the weather changes.
        house.wait_until_settled(NAME)
        for mail, text in (("hanging", "500"), ("451", "mute"), ("closed", "good"), ("421", "500")):
            house.recorder.behave(mail=mail, text=text)
            house.due(NAME, mails=25, texts=10)
            time.sleep(SECONDS_EACH)
            house.let_waits_pass(NAME)
        house.due(NAME, mails=GONE, at="{}@gone.example")
        house.recorder.behave(mail="good", text="good")
        house.wait_until_settled(NAME)
    found = check(house, NAME)
    listed = rows(NAME).filter(state=State.UNKNOWN).count()
    refused = rows(NAME).filter(state=State.FAILED, reason="SMTPRecipientsRefused").count()
    wrong = [] if refused == GONE else [f"{refused} of {GONE} refused for good are listed so"]
    if not listed:
        wrong.append("no text is listed whose fate the mute provider left open")
    return replace(found, wrong=(*found.wrong, *wrong))
