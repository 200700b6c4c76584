// Keys of the office: `/` to the search, `g` and a letter to a page, `?` to what there is. Off where somebody turned them off.
"use strict";

(() => {
  const OFF = "onus-keys-off";
  const PATIENCE_MS = 1500;
  let led = 0;

  const off = () => { try { return localStorage.getItem(OFF) === "yes"; } catch { return false; } };
  const turn = (on) => { try { if (on) localStorage.removeItem(OFF); else localStorage.setItem(OFF, "yes"); } catch { /* a browser that keeps nothing */ } };

  const typing = (place) => place.closest("input, textarea, select, [contenteditable]") !== null;
  const link = (key) => document.querySelector(`.site-nav a[data-key="${CSS.escape(key)}"]`);

  const onKey = (event) => {
    if (off() || event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (Date.now() - led < PATIENCE_MS) {
      led = 0;
      const there = link(event.key);
      if (there) { event.preventDefault(); there.click(); }
      return;
    }
    if (event.key === "g") { led = Date.now(); return; }
    const search = document.querySelector("main input[type=search], .site-search input[type=search]");
    if (event.key === "/" && search) { event.preventDefault(); search.focus(); search.select(); }
    const help = document.querySelector("[data-shortcuts]");
    if (event.key === "?" && help) { event.preventDefault(); help.click(); }
  };

  document.addEventListener("keydown", onKey);

  // The page of shortcuts: where they are turned off and on.
  const place = document.querySelector("[data-keys-off]");
  if (place) {
    const box = place.querySelector("[data-keys-switch]");
    box.checked = !off();
    box.addEventListener("change", () => turn(box.checked));
    place.hidden = false;
  }
})();
