// Says under a box, while somebody types, what could point to someone. Without it nothing is lost: the
// same check comes before anything is kept. Keeps nothing, and sends words only to our own address.
"use strict";

const LONGEST = 3000; // characters that a box may send at all; a longer text is told so when it is sent
const PAUSE = 700; // milliseconds without a key before words are looked at

function told(words, details) {
  const letters = Array.from(words); // offsets count code points
  const parts = details.slice(0, 6).map((detail) => {
    const found = letters.slice(detail.start, detail.end).join("").slice(0, 60);
    return { found, note: detail.note };
  });
  return { parts, more: details.length - parts.length };
}

function show(place, words, details) {
  place.replaceChildren();
  if (!details.length) return;
  const { parts, more } = told(words, details);
  const head = document.createElement("p");
  head.textContent =
    details.length === 1
      ? "One detail could point to someone. You choose what happens to it when you send."
      : `${details.length} details could point to someone. You choose what happens to each when you send.`;
  const list = document.createElement("ul");
  for (const { found, note } of parts) {
    const item = document.createElement("li");
    const mark = document.createElement("mark");
    mark.textContent = found;
    item.append(mark, ` ${note}`);
    list.append(item);
  }
  if (more > 0) {
    const item = document.createElement("li");
    item.textContent = `and ${more} more`;
    list.append(item);
  }
  place.append(head, list);
}

function watch(box) {
  const token = box.form && box.form.querySelector("[name=csrf]");
  if (!token) return;
  const place = document.createElement("div");
  place.className = "hint typed";
  place.setAttribute("role", "status");
  box.after(place);
  let timer = 0;
  let asking = null;
  const ask = async () => {
    const words = box.value;
    if (asking) asking.abort();
    if (!words.trim() || Array.from(words).length > LONGEST) return show(place, "", []);
    asking = new AbortController();
    try {
      const answer = await fetch(box.dataset.check, {
        method: "POST",
        body: new URLSearchParams({ words, csrf: token.value }),
        credentials: "same-origin",
        signal: asking.signal,
      });
      if (!answer.ok) return show(place, "", []);
      const { details } = await answer.json();
      if (box.value === words) show(place, words, details);
    } catch {
      if (!asking.signal.aborted) show(place, "", []);
    }
  };
  box.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, PAUSE);
  });
  if (box.value.trim()) ask();
}

if (window.fetch && window.AbortController) {
  for (const box of document.querySelectorAll("textarea[data-check]")) watch(box);
}
