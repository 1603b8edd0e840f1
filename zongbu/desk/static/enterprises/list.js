// Keys of the list: / goes to the search box, j and k to the next and the previous enterprise, Enter opens it.

const typing = (target) => target.closest("input, select, textarea, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "/") {
    const box = document.getElementById("q");
    event.preventDefault();
    box.focus();
    box.select();
  } else if (event.key === "j" || event.key === "k") {
    const rows = [...document.querySelectorAll("[data-row]")];
    if (!rows.length) return;
    const at = rows.indexOf(document.activeElement);
    const next = event.key === "j" ? Math.min(at + 1, rows.length - 1) : Math.max(at - 1, 0);
    event.preventDefault();
    rows[next].focus();
  }
});

// A filter that is ticked is applied as soon as its menu closes; without scripts its button does it.
for (const menu of document.querySelectorAll("[data-filters] details.filter")) {
  const state = () => JSON.stringify([...new FormData(menu.closest("form")).entries()]);
  let before = state();
  menu.addEventListener("toggle", () => {
    if (menu.open) before = state();
    else if (state() !== before) menu.closest("form").requestSubmit();
  });
}
