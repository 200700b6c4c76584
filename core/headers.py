from collections.abc import Callable, MutableMapping

from django.http import HttpRequest, HttpResponse

PERMISSIONS = ", ".join(
    [
        *(f"{what}=()" for what in ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")),
        *(f"publickey-credentials-{what}=(self)" for what in ("create", "get")),
    ]
)


# Of a file, whatever a reader makes of it: it runs nothing, and belongs to no page of ours.
SANDBOX = "default-src 'none'; frame-ancestors 'none'; sandbox"
# What a browser shows by our pages' own policy. In a sandbox Chromium shows no PDF, and ours are there to be read.
SHOWN = frozenset({"text/html", "text/javascript", "application/javascript", "application/json", "application/pdf"})


def of_a_static_file(headers: MutableMapping[str, str], path: str, url: str) -> None:
    """WhiteNoise asks, before any of our own middleware would."""
    headers["Content-Security-Policy"] = SANDBOX


class PrivatePages:
    """No copy of a page stays in a browser or a proxy, and no other site loads one; a view may say otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Cache-Control", "no-store")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("Permissions-Policy", PERMISSIONS)
        if _is_a_file(response):
            response.setdefault("Content-Security-Policy", SANDBOX)
        return response


def _is_a_file(response: HttpResponse) -> bool:
    kind = response.get("Content-Type", "text/html").partition(";")[0].strip()
    return kind not in SHOWN or response.get("Content-Disposition", "").startswith("attachment")
