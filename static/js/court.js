// The courts' pages: one tick for all rows, and a file compared by its fingerprint. Both are extras: all works without.
"use strict";

(() => {
  const all = document.querySelector("[data-tick-all]");
  if (all) {
    const boxes = () => [...document.querySelectorAll(`input[type=checkbox][name="${all.dataset.tickAll}"]`)];
    const follow = () => {
      const ticked = boxes().filter((box) => box.checked).length;
      all.checked = ticked > 0 && ticked === boxes().length;
      all.indeterminate = ticked > 0 && !all.checked;
    };
    all.addEventListener("change", () => { for (const box of boxes()) box.checked = all.checked; });
    document.addEventListener("change", (event) => { if (event.target.name === all.dataset.tickAll) follow(); });
    // Back from the next page the browser may keep what was ticked.
    window.addEventListener("pageshow", follow);
    all.closest("label").hidden = false;
  }

  // Only a page that came safely may compute one; elsewhere the question isn't put.
  const check = document.querySelector("[data-file-check]");
  const wanted = document.querySelector("[data-sha256]");
  if (check && wanted && window.crypto && window.crypto.subtle) {
    const said = check.querySelector("[role=status]");
    const compare = async (file) => {
      const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
      const found = [...sum].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      const same = found === wanted.dataset.sha256;
      said.className = same ? "good" : "late";
      said.textContent = same ? said.dataset.same : said.dataset.other;
    };
    const unread = () => { said.className = "late"; said.textContent = said.dataset.unread; };
    const chosen = check.querySelector("input");
    // Else a browser says nothing when the same name is chosen again, whatever became of the file meanwhile.
    chosen.addEventListener("click", () => { chosen.value = ""; });
    chosen.addEventListener("change", () => {
      said.textContent = "";
      const [file] = chosen.files;
      if (file) compare(file).catch(unread);
    });
    check.hidden = false;
  }
})();
