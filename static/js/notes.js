// A note about the evening goes the way of a tap: sealed, laid away, and sent when there is a line and its writer is
// signed in. What can't go that way is a form like any other.
"use strict";

(() => {
  const page = document.querySelector("[data-unsent-page]");
  const section = document.getElementById("notes");
  const { sending } = window.onus;
  if (!page || !section || !sending || !sending.possible) return;
  const session = Number(page.dataset.session);
  const line = section.querySelector("[data-note-waits]");
  const list = section.querySelector("[data-notes]");
  // As the server has it, which says so of a longer one.
  const LONGEST = 4000;

  const show = () => {
    const waiting = sending.waiting().filter((letter) => !letter.row && letter.session === session).length;
    const words = sending.why() ? line.dataset.waits : line.dataset.sending;
    line.hidden = !waiting;
    if (waiting && line.textContent !== words) line.textContent = words;
  };

  const empty = (form) => {
    form.elements.key.value = window.crypto.randomUUID();
    const { text, about } = form.elements;
    text.value = text.defaultValue = about.value = "";
    form.closest("details").open = false;
    form.closest("details").querySelector("summary").focus({ preventScroll: true });
  };

  const write = async (form) => {
    const letter = sending.tap({ session, row: 0, data: new FormData(form), words: "", onItsWay: false });
    if (await letter.safe) { empty(form); sending.flush(); return; }
    sending.drop(letter.key);
    form.dataset.plain = "yes";
    form.requestSubmit();
  };

  const onSubmit = (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("form[data-note]") || form.dataset.plain) return;
    const text = form.elements.text.value.trim();
    if (!text || text.length > LONGEST) return;
    event.preventDefault();
    write(form).finally(() => { delete form.dataset.sent; });
  };

  const answered = ({ detail }) => {
    if (detail.row || detail.session !== session || !detail.html) return;
    list.hidden = false;
    list.insertAdjacentHTML("beforeend", detail.html);
    section.querySelector("[data-note-said]").textContent = line.dataset.saved;
  };

  document.addEventListener("submit", onSubmit);
  document.addEventListener("onus:changed", show);
  document.addEventListener("onus:answered", answered);
})();
