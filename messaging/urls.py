from django.urls import path

from messaging import views

app_name = "texts"
urlpatterns = [
    path("in/", views.came_in, name="came_in"),
    path("status/<slug:reference>/", views.became, name="became"),
]
