from django.urls import path

from programs.views import lists, roster, saving

app_name = "sessions"
urlpatterns = [
    path("", lists.sessions, name="list"),
    path("<int:pk>/", roster.roster, name="roster"),
    path("<int:pk>/people/<int:person_pk>/", saving.mark, name="mark"),
    path("<int:pk>/close/", roster.close, name="close"),
]
