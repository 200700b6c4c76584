import os, uuid
from datetime import timedelta
import pytest, time_machine
from playwright.sync_api import sync_playwright
from programs.kinds import MarkKind
from programs.actions.marks import record_mark
from programs.actions.cohorts import close_session, cancel_session
from programs.models import Session, SessionLeader
from tests.factories.accounts import UserFactory
from tests.factories.programs import *
from tests.programs.scene import scene, at
from tests.access.people import signed_in
from accounts.roles import Role

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
OUT = "/tmp/shots"
NAMES = [("Marco","Diaz"),("José","Moreno"),("José","Maki"),("Tobias","Penhale"),("Ansel","Okonjo"),("Kofi","Vasquéz"),("Renzo","Lindqvist"),("Ilya","Tamura"),("Quentin","Brzezik"),("Maximilian-Alexander Konstantinopoulos Wolfeschlegelstein","Featherstonehaugh"),("Dorian","Halloway"),("Li","Wu")]

def setup(men):
    s = scene(weeks=10, policy={"sessions_required": 10})
    s.leader.name = "Jordan Lee"; s.leader.save()
    themes = ["Why we are here","Consent and its absence","Who is harmed","The law and what it means to you","Trafficking: how it works","Money, power and choice","Entitlement and empathy","Pornography and what it teaches","Relapse and what triggers it","What I will do now"]
    for m, t in zip(s.curriculum.modules.all(), themes): m.theme = t; m.save()
    s.cohort.name = "Cohort 14"; s.cohort.save()
    people = [s.seated(participant__first_name=f, participant__last_name=l) for f, l in NAMES[:men]]
    for week in range(1, 7):
        ses = s.session(week)
        for i, p in enumerate(people):
            kind, minutes = MarkKind.PRESENT, None
            if (i, week) in {(0,4),(3,2)}: kind, minutes = MarkKind.LATE, 40
            elif (i, week) in {(1,3),(4,5)}: kind = MarkKind.ABSENT
            elif (i, week) == (2,2): kind = MarkKind.NOT_PROVIDED
            record_mark(enrollment=p, session=ses, kind=kind, minutes=minutes, idempotency_key=uuid.uuid4(), by=s.leader, now=at(ses, 5))
        if week not in (5, 6) and people: close_session(session=ses, taught=ses.module, minutes_held=120, by=s.leader, now=at(ses,125))
    return s, people

