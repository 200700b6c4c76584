// One letter for each mark, while the focus is in a row and not in a field.
"use strict";

(() => {
  const LETTERS = { p: "present", l: "late", e: "left_early", g: "gave_reason", a: "absent", s: "sent_home", n: "not_provided" };
  const FIELDS = "input, textarea, select, [contenteditable]";

  const buttonOf = (row, choice) => document.getElementById(`${row.id}-${choice}`);

  // What stands behind "⋯" or a question is shown before it is pressed, so that one sees what one did.
  const press = (row, choice) => {
    const button = buttonOf(row, choice);
    if (!button) return;
    const correct = button.closest(".door-correct");
    if (correct) correct.open = true;
    const rule = choice === "sent_home" && button.closest(".door-beside").querySelector("input");
    if (rule && !rule.value.trim()) {
      button.closest("details").open = true;
      rule.focus();
      return;
    }
    if (!button.closest("details:not([open])")) button.focus();
    button.click();
  };

  const onKey = (event) => {
    const { target, key } = event;
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
    const choice = LETTERS[key.toLowerCase()];
    const row = target.closest(".door-row");
    if (!choice || !row || target.closest(FIELDS)) return;
    event.preventDefault();
    press(row, choice);
  };

  const name = (root) => {
    for (const row of root.querySelectorAll(".door-row")) {
      for (const [letter, choice] of Object.entries(LETTERS)) buttonOf(row, choice)?.setAttribute("aria-keyshortcuts", letter.toUpperCase());
    }
  };

  const legend = document.querySelector("[data-keys]");
  if (legend && document.querySelector(".door-form")) legend.hidden = false;
  document.addEventListener("keydown", onKey);
  document.addEventListener("onus:row", () => name(document));
  name(document);
})();
