"""Texts by Twilio's REST API, spoken plainly: https://www.twilio.com/docs/messaging/api/message-resource"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.urls import reverse
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from messaging.gateways import ProviderSilent, TextNotSent, TextRefused

VERSION = "2010-04-01"
# Longer than any answer of theirs about a page of texts.
AT_MOST = 512 * 1024
PAGE = 100
# About the number or this text, and no better an hour later; 21610: its owner sent STOP there.
REFUSED = frozenset({"21211", "21214", "21217", "21219", "21265", "21610", "21612", "21614", "21617"})

FORGOTTEN = frozenset({404, 410})
# About us or about too many at once, not about the one text.
NOT_NOW = frozenset({401, 403, 408, 429})


def signature(url: str, posted: Mapping[str, Iterable[str]]) -> str:
    """What stands in X-Twilio-Signature: over the address and each value that was posted, in order of the names."""
    said = url + "".join(name + value for name in sorted(posted) for value in sorted(set(posted[name])))
    return base64.b64encode(
        hmac.new(settings.TWILIO_AUTH_TOKEN.encode(), said.encode(), hashlib.sha1).digest()
    ).decode()


def is_signed(claimed: str, url: str, posted: Mapping[str, Iterable[str]]) -> bool:
    """Nobody is believed while there is no token to sign with."""
    if not settings.TWILIO_AUTH_TOKEN:
        return False
    return hmac.compare_digest(signature(url, posted).encode(), claimed.encode())


class TwilioGateway:
    def __init__(self) -> None:
        self._session = requests.Session()
        self._session.auth = (settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN)
        # Neither a proxy nor a .netrc of the machine has a say.
        self._session.trust_env = False

    def hang_up(self) -> None:
        self._session.close()

    def deaf(self) -> str:
        untold = [name for name in ("ACCOUNT_SID", "AUTH_TOKEN", "FROM") if not getattr(settings, f"TWILIO_{name}")]
        if untold:
            return f"Set {', '.join(f'ONUS_TWILIO_{name}' for name in untold)}."
        if not settings.TWILIO_HEARS_STOP:
            return f"At Twilio, let the number post what comes in to {_heard_at()}; then set ONUS_TWILIO_HEARS_STOP=1."
        if urlsplit(settings.SITE_URL).scheme != "https" and not _on_this_machine(settings.TWILIO_API):
            return "Set ONUS_SITE_URL to the https address under which Twilio reaches Onus."
        return ""

    def elsewhere(self) -> str:
        """Of a number of the account, or of a messaging service and, where it leaves that to them, of its numbers.

        What an application answers (`sms_application_sid`) can't be seen from here, nor that a number stands in
        a service that we weren't told of.
        """
        if self.deaf():
            return ""
        if settings.TWILIO_FROM.startswith("MG"):
            return self._service_elsewhere()
        said = self._asked("GET", "IncomingPhoneNumbers.json", {"PhoneNumber": settings.TWILIO_FROM})
        found = said.get("incoming_phone_numbers")
        return _elsewhere(found[0]) if isinstance(found, list) and len(found) == 1 else ""

    def _service_elsewhere(self) -> str:
        service = f"{settings.TWILIO_MESSAGING_API}/v1/Services/{settings.TWILIO_FROM}"
        said = self._asked("GET", service, {})
        if not said.get("use_inbound_webhook_on_number"):
            return _unless_here(said.get("inbound_request_url"))
        listed = self._asked("GET", f"{service}/PhoneNumbers", {"PageSize": str(PAGE)}).get("phone_numbers")
        if not isinstance(listed, list) or not listed:
            return "nowhere"
        sids = [str(one.get("sid")) for one in listed if isinstance(one, dict)]
        numbers = (self._asked("GET", f"IncomingPhoneNumbers/{sid}.json", {}) for sid in sids if sid.isalnum())
        return next(filter(None, map(_elsewhere, numbers)), "")

    def send(self, to: str, body: str, reference: str) -> str:
        about = {"To": to, "Body": body, "StatusCallback": _callback(reference)}
        try:
            status, said = self._call("POST", "Messages.json", about | _sender())
        except requests.ConnectionError as error:
            if _never_connected(error):
                raise TextNotSent from error
            raise
        if status in {200, 201} and isinstance(said.get("sid"), str):
            return str(said["sid"])
        code = str(said.get("code", ""))
        if status == 400 and code in REFUSED:
            raise TextRefused(code)
        if 400 <= status < 500:
            # Ours to repair, or too many at once: they say so before they take anything.
            raise TextNotSent(code)
        raise ValueError(f"answered {status}")

    def gone(self, to: str, since: datetime, until: datetime) -> list[str]:
        # Their list knows days only; the times are compared here.
        days = {"DateSent>": f"{since.astimezone(UTC):%Y-%m-%d}", "To": to, "PageSize": str(PAGE)}
        said = self._asked("GET", "Messages.json", days)
        sent = said.get("messages")
        if not isinstance(sent, list) or len(sent) >= PAGE:
            raise ProviderSilent("a list that can't be read to its end")
        return [str(one["sid"]) for one in sent if _ours(one) and since <= _created(one) <= until]

    def redact(self, provider_id: str) -> None:
        if not provider_id.isalnum():
            return
        self._asked("POST", f"Messages/{provider_id}.json", {"Body": ""}, may_refuse=True)

    def _asked(self, method: str, what: str, said: dict[str, str], *, may_refuse: bool = False) -> dict[str, Any]:
        try:
            status, answer = self._call(method, what, said)
        except (requests.RequestException, ValueError) as error:
            raise ProviderSilent(type(error).__name__) from error
        if status == 200 or (may_refuse and status in FORGOTTEN):
            return answer
        if may_refuse and 400 <= status < 500 and status not in NOT_NOW:
            raise TextRefused(str(answer.get("code", status))[:10])
        raise ProviderSilent(f"answered {status}")

    def _call(self, method: str, what: str, said: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Status and answer. `what`: of the account, or a whole address.

        Raises requests.RequestException, and ValueError for what is no JSON object.
        """
        account = f"{settings.TWILIO_API}/{VERSION}/Accounts/{settings.TWILIO_ACCOUNT_SID}"
        url = what if "://" in what else f"{account}/{what}"
        patience = _patience()
        began = monotonic()
        with self._session.request(
            method,
            url,
            params=said if method == "GET" else None,
            data=said if method != "GET" else None,
            timeout=patience / 2,
            stream=True,
            allow_redirects=False,
        ) as answer:
            content = _read(answer, until=began + patience)
            return answer.status_code, _object(content)


