// The sheet of an intake is saved as it is typed. Two people at one sheet see each other: what only the other wrote is
// filled in, and where both wrote, both are shown and nothing is saved until one of them has chosen.
"use strict";

(() => {
  const form = document.querySelector("form[data-intake]");
  if (!form) return;
  const state = document.querySelector("[data-intake-state]");
  const both = document.querySelector("[data-intake-both]");
  const was = form.elements.as_it_was;
  const QUIET = 900;
  const AGAIN = 5000;
  let timer = 0;
  let typed = 0;
  let saved = 0;
  let asking = false;
  let sides = [];
  let leaving = false;

  const say = (words) => { if (state.textContent !== words) state.textContent = words; };

  const fill = (name, value) => {
    const wanted = [].concat(value).map(String);
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "radio" || field.type === "checkbox") field.checked = wanted.includes(field.value);
      else field.value = wanted[0] || "";
    }
  };

  const later = (wait) => { clearTimeout(timer); timer = setTimeout(send, wait); };

  const showBoth = (answer) => {
    sides = answer.sides;
    both.querySelector("[data-intake-who]").textContent = answer.said;
    const list = both.querySelector("[data-intake-sides]");
    list.replaceChildren(...sides.map((side) => {
      const line = document.createElement("li");
      line.textContent = `${side.label}: they wrote “${side.now}”, you typed “${side.yours}”.`;
      return line;
    }));
    both.hidden = false;
    both.focus();
    say("Not saved: somebody else wrote in the same place.");
  };

  const take = (answer, at) => {
    was.value = answer.as_it_was;
    for (const [name, value] of Object.entries(answer.theirs)) fill(name, value);
    saved = at;
    say(answer.who ? `${answer.said}. ${answer.who} has filled in more; it stands here now.` : `${answer.said}.`);
  };

  const refused = (answer) => {
    if (answer.over) { asking = true; say(answer.said); return; }
    asking = true;
    was.value = answer.as_it_was;
    for (const [name, value] of Object.entries(answer.theirs)) fill(name, value);
    showBoth(answer);
  };

  const post = async (at) => {
    const response = await fetch(form.dataset.intake, { method: "POST", body: new FormData(form), redirect: "manual" });
    if (response.type === "opaqueredirect" || response.status === 403) { say("Not saved: you are signed out. Sign in in another window, then go on here."); later(AGAIN); return; }
    if (response.status !== 200 && response.status !== 409) throw new Error("not saved");
    const answer = await response.json();
    if (response.status === 409) refused(answer); else take(answer, at);
  };

  let onItsWay = false;
  const send = async () => {
    if (asking || leaving || typed === saved) return;
    if (onItsWay) { later(QUIET); return; }
    onItsWay = true;
    const at = typed;
    say("Saving…");
    try { await post(at); } catch { say("Not saved yet: no line. It goes on trying."); later(AGAIN); }
    onItsWay = false;
    if (!asking && typed !== saved) later(QUIET);
  };

  const onInput = () => { typed += 1; later(QUIET); };

  const chosen = (theirs) => {
    if (theirs) for (const side of sides) fill(side.name, side.value);
    both.hidden = true;
    asking = false;
    typed += 1;
    form.querySelector(`[name="${CSS.escape(sides[0].name)}"]`).focus();
    send();
  };

  form.addEventListener("input", onInput);
  form.addEventListener("submit", () => { leaving = true; });
  both.querySelector("[data-intake-mine]").addEventListener("click", () => chosen(false));
  both.querySelector("[data-intake-theirs]").addEventListener("click", () => chosen(true));
  window.addEventListener("beforeunload", (event) => { if (!leaving && typed !== saved && !asking) event.preventDefault(); });
})();
