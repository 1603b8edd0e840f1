// Keeps what is typed into a form in this window until it is saved: nothing is lost by a time-out or a closed lid.
// The key holds the version of what the form shows, so that nothing old comes back over something newer.

const state = document.getElementById("kept-state");

for (const form of document.querySelectorAll("form[data-keep]")) {
  const key = `zongbu-form-${form.dataset.keep}`;
  const fields = () => [...form.elements].filter((one) => one.name && !["hidden", "file", "submit"].includes(one.type));
  const values = () =>
    fields()
      .filter((one) => !["radio", "checkbox"].includes(one.type) || one.checked)
      .map((one) => [one.name, one.value]);
  const loaded = JSON.stringify(values());

  const wrong = form.querySelector(".error-summary");
  const kept = sessionStorage.getItem(key);
  if (kept && kept !== loaded && !wrong) {
    const known = new Map(JSON.parse(kept));
    for (const one of fields()) {
      if (one.type === "radio" || one.type === "checkbox") one.checked = known.get(one.name) === one.value;
      else if (known.has(one.name)) one.value = known.get(one.name);
    }
    if (state) state.textContent = state.dataset.restored;
  }

  form.addEventListener("input", () => {
    sessionStorage.setItem(key, JSON.stringify(values()));
    if (state) state.textContent = state.dataset.kept;
  });
}
