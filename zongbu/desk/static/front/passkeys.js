// Says on the page what allauth's scripts would only tell the console.
document.addEventListener("allauth.error", (event) => {
  const said = document.getElementById("passkey-failed");
  if (!said) return;
  event.preventDefault();
  said.hidden = false;
});
