// Signing out: asks where marks wait on this phone, and takes the kept rosters away.
"use strict";

(() => {
  const { unsent } = window.onus;
  const question = document.querySelector("[data-leave]");
  const isSignOut = (form) => form.matches("form[method=post][action$='/sign-out/']");

  const forget = async () => {
    if (!window.caches) return;
    for (const name of await window.caches.keys()) if (name.startsWith("onus-")) await window.caches.delete(name);
  };

  const waiting = async () => {
    if (!unsent.possible) return 0;
    const owner = await unsent.owner();
    return owner ? (await unsent.of(owner)).length : 0;
  };

  const leave = async (form) => {
    const count = question ? 0 : await waiting().catch(() => 0);
    // The page to sign out says how many, and has both buttons.
    if (count) { window.onus.leaving = true; window.location.assign(form.action); return; }
    await forget().catch(() => {});
    HTMLFormElement.prototype.submit.call(form);
  };

  const onSubmit = (event) => {
    if (!isSignOut(event.target)) return;
    event.preventDefault();
    leave(event.target);
  };

  const ask = async () => {
    const count = await waiting();
    if (!count) return;
    const words = question.querySelector("[data-leave-count]");
    words.textContent = count === 1 ? words.dataset.one : words.dataset.many.replace("#", count);
    question.hidden = false;
    const button = document.querySelector("form[action$='/sign-out/'] [data-leave-anyway]");
    if (button) button.textContent = button.dataset.leaveAnyway;
  };

  // Nobody is signed in where one signs in: nothing of whoever was is kept for the next.
  const cleanUp = async () => {
    await forget();
    if (unsent.possible) await unsent.setOwner("");
  };

  document.addEventListener("submit", onSubmit);
  if (question) ask().catch(() => {});
  if (document.querySelector("[data-signed-out]")) cleanUp().catch(() => {});
})();
