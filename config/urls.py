from django.urls import URLPattern, URLResolver, include, path

from core import health
from courts.views import verify
from messaging import mail_events
from office.admin import office
from office.figures.published import figures
from programs.views import offline

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("sw.js", offline.worker, name="worker"),
    path("office/", office.urls),
    path("court/", include("courts.urls")),
    path("verify/", verify.verify, name="verify"),
    path("figures/", figures, name="figures"),
    path("letter/<str:token>/", include("courts.letter_urls")),
    path("q/", include("outcomes.urls")),
    path("texts/", include("messaging.urls")),
    path("mail/", include(mail_events.urls())),
    path("sessions/", include("programs.urls")),
    path("", include("accounts.urls")),
]
