from django.urls import path

from courts.views import clerk

app_name = "court"
urlpatterns = [
    path("", clerk.inbox, name="inbox"),
    path("reports/<int:pk>/", clerk.report, name="report"),
    path("reports/<int:pk>/file", clerk.file, name="file"),
    path("reports/<int:pk>/acknowledge", clerk.acknowledge, name="acknowledge"),
]
