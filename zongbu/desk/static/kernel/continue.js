// Sends the form that goes on with long work as soon as the page is shown; without it there is its button.
document.querySelector("form[data-continues]")?.requestSubmit();
