// The kept copy of this roster: the worker keeps it, this page keeps it true and says when it is one.
"use strict";

(() => {
  const facts = document.querySelector("[data-unsent-page]");
  const PAGES = "onus-rosters-1";
  const EVERY = 60_000;
  if (!facts || !window.caches || !navigator.serviceWorker) return;
  const path = window.location.pathname;
  const { owner, keptAt } = facts.dataset;
  let writing = Promise.resolve();

  const sweep = async () => {
    const pages = await window.caches.open(PAGES);
    for (const request of await pages.keys()) {
      const { headers } = await pages.match(request);
      const over = Number(headers.get("X-Onus-Until")) <= Date.now();
      if (over || headers.get("X-Onus-Owner") !== owner) await pages.delete(request);
    }
  };

  // A row that the server has saved replaces the one in the copy, so that the next tap on the copy has seen that mark.
  const replace = async (id, html) => {
    const pages = await window.caches.open(PAGES);
    const copy = await pages.match(path);
    if (!copy || copy.headers.get("X-Onus-Owner") !== owner) return;
    const page = new DOMParser().parseFromString(await copy.text(), "text/html");
    const row = page.getElementById(id);
    if (!row) return;
    row.outerHTML = html;
    const { headers } = copy;
    await pages.put(path, new Response(`<!doctype html>\n${page.documentElement.outerHTML}`, { headers }));
  };

  const say = () => {
    const line = document.querySelector("[data-kept]");
    if (!line || !keptAt) return;
    const at = new Date(Number(keptAt)).toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });
    const words = line.querySelector("[data-words]");
    words.textContent = words.dataset.words.replace("#", at.toLowerCase());
    line.hidden = false;
  };

  const register = async () => {
    const controlled = Boolean(navigator.serviceWorker.controller);
    await navigator.serviceWorker.register("/sw.js", { scope: "/sessions/" });
    if (controlled || keptAt) return;
    const { active } = await navigator.serviceWorker.ready;
    const names = performance.getEntriesByType("resource").map((entry) => entry.name);
    const files = [...new Set(names)].filter((name) => new URL(name).pathname.startsWith("/static/"));
    active.postMessage({ roster: path, files });
  };

  document.addEventListener("onus:saved", (event) => {
    writing = writing.then(() => replace(event.detail.id, event.detail.html)).catch(() => {});
  });
  setInterval(() => { sweep().catch(() => {}); }, EVERY);
  say();
  sweep().catch(() => {});
  register().catch(() => {});
})();
