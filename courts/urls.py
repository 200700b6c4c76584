from django.urls import path

from courts import views

app_name = "court"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("reports/<int:pk>/", views.report, name="report"),
    path("reports/<int:pk>/file", views.file, name="file"),
    path("reports/<int:pk>/acknowledge", views.acknowledge, name="acknowledge"),
]
