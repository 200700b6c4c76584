// The roster with a script: questions open in place, arrows walk the marks, a tap that failed says so.
"use strict";

(() => {
  const rowOf = (element) => element.closest(".door-row");
  const formIn = (element) => element.closest(".door-form");
  // Which button was pressed in which row, to give it the focus again once the row has come back.
  const pressed = new Map();

  // --- "Late" and "left early" ask for minutes first
  const ask = (button) => {
    const wanted = document.getElementById(button.dataset.opens);
    for (const question of formIn(button).querySelectorAll("[data-ask]")) question.hidden = question !== wanted || !question.hidden;
    for (const other of formIn(button).querySelectorAll("[data-opens]")) {
      other.toggleAttribute("data-open", !document.getElementById(other.dataset.opens).hidden);
    }
    if (!wanted.hidden) wanted.querySelector("button").focus();
  };

  const onClick = (event) => {
    const button = event.target.closest(".door-form [data-opens]");
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    ask(button);
  };

  // --- Keys: arrows move the focus and choose nothing; Enter in a field presses the button beside it
  const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

  const walk = (event) => {
    const group = event.target.closest("[data-choices]");
    const step = STEPS[event.key];
    if (!group || !step) return;
    const buttons = [...group.querySelectorAll("[role=radio]")];
    const next = buttons[(buttons.indexOf(event.target) + step + buttons.length) % buttons.length];
    event.preventDefault();
    for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
    next.focus();
  };

  const enter = (event) => {
    if (event.key !== "Enter" || !event.target.matches(".door-form input[type=text]")) return;
    event.preventDefault();
    const beside = event.target.closest(".door-beside");
    if (beside) beside.querySelector("[data-enter]").click();
  };

  // One stop of the tab key a group: the chosen mark, else the first.
  const rove = (root) => {
    for (const group of root.querySelectorAll("[data-choices]")) {
      const buttons = [...group.querySelectorAll("[role=radio]")];
      const stop = buttons.find((button) => button.getAttribute("aria-checked") === "true") || buttons[0];
      for (const button of buttons) button.tabIndex = button === stop ? 0 : -1;
      for (const button of group.querySelectorAll("[data-opens]")) {
        button.toggleAttribute("data-open", !document.getElementById(button.dataset.opens).hidden);
      }
    }
  };

  // --- What the page says
  const count = () => {
    const words = document.querySelector("[data-count]");
    if (!words) return;
    const marked = document.querySelectorAll(".door-form[data-mark]:not([data-mark=''])").length;
    words.textContent = marked === 1 ? words.dataset.one : words.dataset.many.replace("#", marked);
    words.parentElement.querySelector("progress").value = marked;
  };

  const say = (row) => {
    const line = document.querySelector("[data-said]");
    const parts = [".door-name", "[aria-checked=true]", ".door-told", ".door-saved"];
    const words = parts.map((part) => row.querySelector(part)?.textContent.trim()).filter(Boolean);
    if (line) line.textContent = words.join(", ");
  };

  const fail = (form, why) => {
    for (const line of form.querySelectorAll("[data-failed]")) line.hidden = line.dataset.failed !== why;
    rowOf(form).classList.add("failed");
  };

  // --- The tap's way there and back
  const begin = (event) => {
    const form = formIn(event.target);
    if (!form) return;
    for (const line of form.querySelectorAll("[data-failed]")) line.hidden = true;
    rowOf(form).classList.remove("failed");
    pressed.set(form.id, document.activeElement && form.contains(document.activeElement) ? document.activeElement.id : "");
  };

  // Signed out meanwhile: the answer is the page to sign in, which is no row.
  const look = (event) => {
    const form = formIn(event.target);
    if (!form || !event.detail.shouldSwap || event.detail.serverResponse.includes(`id="${form.id}"`)) return;
    event.detail.shouldSwap = false;
    fail(form, "out");
  };

  const settle = (event) => {
    const form = document.getElementById(event.target.id);
    if (!form || !form.matches(".door-form")) return;
    rove(rowOf(form));
    count();
    const wrong = form.querySelector("[aria-invalid=true]");
    const before = pressed.get(form.id);
    const again = wrong || (before && document.getElementById(before)) || form.querySelector("[data-choices] [tabindex='0']");
    if (before !== undefined && again) again.focus({ preventScroll: !wrong });
    pressed.delete(form.id);
    say(rowOf(form));
  };

  const noAnswer = (event) => { const form = formIn(event.target); if (form) fail(form, "line"); };
  const badAnswer = (event) => {
    const form = formIn(event.target);
    if (form) fail(form, event.detail.xhr.status < 500 ? "out" : "line");
  };

  // In the capture phase, before htmx takes the click for a tap.
  document.addEventListener("click", onClick, true);
  document.addEventListener("keydown", walk);
  document.addEventListener("keydown", enter);
  document.addEventListener("htmx:beforeRequest", begin);
  document.addEventListener("htmx:beforeSwap", look);
  document.addEventListener("htmx:afterSettle", settle);
  document.addEventListener("htmx:sendError", noAnswer);
  document.addEventListener("htmx:timeout", noAnswer);
  document.addEventListener("htmx:responseError", badAnswer);
  rove(document);
})();
