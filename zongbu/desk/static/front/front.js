// What makes the pages handier; everything works without it.

// Ctrl-K goes to the search box.
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    const search = document.getElementById("search");
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  }
  if (event.key === "Escape") closeMenus();
});

// Menus are <details>: one open at a time, closed by a click elsewhere or by Escape, which returns to the button.
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu === except) continue;
    const within = menu.contains(document.activeElement);
    menu.open = false;
    if (within && !except) menu.querySelector("summary").focus();
  }
}
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));

// The navigation of narrow screens.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-toggles]");
  if (!button) return;
  const target = document.getElementById(button.dataset.toggles);
  const open = target.classList.toggle("open");
  button.setAttribute("aria-expanded", String(open));
});

// After a form came back with errors, the list of them is what has to be read first.
document.querySelector("[data-focus]")?.focus();

// A region that scrolls sideways can be scrolled with the keyboard.
for (const region of document.querySelectorAll(".table-responsive")) {
  if (region.scrollWidth > region.clientWidth && !region.hasAttribute("tabindex")) region.tabIndex = 0;
}

// Print buttons.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
