// Forms that are no taps: before one is sent, whether there is a line and who is signed in, so that what was typed stays.
"use strict";

(() => {
  const words = document.querySelector("[data-line-words]");
  if (!words) return;
  const PATIENCE = 10_000;
  const facts = document.querySelector("[data-unsent-page]");

  // "" if it may go; else which of the sentences.
  const inTheWay = async () => {
    let answer;
    try {
      const signal = AbortSignal.timeout(PATIENCE);
      answer = await fetch(words.dataset.lineWords, { redirect: "manual", cache: "no-store", signal });
      if (answer.type === "opaqueredirect") return "out";
      if (!answer.ok) return answer.status >= 500 ? "line" : "";
      const { owner, csrf } = await answer.json();
      if (!facts) return "";
      if (owner !== facts.dataset.owner) return "other";
      for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = csrf;
      return "";
    } catch { return "line"; }
  };

  const say = (form, why) => {
    form.querySelector("[data-line-said]")?.remove();
    if (!why) return;
    const said = words.content.querySelector(`[data-why="${why}"]`).cloneNode(true);
    said.dataset.lineSaid = why;
    (form.querySelector("[type=submit]").closest(".actions") || form.querySelector("[type=submit]")).before(said);
  };

  const send = async (form, submitter) => {
    const why = await inTheWay();
    delete form.dataset.sent;
    say(form, why);
    if (why) return;
    form.dataset.asked = "yes";
    form.requestSubmit(submitter);
  };

  const onSubmit = (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("form[data-line]")) return;
    if (form.dataset.asked) { delete form.dataset.asked; return; }
    event.preventDefault();
    send(form, event.submitter);
  };

  document.addEventListener("submit", onSubmit);
})();
