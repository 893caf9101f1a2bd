// Shows beside an answer, while it is written, what people will read. Without it a button does the same.
// Keeps nothing, and sends what stands in the form only to our own address.
"use strict";

const QUIET = 400; // milliseconds without a key before what is typed is shown

function follow(place) {
  const form = document.getElementById(place.dataset.of);
  if (!form) return;
  let timer = 0;
  let asking = null;
  const ask = async () => {
    if (asking) asking.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(place.dataset.preview, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        credentials: "same-origin",
        signal: asking.signal,
      });
      if (!answer.ok) return;
      const made = document.createElement("template");
      made.innerHTML = await answer.text(); // our own page's piece, escaped where it was made
      place.replaceChildren(made.content);
    } catch {
      // What was shown last stays; the button still asks in the ordinary way.
    }
  };
  const later = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, QUIET);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  for (const button of document.querySelectorAll("[data-by-hand]")) button.hidden = true;
}

if (window.fetch && window.AbortController) {
  for (const place of document.querySelectorAll("[data-preview]")) follow(place);
}
