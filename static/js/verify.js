// /verify/: what a square code brought after the # fills the form, and is gone from the address bar.
"use strict";

(() => {
  const form = document.querySelector("[data-verify]");
  const brought = window.location.hash.slice(1);
  if (!form || !brought) return;
  window.history.replaceState(null, "", window.location.pathname);
  // Only the code comes after the last dot; a number may have one.
  const dot = brought.lastIndexOf(".");
  if (dot < 1) return;
  let number;
  try { number = decodeURIComponent(brought.slice(0, dot)); } catch { return; }
  form.elements.number.value = number;
  form.elements.code.value = brought.slice(dot + 1).replace(/[^0-9A-Za-z-]/g, "").replace(/(.{4})(?=[^-])/g, "$1-");
  form.querySelector("button[type=submit]").focus();
})();
