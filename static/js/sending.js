// Taps on their way: each is sealed and laid away before it is sent, and taken out once the server has answered for it.
// What couldn't be sent goes up by itself, in order, when the same person is signed in and there is a line.
"use strict";

(() => {
  const { sealing, unsent } = window.onus;
  const facts = document.querySelector("[data-unsent-page]");
  if (!facts) return;
  const { owner, address } = facts.dataset;
  const BATCH = 20;
  const PATIENCE = 15_000;
  // In seconds. A phone finds a line again without always saying so: one never waits long.
  const PAUSES = [1, 2, 4, 8, 15, 30];
  const here = Number(facts.dataset.session);
  // By key, in order: {key, session, row, sealed, stored, onItsWay, asked, words}. A note about the evening has row 0.
  const letters = new Map();
  const possible = sealing.possible && unsent.possible;
  // Why nothing goes up: "" (it does), "line", "out", "other", "barred".
  let why = "";
  let busy = false;
  let tries = 0;
  let timer = 0;
  let due = 0;

  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`onus:${name}`, { detail }));
  const changed = () => tell("changed", { why });
  // Of one man's row in one session: he may have waited in another one too. A note stands for itself.
  const ofRow = (row, session = here) => [...letters.values()].filter((one) => row && one.row === row && one.session === session);
  const waits = (letter) => !letter.onItsWay && !letter.asked;
  // In one row of this page; in all of all sessions, where none is named.
  const waiting = (row) => (row === undefined ? [...letters.values()] : ofRow(row)).filter(waits);

  const refresh = async () => {
    for (const { order, ...letter } of await unsent.of(owner)) {
      if (!letters.has(letter.key)) letters.set(letter.key, { ...letter, stored: true });
    }
  };

  // --- Before it is sent

  const store = async (letter, said) => {
    const { key, session, row } = letter;
    const bound = [owner, session, row, key].join("|");
    letter.sealed = await sealing.seal(sealing.fromBase64(facts.dataset.sealTo), bound, said);
    if (!letters.has(key)) return;
    await unsent.put({ key, owner, session, row, sealed: letter.sealed });
    letter.stored = true;
    if (!letters.has(key)) await unsent.drop([key]);
  };

  // `data`: what the form says. The letter's promise tells whether it lies safe.
  const tap = ({ session, row, data, words, onItsWay }) => {
    const before = ofRow(row, session).filter((letter) => !letter.asked).at(-1);
    const own = ["csrfmiddlewaretoken", "key", "seen"];
    const fields = Object.fromEntries([...data].filter(([name]) => !own.includes(name)));
    const letter = { key: data.get("key"), session, row, onItsWay, words };
    const said = { fields, seen: data.get("seen"), after: before ? before.key : "", at: new Date().toISOString() };
    letters.set(letter.key, letter);
    letter.safe = store(letter, said).then(() => true, () => false);
    letter.safe.then(changed);
    return letter;
  };

  // --- After the server has answered

  const drop = async (...keys) => {
    for (const key of keys) letters.delete(key);
    changed();
    await unsent.drop(keys).catch(() => {});
  };

  // The row has been decided: what asked there asks no more.
  const decided = (row, key, session = here) => {
    drop(...[key].filter(Boolean), ...ofRow(row, session).filter((letter) => letter.asked).map((letter) => letter.key));
    // There was an answer, so there is a line.
    if (next().length) again(0);
  };

  const asks = (key) => {
    const letter = letters.get(key);
    if (!letter) return;
    const earlier = ofRow(letter.row, letter.session).filter((other) => other.asked && other !== letter);
    Object.assign(letter, { onItsWay: false, asked: true });
    drop(...earlier.map((other) => other.key));
  };

  // Without an answer: `seen` tells what was in its place.
  const failed = (key, seen) => {
    const letter = letters.get(key);
    if (!letter) return;
    letter.onItsWay = false;
    why = seen;
    changed();
    again(seen === "line" ? pause() : 0);
  };

  // --- Going up

  const fetched = (method, body, csrf) => fetch(address, {
    method,
    body,
    redirect: "manual",
    cache: "no-store",
    headers: csrf ? { "X-CSRFToken": csrf, "Content-Type": "application/json" } : {},
    signal: AbortSignal.timeout(PATIENCE),
  });

  // Who is signed in now; the token of the page may be of an earlier time.
  const introduced = async () => {
    const answer = await fetched("GET");
    if (answer.type === "opaqueredirect") return { no: "out" };
    if (answer.status === 403 || answer.status === 404) return { no: "barred" };
    if (!answer.ok) return { no: "line" };
    const said = await answer.json();
    return said.owner === owner ? { csrf: said.csrf } : { no: "other" };
  };

  const sent = async (some, csrf) => {
    const body = { letters: some.map(({ key, session, row, sealed }) => ({ key, session, row, sealed: sealing.toBase64(sealed) })) };
    const answer = await fetched("POST", JSON.stringify(body), csrf);
    if (!answer.ok || answer.type === "opaqueredirect") throw new Error(`status ${answer.status}`);
    return (await answer.json()).answers;
  };

  const take = (answer) => {
    const letter = letters.get(answer.key);
    if (!letter) return;
    if (answer.state === "saved") decided(letter.row, answer.key, letter.session);
    else if (answer.state === "replaced") drop(answer.key);
    else asks(answer.key);
    tell("answered", { ...answer, row: letter.row, session: letter.session });
  };

  const next = () => [...letters.values()].filter((letter) => letter.stored && waits(letter));
  const place = ({ session, row, key }) => (row ? `${session}/${row}` : key);

  const sendAll = async () => {
    const { no = "", csrf } = await introduced();
    if (no) return no;
    tell("introduced", { csrf });
    // One that the server can't answer must not hold up the others.
    let size = BATCH;
    const stuck = new Set();
    for (let some = next(); some.length; some = next().filter((letter) => !stuck.has(place(letter)))) {
      const batch = some.slice(0, size);
      try { for (const answer of await sent(batch, csrf)) take(answer); } catch (error) {
        if (!String(error.message).startsWith("status")) throw error;
        if (batch.length === 1) stuck.add(place(batch[0]));
        size = 1;
      }
    }
    return stuck.size ? "line" : "";
  };

  const flush = async () => {
    if (busy || !possible) return;
    busy = true;
    // What this page knows of goes up also where the rest can't be read.
    await refresh().catch(() => {});
    why = next().length ? await sendAll().catch(() => "line") : why === "line" ? "" : why;
    busy = false;
    tries = why ? tries + 1 : 0;
    changed();
    if (next().length) again(pause());
  };

  const pause = () => PAUSES[Math.min(tries, PAUSES.length - 1)];

  // The earliest counts: whoever goes on tapping must not put it off each time.
  const again = (seconds) => {
    const at = Date.now() + seconds * 1000;
    if (due > Date.now() && due <= at) return;
    clearTimeout(timer);
    due = at;
    timer = setTimeout(() => { due = 0; flush(); }, seconds * 1000);
  };

  const now = () => { tries = 0; if (!document.hidden) again(0); };

  // --- Before the page is left

  // By whom the page is being left, where that is a form: what was typed there goes along.
  const typed = () => [...document.querySelectorAll("main textarea, main input[type=text]")].some(
    (field) => field.form !== window.onus.leavingBy && field.value !== field.defaultValue,
  );

  const warn = (event) => {
    if (window.onus.leaving || !letters.size && !window.onus.unsafe && !typed()) return;
    event.preventDefault();
  };

  window.onus.sending = {
    possible,
    tap,
    drop,
    decided,
    asks,
    failed,
    waiting,
    asked: (row) => ofRow(row).filter((letter) => letter.asked),
    all: () => [...letters.values()].filter((letter) => !letter.onItsWay),
    get: (key) => letters.get(key),
    why: () => why,
    flush: now,
  };
  window.addEventListener("online", now);
  window.addEventListener("focus", now);
  document.addEventListener("visibilitychange", now);
  window.addEventListener("beforeunload", warn);
  document.addEventListener("submit", (event) => { window.onus.leavingBy = event.defaultPrevented ? null : event.target; });
  document.addEventListener("DOMContentLoaded", () => {
    if (!possible) return;
    unsent.setOwner(owner).catch(() => {});
    flush();
  });
})();
