from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PERMISSIONS = ", ".join(
    [
        *(f"{what}=()" for what in ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")),
        *(f"publickey-credentials-{what}=(self)" for what in ("create", "get")),
    ]
)


class PrivatePages:
    """No copy of a page stays in a browser or a proxy, and no other site loads one; a view may say otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Cache-Control", "no-store")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("Permissions-Policy", PERMISSIONS)
        return response