def _patience() -> float:
    """In seconds; all of a call stays under a fifth of the lease, so that the claim outlasts it."""
    return min(20.0, float(settings.MESSAGE_LEASE_SECONDS) / 6)


def _read(answer: requests.Response, *, until: float) -> bytes:
    """A server that goes on and on, or drips, is not listened to."""
    content = b""
    for part in answer.iter_content(16 * 1024):
        content += part
        if len(content) > AT_MOST or monotonic() > until:
            raise ValueError("too long an answer")
    return content


def _object(content: bytes) -> dict[str, Any]:
    said = json.loads(content or b"{}")
    if not isinstance(said, dict):
        raise ValueError("no object")
    return said


def _never_connected(error: requests.ConnectionError) -> bool:
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.SSLError) or isinstance(
        reason, NewConnectionError | ConnectTimeoutError
    )


def _sender() -> dict[str, str]:
    """A number, or a messaging service that picks one."""
    name = "MessagingServiceSid" if settings.TWILIO_FROM.startswith("MG") else "From"
    return {name: settings.TWILIO_FROM}


def _heard_at() -> str:
    return str(settings.SITE_URL) + reverse("texts:came_in")


def _elsewhere(number: Any) -> str:
    """Where a number posts what comes in; empty: to us, or to an application, which says nothing here."""
    if not isinstance(number, dict) or number.get("sms_application_sid"):
        return ""
    return _unless_here(number.get("sms_url"))


def _unless_here(told: Any) -> str:
    return "" if told == _heard_at() else str(told or "nowhere")


def _callback(reference: str) -> str:
    """With our own reference: it tells of a text whose id never reached us."""
    return str(settings.SITE_URL) + reverse("texts:became", args=[reference.strip("<>").partition("@")[0]])


def _ours(one: Any) -> bool:
    return isinstance(one, dict) and str(one.get("direction", "")).startswith("outbound") and bool(one.get("sid"))


def _created(one: dict[str, Any]) -> datetime:
    """Raises ProviderSilent."""
    try:
        return datetime.strptime(str(one.get("date_created")), "%a, %d %b %Y %H:%M:%S %z")
    except ValueError as error:
        raise ProviderSilent("a date that can't be read") from error


def _on_this_machine(url: str) -> bool:
    return urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}
