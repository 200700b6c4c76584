from django.urls import URLPattern, URLResolver, include, path

from core import health
from office.admin import office

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("office/", office.urls),
    path("court/", include("courts.urls")),
    path("sessions/", include("programs.urls")),
    path("", include("accounts.urls")),
]
