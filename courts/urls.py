from django.urls import path

from courts.views import desk, inbox, people, refer, referrals, report

app_name = "court"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("desk", desk.switch, name="desk"),
    path("acknowledge", inbox.acknowledge, name="acknowledge_many"),
    path("packet", inbox.packet, name="packet"),
    path("reports/<int:pk>/", report.report, name="report"),
    path("reports/<int:pk>/file", report.file, name="file"),
    path("reports/<int:pk>/acknowledge", report.acknowledge, name="acknowledge"),
    path("reports/<int:pk>/correction", report.correction, name="correction"),
    path("referrals/", referrals.referrals, name="referrals"),
    path("referrals/csv", referrals.as_csv, name="referrals_csv"),
    path("refer/", refer.refer, name="refer"),
    path("refer/<str:reference>/check", refer.check, name="refer_check"),
    path("refer/<str:reference>/send", refer.send, name="refer_send"),
    path("refer/<str:reference>/sent", refer.sent, name="refer_sent"),
    path("refer/<str:reference>/discard", refer.discard, name="refer_discard"),
    path("refer/<str:reference>/papers/<int:pk>", refer.paper, name="refer_paper"),
    path("refer/<str:reference>/papers/<int:pk>/remove", refer.remove_paper, name="refer_paper_remove"),
    path("refer/<str:reference>/<slug:name>/", refer.step, name="refer_step"),
    path("people/", people.people, name="people"),
    path("people/invitations/<int:pk>/withdraw", people.withdraw, name="people_withdraw"),
    path("people/<int:pk>/end", people.end, name="people_end"),
    path("looks/", people.looks, name="looks"),
]
