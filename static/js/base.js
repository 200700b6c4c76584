// What every page has: the error summary takes the focus, menus close, nothing is sent twice.
"use strict";

(() => {
  const focusSummary = (root) => {
    const summary = root.querySelector("[data-error-summary]");
    if (summary) summary.focus();
  };

  // A link in the summary leads into the field itself, also where that is a group of choices.
  const toField = (event) => {
    const link = event.target.closest("[data-error-summary] a[href^='#']");
    const place = link && document.getElementById(link.hash.slice(1));
    if (!place) return;
    const field = place.matches("input, select, textarea, button") ? place : place.querySelector("input, select, textarea");
    if (!field) return;
    event.preventDefault();
    field.focus();
    (document.querySelector(`label[for="${CSS.escape(field.id)}"]`) || field).scrollIntoView({ block: "center" });
  };

  const closeMenus = (but) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!but || !menu.contains(but)) menu.open = false;
    }
  };

  const onEscape = (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  };

  // <form data-once>: a second press within the same page view sends nothing.
  const once = (event) => {
    const form = event.target;
    if (!form.matches("form[data-once]")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  };

  const again = () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  };

  document.addEventListener("click", (event) => { toField(event); closeMenus(event.target); });
  document.addEventListener("keydown", onEscape);
  document.addEventListener("submit", once);
  document.addEventListener("htmx:afterSwap", (event) => focusSummary(event.target));
  // Back from the next page the browser may show this one as it was left.
  window.addEventListener("pageshow", again);
  focusSummary(document);

  // On a phone the places to go stand in one row that scrolls: where one is, shows.
  const here = document.querySelector(".site-nav [aria-current]");
  if (here) here.scrollIntoView({ block: "nearest", inline: "center" });

  // <button data-print>: prints; without a script the browser's own command does.
  document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
})();