@pytest.mark.django_db(transaction=True)
def test_look(live_server, settings):
    os.makedirs(OUT, exist_ok=True)
    settings.SESSION_COOKIE_NAME = "session"; settings.SESSION_COOKIE_SECURE = False
    settings.CSRF_COOKIE_NAME = "csrf"; settings.CSRF_COOKIE_SECURE = False
    s, people = setup(12)
    s1, _ = setup(1)
    s0, _ = setup(0)
    ses = s.session(7)
    SessionLeaderFactory(session=s1.session(7), user=s.leader)
    SessionLeaderFactory(session=s0.session(7), user=s.leader)
    other = UserFactory(roles=[Role.FACILITATOR], name="Robin Ashdown"); SessionLeaderFactory(session=ses, user=other)
    nobody = UserFactory(roles=[Role.FACILITATOR])
    cancel = s.session(9); cancel_session(session=cancel, why=Session.Canceled.WEATHER, by=s.coordinator, now=at(ses))
    for i,(k,m,extra) in enumerate([(MarkKind.PRESENT,None,{}),(MarkKind.LATE,18,{}),(MarkKind.PRESENT,None,{}),(MarkKind.ABSENT,None,{"gave_reason":True}),(MarkKind.SENT_HOME,None,{"rule":"No phones in the room"}),(MarkKind.LEFT_EARLY,10,{})]):
        record_mark(enrollment=people[i], session=ses, kind=k, minutes=m, idempotency_key=uuid.uuid4(), by=s.leader if i!=2 else other, now=at(ses, 4), **extra)
    def cookies(user):
        c = signed_in(user)
        return [{"name":"session","value":c.cookies["session"].value,"url":live_server.url}]
    only = os.environ.get("ONLY","")
    with time_machine.travel(at(ses, 6), tick=True), sync_playwright() as p:
        b = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox","--disable-background-networking"])
        logs = []
        def shots(name, path, user, act=None, sizes=(320,390,1280), schemes=("light","dark"), full=True, js=True):
            if only and not any(o in name for o in only.split(",")): return
            for w in sizes:
                for scheme in schemes:
                    ctx = b.new_context(viewport={"width":w,"height":844 if w<1000 else 900}, color_scheme=scheme, device_scale_factor=1, java_script_enabled=js, has_touch=w<1000)
                    ctx.add_cookies(cookies(user))
                    page = ctx.new_page()
                    page.on("console", lambda m: logs.append((name, m.type, m.text)))
                    page.on("pageerror", lambda e: logs.append((name, "pageerror", str(e))))
                    page.goto(live_server.url + path)
                    if act: act(page)
                    wid = page.evaluate("document.documentElement.scrollWidth")
                    if wid > w: logs.append((name, "OVERFLOW", f"{wid}>{w}"))
                    page.screenshot(path=f"{OUT}/{name}-{w}-{scheme}.png", full_page=full)
                    if w == 390 and js:
                        small = page.evaluate("[...document.querySelectorAll('main button, main summary, main .btn')].filter(e=>e.offsetParent&&e.getBoundingClientRect().height>0).map(e=>[e.textContent.trim().slice(0,20), Math.round(e.getBoundingClientRect().width), Math.round(e.getBoundingClientRect().height)]).filter(x=>x[1]<44||x[2]<44)")
                        if small: logs.append((name, "SMALL", small[:6]))
                    ctx.close()
        r = f"/sessions/{ses.pk}/"
        shots("list", "/sessions/", s.leader)
        shots("empty", "/sessions/", nobody, sizes=(390,))
        shots("roster12", r, s.leader)
        shots("view", r, s.leader, sizes=(390,), schemes=("light",), full=False, act=lambda pg: pg.evaluate("scrollTo(0,500)"))
        shots("roster1", f"/sessions/{s1.session(7).pk}/", s.leader, sizes=(390,))
        shots("roster0", f"/sessions/{s0.session(7).pk}/", s.leader, sizes=(390,))
        shots("future", f"/sessions/{s.session(8).pk}/", s.leader, sizes=(390,))
        shots("canceled", f"/sessions/{s.session(9).pk}/", s.leader, sizes=(390,))
        shots("closed", f"/sessions/{s.session(2).pk}/", s.leader, sizes=(390,1280))
        def ask(pg):
            pg.click(f"#person-{people[6].pk}-late"); pg.wait_for_timeout(100)
            pg.locator(f"#person-{people[7].pk} .door-more > summary").click(); pg.wait_for_timeout(100)
        shots("ask", r, s.leader, act=ask, sizes=(320,390,1280))
        def wrong(pg):
            pg.click(f"#person-{people[6].pk}-late"); pg.fill(f"#person-{people[6].pk}-late_minutes","500"); pg.locator(f"#person-{people[6].pk}-ask-late [data-enter]").click(); pg.wait_for_timeout(700)
        shots("wrong", r, s.leader, act=wrong, sizes=(320,390))
        def offline(pg):
            pg.locator(f"#person-{people[6].pk} .door-more > summary").click()
            pg.fill(f"#person-{people[6].pk}-comment","He was upset tonight.")
            pg.context.set_offline(True); pg.click(f"#person-{people[6].pk}-present"); pg.wait_for_timeout(500)
        shots("offline", r, s.leader, act=offline, sizes=(390,))
        def conflict(pg):
            record_mark(enrollment=people[8], session=ses, kind=MarkKind.PRESENT, idempotency_key=uuid.uuid4(), by=other, now=at(ses,6), seen=people[8].marks.current().filter(session=ses).first())
            pg.click(f"#person-{people[8].pk}-absent"); pg.wait_for_timeout(700)
        shots("conflict", r, s.leader, act=conflict, sizes=(320,390), schemes=("light",))
        def refused(pg):
            pg.fill("#id_minutes_held","x"); pg.locator(".door-close button[type=submit]").click(); pg.wait_for_load_state()
        shots("refused", r, s.leader, act=refused, sizes=(390,))
        def nojs(pg):
            pg.click(f"#person-{people[9].pk}-late"); pg.wait_for_load_state()
        shots("nojs", r, s.leader, act=nojs, sizes=(390,), schemes=("light",), js=False)
        def tap(pg):
            pg.click(f"#person-{people[10].pk}-present"); pg.wait_for_timeout(800)
            logs.append(("tap", "said", pg.locator("[data-said]").text_content(), pg.locator("[data-count]").text_content(), pg.evaluate("document.activeElement.id")))
        shots("tap", r, s.leader, act=tap, sizes=(390,), schemes=("light",))
        for l in logs: print(l)
        b.close()
