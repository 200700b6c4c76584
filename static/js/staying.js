// How long one is signed in yet: says so before it ends, and keeps on the page what was typed when it has ended.
"use strict";

(() => {
  const place = document.querySelector("[data-staying]");
  if (!place) return;
  const { staying: address, owner, seconds: atFirst, door } = place.dataset;
  const [soon, over, words, day, stay] = ["soon", "over", "words", "day", "on"].map((name) => place.querySelector(`[data-staying-${name}]`));
  const WARN = 120;
  const AGAIN = 15;
  const PATIENCE = 10_000;
  const title = document.title;
  const rest = () => [...document.body.children].filter((part) => part !== place && part.tagName !== "SCRIPT" && !part.hidden);
  let covered = [];
  let timer = 0;

  const tokens = () => document.querySelectorAll("[name=csrfmiddlewaretoken]");

  const asked = async (method) => {
    const headers = method === "POST" ? { "X-CSRFToken": tokens()[0]?.value || "" } : {};
    const answer = await fetch(address, { method, headers, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return answer.json();
  };

  // --- What was typed: whatever isn't as the page came

  const chosen = (one) => [...one.options].some((option) => option.selected !== option.defaultSelected);

  const changed = (one) => {
    if (one.matches("[type=hidden], [type=search], [type=submit], button")) return false;
    if (one.matches("[type=checkbox], [type=radio]")) return one.checked !== one.defaultChecked;
    if (one.matches("[type=file]")) return one.files.length > 0;
    return one.matches("select") ? chosen(one) : one.value !== one.defaultValue;
  };

  const typed = () => [...document.querySelectorAll("main input, main textarea, main select")].some(changed);

  // --- Saying it

  const later = (seconds) => { clearTimeout(timer); timer = setTimeout(look, Math.max(1, seconds) * 1000); };

  const warn = (seconds, longer) => {
    const minutes = Math.ceil(seconds / 60);
    const said = minutes <= 1 ? words.dataset.one : words.dataset.many.replace("#", minutes);
    // Read out when it changes, not each time that we look.
    if (words.textContent !== said) words.textContent = said;
    soon.hidden = false;
    day.hidden = longer;
    stay.hidden = !longer;
    later(Math.min(AGAIN, seconds + 1));
  };

  const cover = () => {
    if (!over.hidden) return;
    // Nobody who passes by reads on; nothing of it is taken out of the page.
    covered = rest();
    for (const part of covered) part.hidden = true;
    document.title = "Onus";
    soon.hidden = true;
    over.hidden = false;
    over.querySelector("a").focus();
  };

  const uncover = (csrf) => {
    if (csrf) for (const field of tokens()) field.value = csrf;
    if (over.hidden) return;
    for (const part of covered) part.hidden = false;
    document.title = title;
    over.hidden = true;
  };

  const ended = () => {
    soon.hidden = true;
    // A roster goes on without us: it says itself what waits to be sent.
    if (document.querySelector("[data-unsent-page]")) return;
    // On a page that answered a form, what was typed came back with it, as if the page had brought it.
    if ("answer" in place.dataset || typed()) { cover(); return; }
    const here = window.location.pathname + window.location.search;
    window.location.assign(`${door}?next=${encodeURIComponent(here)}`);
  };

  const show = (said) => {
    // Somebody else signed in at this browser: what stands here isn't theirs to see.
    if (said.owner && said.owner !== owner) { window.location.replace("/"); return; }
    if (said.seconds <= 0) { ended(); return; }
    uncover(said.csrf);
    if (said.seconds <= WARN) { warn(said.seconds, said.longer); return; }
    soon.hidden = true;
    later(said.seconds - WARN);
  };

  const look = async (method = "GET") => {
    clearTimeout(timer);
    try { show(await asked(method)); } catch { later(AGAIN); }
  };

  stay.addEventListener("click", () => look("POST"));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  window.addEventListener("focus", () => { if (!over.hidden) look(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) look(); });
  later(Number(atFirst) - WARN);
})();
