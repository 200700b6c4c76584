{% load i18n %}{% get_current_language as language %}// Keeps the rosters that were opened, for where there is no line: with their files, until two hours after the session.
"use strict";

const PAGES = "onus-rosters-1";
const FILES = "onus-files-1";
// How long a line may take before the kept copy is shown; the copy costs nothing, so this is short.
const PATIENCE = 4000;
const ROSTER = /^\/sessions\/\d+\/$/;
const KINDS = ["style", "script", "font", "image"];

// --- What is kept, and for how long

const until = (copy) => Number(copy.headers.get("X-Onus-Until"));

// Deletes what is over, and what belongs to somebody else than `owner`.
const sweep = async (owner = "") => {
  const pages = await caches.open(PAGES);
  for (const request of await pages.keys()) {
    const copy = await pages.match(request);
    const another = owner && copy.headers.get("X-Onus-Owner") !== owner;
    if (another || until(copy) <= Date.now()) await pages.delete(request);
  }
};

const keep = async (path, answer) => {
  // Redirected: signed out, and perhaps the same person comes back.
  if (answer.type === "opaqueredirect" || answer.redirected || answer.status >= 500) return;
  const owner = answer.headers.get("X-Onus-Owner") || "";
  const seconds = Number(answer.headers.get("X-Onus-Keep-For"));
  await sweep(owner);
  const pages = await caches.open(PAGES);
  if (!answer.ok || !owner || !(seconds > 0)) { await pages.delete(path); return; }
  const headers = new Headers(answer.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  headers.set("X-Onus-At", Date.now());
  headers.set("X-Onus-Until", Date.now() + seconds * 1000);
  await pages.put(path, new Response(await answer.blob(), { headers }));
};

const kept = async (path) => {
  const copy = await (await caches.open(PAGES)).match(path);
  if (!copy) return null;
  if (until(copy) <= Date.now()) { await sweep(); return null; }
  const at = Number(copy.headers.get("X-Onus-At"));
  const words = (await copy.text()).replace('data-kept-at=""', `data-kept-at="${at}"`);
  return new Response(words, { headers: copy.headers });
};

// --- Where there is a line, from there; else, or where it takes too long, what was kept

const patience = () => new Promise((_, over) => { setTimeout(over, PATIENCE); });

const page = async (path, asked) => {
  const copy = await kept(path);
  if (!copy) return elsewhere(asked, path);
  try {
    const answer = await Promise.race([asked, patience()]);
    return answer.status >= 500 ? copy : answer;
  } catch { return copy; }
};

const NO_LINE = "{% filter force_escape %}{% translate "There is no line, and this page isn't kept on this phone. A roster that you opened before is: open it again. Marks that wait for a line are kept, sealed." %}{% endfilter %}";
const TITLE = "{% filter force_escape %}{% translate "No line" %}{% endfilter %}";
const AGAIN = "{% filter force_escape %}{% translate "Try again" %}{% endfilter %}";

// What isn't kept: which rosters are, by the titles of their copies.
const elsewhere = async (asked, address) => {
  try { return await asked; } catch {
    const list = [];
    const pages = await caches.open(PAGES);
    await sweep();
    for (const request of await pages.keys()) {
      const title = (await (await pages.match(request)).text()).match(/<title>([^<]*)<\/title>/);
      list.push(`<li><a href="${new URL(request.url).pathname}">${title ? title[1].trim() : request.url}</a></li>`);
    }
    const files = await (await caches.open(FILES)).keys();
    const sheet = files.map((file) => new URL(file.url).pathname).find((file) => /\/css\/onus[.\w]*\.css$/.test(file));
    return new Response(`<!doctype html><html lang="{% if language == 'es' %}es-US{% else %}en-US{% endif %}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${TITLE}</title>${sheet ? `<link rel="stylesheet" href="${sheet}">` : ""}</head><body class="page-narrow"><main><h1>${TITLE}</h1>
<p>${NO_LINE}</p><ul>${list.join("")}</ul><p><a href="${address}">${AGAIN}</a></p></main></body></html>`,
      { headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'" } });
  }
};

const file = async (request, asked) => {
  const files = await caches.open(FILES);
  const copy = await files.match(request, { ignoreVary: true });
  if (!copy) return asked;
  try { return await Promise.race([asked, patience()]); } catch { return copy; }
};

const keepFile = async (request, answer) => {
  if (answer.ok && answer.type === "basic") await (await caches.open(FILES)).put(request, answer);
};

// --- Events

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim().then(() => sweep()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    const asked = fetch(request);
    if (!ROSTER.test(pathname)) { event.respondWith(elsewhere(asked, pathname)); return; }
    event.waitUntil(asked.then((answer) => keep(pathname, answer.clone())).catch(() => {}));
    event.respondWith(page(pathname, asked));
  } else if (KINDS.includes(request.destination)) {
    const asked = fetch(request);
    event.waitUntil(asked.then((answer) => keepFile(request, answer.clone())).catch(() => {}));
    event.respondWith(file(request, asked));
  }
});

// The first roster was opened before there was a worker to see it.
self.addEventListener("message", (event) => {
  const { roster, files } = event.data || {};
  if (!ROSTER.test(roster)) return;
  const fetched = async () => {
    await Promise.all(files.map(async (address) => keepFile(address, await fetch(address))));
    await keep(roster, await fetch(roster, { redirect: "manual" }));
  };
  event.waitUntil(fetched().catch(() => {}));
});
