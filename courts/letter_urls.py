"""What a link in an e-mail leads to. Its address says nothing of courts."""

from django.urls import path

from courts.views import links

app_name = "letter"
urlpatterns = [
    path("", links.letter, name="letter"),
    path("code", links.code, name="code"),
    path("file", links.file, name="file"),
    path("received", links.received, name="received"),
]
