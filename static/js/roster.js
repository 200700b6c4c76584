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
    const parts = [".door-name", "[aria-checked=true]", ".door-told", ".door-saved", ".door-waits"];
    const words = parts.map((part) => row.querySelector(part)?.textContent.trim()).filter(Boolean);
    if (line) line.textContent = words.join(", ");
  };

  // --- Text that was typed stays: what is newer than what was sent goes on into the row that comes back
  const FIELDS = "input[type=text], textarea, select";
  const typed = new Map();

  // Until the row has come back; by the form's id.
  const waitingText = new Map();

  const remember = (form) => {
    typed.set(form.id, new Map([...form.querySelectorAll(FIELDS)].map((field) => [field.id, field.value])));
    pressed.set(form.id, document.activeElement && form.contains(document.activeElement) ? document.activeElement.id : "");
  };

  const newer = (form) => {
    const sent = typed.get(form.id) || new Map();
    const was = (field) => sent.get(field.id) ?? field.defaultValue ?? field.value;
    const fields = [...form.querySelectorAll(FIELDS)].filter((field) => field.value !== was(field));
    const active = document.activeElement;
    const typing = form.contains(active) && active.matches(FIELDS) ? active : null;
    return { values: fields.map((field) => [field.id, field.value]), typing: typing && [typing.id, typing.selectionStart, typing.selectionEnd] };
  };

  const carryOver = ({ values, typing }) => {
    const places = [...values.map(([id]) => id), ...(typing ? [typing[0]] : [])].map((id) => document.getElementById(id)).filter(Boolean);
    for (const place of places) {
      const details = place.closest("details");
      if (details) details.open = true;
      const question = place.closest("[data-ask]");
      if (question) question.hidden = false;
    }
    for (const [id, value] of values) { const field = document.getElementById(id); if (field) field.value = value; }
    const field = typing && document.getElementById(typing[0]);
    if (!field) return false;
    field.focus({ preventScroll: true });
    if (field.setSelectionRange) field.setSelectionRange(typing[1], typing[2]);
    return true;
  };

  // --- A tap that isn't sent yet: the row says so, by words that stand once on the page
  const { sending } = window.onus;
  const page = document.querySelector("[data-unsent-page]");
  const rowId = (form) => Number(form.id.replace("mark-", ""));
  // What the server said of a tap that asks; by key.
  const answers = new Map();
  // Rows that could not even be laid away; by the form's id, the button that was pressed.
  const inMemory = new Map();

  const clear = (form) => {
    for (const line of form.querySelectorAll("[data-unsent-line]")) line.remove();
    for (const button of form.querySelectorAll("[data-waits]")) button.removeAttribute("data-waits");
    rowOf(form).classList.remove("failed");
  };

  const put = (form, kind, { words = "", why = "" } = {}) => {
    const line = document.querySelector(`template[data-unsent-row="${kind}"]`).content.firstElementChild.cloneNode(true);
    line.dataset.unsentLine = kind;
    const told = line.matches("[data-one]") ? line : line.querySelector("[data-one]");
    if (told) told.textContent = words ? told.dataset.one.replace("#", words) : told.dataset.none;
    const reason = line.querySelector("[data-why]");
    if (reason) reason.textContent = why;
    const state = form.querySelector(".door-state");
    if (line.matches("span")) state.append(line); else state.after(line);
    rowOf(form).classList.toggle("failed", line.matches(".notice-late"));
  };

  const pressedIn = (form, choice) => {
    const [kind] = choice.split(" ");
    return document.getElementById(`person-${rowId(form)}-${kind}`) || form.querySelector(`[name=choice][value="${CSS.escape(choice)}"]`);
  };

  const wordsOf = (form, choice) => {
    const button = form.querySelector(`[name=choice][value="${CSS.escape(choice)}"]`);
    const [, minutes] = choice.split(" ");
    const kind = pressedIn(form, choice);
    if (button && button === kind) return button.textContent.trim();
    return [kind && kind.textContent.trim(), button ? button.getAttribute("aria-label") || button.textContent.trim() : minutes].filter(Boolean).join(", ");
  };

  const show = (form) => {
    clear(form);
    if (inMemory.has(form.id)) { put(form, "memory"); return; }
    if (!sending || !sending.possible) return;
    const row = rowId(form);
    const asked = sending.asked(row).at(-1);
    const answer = asked && answers.get(asked.key);
    if (answer && answer.state === "refused") put(form, "refused", { words: answer.tap, why: answer.why });
    const last = sending.waiting(row).at(-1);
    if (!last) return;
    put(form, last.stored ? sending.why() || "sending" : "sending", { words: last.words });
    if (last.choice) pressedIn(form, last.choice)?.setAttribute("data-waits", "");
  };

  const close = (form) => {
    for (const question of form.querySelectorAll("[data-ask]")) question.hidden = true;
    for (const more of form.querySelectorAll(".door-more[open]")) more.open = false;
    rove(rowOf(form));
    const focus = document.getElementById(pressed.get(form.id));
    const place = focus && focus.checkVisibility() ? focus : form.querySelector("[data-choices] [tabindex='0']");
    place.focus({ preventScroll: true });
  };

  const showAll = () => {
    for (const form of document.querySelectorAll(".door-form")) show(form);
  };

  // --- Without a place to lay it away: the same tap again and again, and the page says to stay
  let tries = 0;
  const keepTrying = (form, button) => {
    inMemory.set(form.id, button);
    window.onus.unsafe = inMemory.size;
    show(form);
    tries += 1;
    setTimeout(() => {
      if (inMemory.has(form.id) && form.isConnected) form.requestSubmit(button && button.isConnected ? button : undefined);
    }, Math.min(60, 2 ** tries) * 1000);
  };

  const notSent = async (form, config, why) => {
    if (config.verb !== "post") { put(form, "keep"); return; }
    const key = config.formData.get("key");
    const letter = sending && sending.possible && sending.get(key);
    if (letter && await letter.safe) { sending.failed(key, why); return; }
    if (letter) sending.drop(key);
    keepTrying(form, pressedIn(form, config.formData.get("choice")));
  };

  // --- The tap's way there and back
  const begin = (event) => {
    const form = formIn(event.target);
    if (!form) return;
    const { verb, formData } = event.detail.requestConfig;
    remember(form);
    clear(form);
    if (verb !== "post" || !sending || !sending.possible || inMemory.has(form.id)) return;
    const row = rowId(form);
    const wait = !navigator.onLine || sending.waiting(row).length > 0;
    const choice = formData.get("choice");
    const letter = sending.tap({ session: Number(page.dataset.session), row, data: formData, words: wordsOf(form, choice), onItsWay: !wait });
    letter.choice = choice;
    form.elements.key.value = window.crypto.randomUUID();
    if (!wait) return;
    event.preventDefault();
    close(form);
    show(form);
    say(rowOf(form));
    letter.safe.then((safe) => {
      if (safe) { sending.failed(letter.key, navigator.onLine ? sending.why() : "line"); return; }
      sending.drop(letter.key);
      keepTrying(form, pressedIn(form, choice));
    });
  };

  const saved = (form, html) => {
    inMemory.delete(form.id);
    window.onus.unsafe = inMemory.size;
    if (!inMemory.size) tries = 0;
    document.dispatchEvent(new CustomEvent("onus:saved", { detail: { id: form.id, html } }));
  };

  const settled = (form, config, status, html) => {
    const key = config.formData.get("key");
    if (status === 200) saved(form, html);
    if (!sending || !sending.possible) return;
    if (config.verb !== "post") sending.decided(rowId(form));
    else if (status === 200) sending.decided(rowId(form), key);
    else if (status === 409) sending.asks(key);
    else sending.drop(key);
  };

  // Signed out meanwhile: the answer is the page to sign in, which is no row.
  const look = (event) => {
    const form = formIn(event.target);
    if (!form || !event.detail.shouldSwap) return;
    const { requestConfig, xhr, serverResponse } = event.detail;
    if (serverResponse.includes(`id="${form.id}"`)) {
      waitingText.set(form.id, newer(form));
      settled(form, requestConfig, xhr.status, serverResponse);
      return;
    }
    event.detail.shouldSwap = false;
    notSent(form, requestConfig, "out");
  };

  const came = (form) => {
    rove(rowOf(form));
    count();
    const carried = carryOver(waitingText.get(form.id) || { values: [], typing: null });
    waitingText.delete(form.id);
    const wrong = form.querySelector("[aria-invalid=true]");
    const before = pressed.get(form.id);
    const again = wrong || (before && document.getElementById(before)) || form.querySelector("[data-choices] [tabindex='0']");
    if (before !== undefined && !carried && again) again.focus({ preventScroll: !wrong });
    pressed.delete(form.id);
    typed.delete(form.id);
    show(form);
    document.dispatchEvent(new CustomEvent("onus:row"));
    say(rowOf(form));
  };

  const settle = (event) => {
    const form = document.getElementById(event.target.id);
    if (form && form.matches(".door-form")) came(form);
  };

  // A letter has its answer.
  const answered = ({ detail }) => {
    answers.set(detail.key, detail);
    const form = document.getElementById(`mark-${detail.row}`);
    if (!form || String(detail.session) !== page.dataset.session) return;
    if (!detail.html) { show(form); return; }
    waitingText.set(form.id, newer(form));
    if (form.contains(document.activeElement)) pressed.set(form.id, document.activeElement.id); else pressed.delete(form.id);
    const coming = document.createElement("template");
    coming.innerHTML = detail.html;
    const row = coming.content.querySelector(".door-form");
    form.replaceWith(row);
    window.htmx.process(row);
    if (detail.state === "saved") saved(row, detail.html);
    came(row);
  };

  const onDrop = (event) => {
    const button = event.target.closest("[data-unsent-drop]");
    if (!button) return;
    const form = formIn(button);
    const row = rowId(form);
    const dropped = [...sending.asked(row), ...sending.waiting(row)].map((letter) => letter.key);
    sending.drop(...dropped);
    // As it stands now, without what was dropped; where the row wasn't answered for, it is as it was.
    if (dropped.some((key) => answers.get(key)?.html)) window.htmx.ajax("GET", form.action, { target: form, source: form, swap: "outerHTML" });
  };

  // Signed in again, the page's tokens are new.
  const introduced = ({ detail }) => {
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = detail.csrf;
  };

  const noAnswer = (event) => { const form = formIn(event.target); if (form) notSent(form, event.detail.requestConfig, "line"); };

  // In the capture phase, before htmx takes the click for a tap.
  document.addEventListener("click", onClick, true);
  document.addEventListener("click", onDrop);
  document.addEventListener("keydown", walk);
  document.addEventListener("keydown", enter);
  document.addEventListener("htmx:beforeRequest", begin);
  document.addEventListener("htmx:beforeSwap", look);
  document.addEventListener("htmx:afterSettle", settle);
  for (const name of ["sendError", "timeout", "responseError"]) document.addEventListener(`htmx:${name}`, noAnswer);
  document.addEventListener("onus:changed", showAll);
  document.addEventListener("onus:answered", answered);
  document.addEventListener("onus:introduced", introduced);
  rove(document);
  // A kept copy is of the server's count.
  count();
})();
