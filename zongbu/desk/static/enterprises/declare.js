// Keeps a declaration as a draft while it is typed, and takes over last year's value. Everything works without it.

const form = document.querySelector("form[data-draft]");
const state = document.getElementById("draft-state");
const PAUSE = 4000; // ms without typing before what was typed is kept

let timer = 0;
let changed = false;
let saving = false;

form?.addEventListener("input", (event) => {
  if (event.target.type === "file") return;
  changed = true;
  schedule();
});
form?.addEventListener("submit", () => {
  changed = false;
  clearTimeout(timer);
});

function schedule() {
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE);
}

async function save() {
  if (saving) return schedule();
  saving = true;
  changed = false;
  const data = new FormData(form);
  data.delete("upload");
  try {
    const answer = await fetch(form.dataset.draft, {
      method: "POST",
      body: data,
      headers: { "X-Requested-With": "draft" },
      redirect: "error",
    });
    if (answer.status === 409) {
      tell(state.dataset.conflict);
    } else if (answer.ok) {
      const kept = await answer.json();
      form.elements.revision.value = kept.revision;
      tell(`${state.dataset.saved} ${kept.saved}`);
    }
  } catch {
    changed = true; // offline, or signed out: tried again with the next change; submitting says what is wrong
  }
  saving = false;
}

function tell(text) {
  const box = document.createElement("p");
  box.className = "status status-open";
  box.textContent = text;
  state.replaceChildren(box);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-reuse]");
  if (!link) return;
  const input = document.getElementById(link.dataset.reuse);
  if (!input) return;
  event.preventDefault();
  input.value = link.dataset.value;
  const unit = document.getElementById(`${link.dataset.reuse}_unit`);
  if (unit && link.dataset.unit) unit.value = link.dataset.unit;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.focus();
});

window.addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
