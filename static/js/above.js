// What stands above the rosters: how many taps wait, why, and those that can't be saved and have no row here.
"use strict";

(() => {
  const page = document.querySelector("[data-unsent-page]");
  const { sending } = window.onus;
  if (!page || !sending || !sending.possible) return;
  const line = page.querySelector("[data-unsent-count]");
  const elsewhere = page.querySelector("[data-unsent-elsewhere]");
  const lost = page.querySelector("[data-unsent-lost]");
  const answers = new Map();

  const here = ({ session, row }) => String(session) === page.dataset.session && document.getElementById(`mark-${row}`);

  const countAll = () => {
    const count = sending.all().length;
    line.hidden = !count;
    if (!count) return;
    const words = count === 1 ? line.dataset.one : line.dataset.many.replace("#", count);
    // Said once: a screen reader hears each change of this line.
    const [number, reason] = [line.querySelector("b"), line.querySelector("span")];
    if (number.textContent !== words) number.textContent = words;
    const why = sending.waiting().length ? sending.why() : "";
    if (reason.dataset.why === why) return;
    reason.dataset.why = why;
    const template = why && document.querySelector(`template[data-unsent-why="${why}"]`);
    reason.replaceChildren(...(template ? template.content.cloneNode(true).childNodes : []));
  };

  const pointElsewhere = () => {
    const asked = sending.all().filter((letter) => letter.asked && answers.get(letter.key) && !here(letter));
    const there = asked.find((letter) => answers.get(letter.key).html && String(letter.session) !== page.dataset.session);
    elsewhere.hidden = !there;
    if (there) elsewhere.querySelector("a").href = `/sessions/${there.session}/#person-${there.row}`;
    const gone = asked.find((letter) => letter !== there && !answers.get(letter.key).html);
    lost.hidden = !gone;
    if (!gone) return;
    const { tap, why } = answers.get(gone.key);
    lost.querySelector("span").textContent = [tap && `“${tap}”:`, why].filter(Boolean).join(" ");
    const button = lost.querySelector("button");
    button.textContent = gone.row ? button.dataset.tap : button.dataset.note;
    button.onclick = () => sending.drop(gone.key);
  };

  const show = () => { countAll(); pointElsewhere(); };

  document.addEventListener("onus:answered", ({ detail }) => { answers.set(detail.key, detail); show(); });
  document.addEventListener("onus:changed", show);
  // To sign in is the way on, and nothing is lost by it.
  document.addEventListener("click", (event) => { if (event.target.closest("[data-unsent-leave]")) window.onus.leaving = true; });
})();
