// A box in the head of a list that chooses all of its page. Without scripts one chooses each.
const boxes = [...document.querySelectorAll('input[name="pk"][form="bulk"]')];
const head = boxes.length > 1 && boxes[0].closest("table").querySelector("thead th");
if (head) {
  const all = document.createElement("input");
  all.type = "checkbox";
  all.className = "form-check-input";
  all.setAttribute("aria-label", "Choose all on this page");
  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  };
  all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
  boxes.forEach((box) => box.addEventListener("change", show));
  // After the back button the boxes stand as they were left.
  window.addEventListener("pageshow", show);
  head.replaceChildren(all);
}
