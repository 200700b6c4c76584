from django.urls import path

from programs.views import canceled, feed, language, lists, notes, offline, roster, saving, sheet, unlisted, visitors

app_name = "sessions"
urlpatterns = [
    path("", lists.sessions, name="list"),
    path("calendar/", feed.settings_page, name="calendar"),
    path("calendar/<str:token>.ics", feed.feed, name="feed"),
    path("language/", language.language, name="language"),
    path("unsent/", offline.unsent, name="unsent"),
    path("<int:pk>/", roster.roster, name="roster"),
    path("<int:pk>/canceled/", canceled.canceled, name="canceled"),
    path("<int:pk>/people/<int:person_pk>/", saving.mark, name="mark"),
    path("<int:pk>/close/", roster.close, name="close"),
    path("<int:pk>/notes/", notes.note, name="note"),
    path("<int:pk>/visitors/", visitors.add, name="visitor"),
    path("<int:pk>/visitors/<int:visitor_pk>/take-back/", visitors.take_back, name="visitor_back"),
    path("<int:pk>/unlisted/", unlisted.unlisted, name="unlisted"),
    path("<int:pk>/unlisted/add/", unlisted.admit, name="admit"),
    path("<int:pk>/sheet/", sheet.sheet, name="sheet"),
]
