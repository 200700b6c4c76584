"""What a link or a tablet leads to. Its address says nothing of what this is."""

from django.urls import path

from outcomes.views import asked, own

app_name = "questions"
urlpatterns = [
    path("own/", own.own, name="own"),
    path("<str:token>/", asked.start, name="start"),
    path("<str:token>/words/", asked.words, name="words"),
    path("<str:token>/agree/", asked.agree, name="agree"),
    path("<str:token>/all/", asked.every, name="all"),
    path("<str:token>/end/", asked.end, name="end"),
    path("<str:token>/<int:place>/", asked.item, name="item"),
    path("<str:token>/thanks/<slug:how>/", asked.thanks, name="thanks"),
]
