// Seals a letter to the server: this page can write it, and nobody on this phone can read it back. vault/sealed.py is
// the other half, and says what a letter looks like.
"use strict";

window.onus = window.onus || {};

(() => {
  const VERSION = 1;
  const INFO = "onus unsent v1";
  // Its length would tell a short mark from a long one.
  const ROUND = 1024;
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const bytes = (words) => new TextEncoder().encode(words);

  const joined = (...parts) => {
    const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) { whole.set(part, at); at += part.length; }
    return whole;
  };

  const padded = (plain) => {
    const whole = new Uint8Array(Math.ceil(plain.length / ROUND) * ROUND).fill(0x20);
    whole.set(plain);
    return whole;
  };

  // `to`: the server's public point; `bound`: whose letter it is and for what. Gives back bytes.
  const seal = async (to, bound, said) => {
    const { subtle } = window.crypto;
    const theirs = await subtle.importKey("raw", to, curve, false, []);
    const once = await subtle.generateKey(curve, false, ["deriveBits"]);
    const point = new Uint8Array(await subtle.exportKey("raw", once.publicKey));
    const shared = await subtle.deriveBits({ name: "ECDH", public: theirs }, once.privateKey, 256);
    const secret = await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
    const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: joined(bytes(INFO), point, to) };
    const key = await subtle.deriveKey(how, secret, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
    const iv = window.crypto.getRandomValues(new Uint8Array(12));
    const parameters = { name: "AES-GCM", iv, additionalData: bytes(bound) };
    const sealed = await subtle.encrypt(parameters, key, padded(bytes(JSON.stringify(said))));
    return joined(new Uint8Array([VERSION]), point, iv, new Uint8Array(sealed));
  };

  const fromBase64 = (words) => Uint8Array.from(window.atob(words), (letter) => letter.charCodeAt(0));
  const toBase64 = (whole) => window.btoa(Array.from(whole, (one) => String.fromCharCode(one)).join(""));

  window.onus.sealing = { possible: Boolean(window.crypto && window.crypto.subtle && window.crypto.randomUUID), seal, fromBase64, toBase64 };
})();
