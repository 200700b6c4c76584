// Where letters lie until the server has answered: in this browser, beside nothing but ids.
"use strict";

window.onus = window.onus || {};

(() => {
  const LETTERS = "letters";
  const WHOSE = "whose";
  let opened = null;

  const open = () => {
    opened = opened || new Promise((resolve, reject) => {
      const asked = window.indexedDB.open("onus", 1);
      asked.onupgradeneeded = () => {
        // In the order in which they were written, across tabs and restarts; without the hour, which is sealed.
        asked.result.createObjectStore(LETTERS, { keyPath: "order", autoIncrement: true }).createIndex("key", "key", { unique: true });
        asked.result.createObjectStore(WHOSE);
      };
      asked.onsuccess = () => {
        const database = asked.result;
        // A phone that was put away may close it behind the page's back.
        database.onclose = () => { opened = null; };
        database.onversionchange = () => { opened = null; database.close(); };
        resolve(database);
      };
      asked.onerror = () => reject(asked.error);
      asked.onblocked = () => reject(new Error("another page holds it"));
    });
    opened.catch(() => { opened = null; });
    return opened;
  };

  const begin = async (store, mode) => (await open()).transaction(store, mode, { durability: "strict" });

  const within = async (store, mode, work) => {
    const transaction = await begin(store, mode).catch(() => { opened = null; return begin(store, mode); });
    return new Promise((resolve, reject) => {
      let found;
      work(transaction.objectStore(store), (value) => { found = value; });
      transaction.oncomplete = () => resolve(found);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  };

  const put = (letter) => within(LETTERS, "readwrite", (store) => store.add(letter));

  const drop = (keys) => within(LETTERS, "readwrite", (store) => {
    for (const key of keys) {
      const asked = store.index("key").getKey(key);
      asked.onsuccess = () => { if (asked.result !== undefined) store.delete(asked.result); };
    }
  });

  // Only one's own: another user of this phone isn't shown that there are others.
  const of = async (owner) => {
    const all = await within(LETTERS, "readonly", (store, found) => {
      const asked = store.getAll();
      asked.onsuccess = () => found(asked.result);
    });
    return all.filter((letter) => letter.owner === owner);
  };

  // Who was seen last on a roster, for the question at signing out; nobody after that.
  const setOwner = (owner) => within(WHOSE, "readwrite", (store) => store.put(owner, "now"));
  const owner = () => within(WHOSE, "readonly", (store, found) => {
    const asked = store.get("now");
    asked.onsuccess = () => found(asked.result || "");
  });

  window.onus.unsent = { possible: Boolean(window.indexedDB), put, drop, of, owner, setOwner };
})();
