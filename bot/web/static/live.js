// Makes pages that already work without a script a little quicker: the demo's progress as it
// happens, a print button, and the keyboard put where something is missing. Keeps nothing.
"use strict";

const bar = document.querySelector("[data-progress]");
if (bar && window.EventSource) {
  const words = document.querySelector("[data-progress-words]");
  const again = () => window.location.reload();
  const source = new EventSource(bar.dataset.progress);
  source.onmessage = (event) => {
    const state = JSON.parse(event.data);
    bar.value = state.progress;
    if (words && state.words) words.textContent = state.words;
    if (state.ready) {
      source.close();
      again();
    }
  };
  source.onerror = () => {
    source.close();
    window.setTimeout(again, 5000);
  };
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

const missing = document.querySelector(".err[tabindex]");
if (missing) missing.focus();
