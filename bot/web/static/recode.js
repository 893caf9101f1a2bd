// Coding by keyboard alone, on the page of lines: every theme in two keys, the next words in one. Without it the
// boxes and buttons do the same. It can be switched off, never listens while somebody types, and keeps only that.
"use strict";

const OFF = "heardback.keys.off"; // in this browser alone: whether somebody switched the keys off
const TYPED_IN = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";

function keysOf(list) {
  const groups = new Map();
  for (const group of list.querySelectorAll("[data-group-key]")) {
    const themes = new Map();
    for (const theme of group.querySelectorAll("[data-theme-key]")) {
      themes.set(theme.dataset.themeKey, { id: theme.dataset.theme, name: theme.dataset.name });
    }
    groups.set(group.dataset.groupKey, { place: group, themes });
  }
  return groups;
}

function begin(list) {
  const items = [...document.querySelectorAll("[data-recode]")];
  const said = list.querySelector("[data-said]");
  const on = list.querySelector("[data-keys-on]");
  const groups = keysOf(list);
  let group = null;
  let saves = 0;

  const say = (words) => {
    said.textContent = words;
  };
  const here = () => items.findIndex((item) => item.contains(document.activeElement));
  const go = (to) => {
    const item = items[Math.max(0, Math.min(items.length - 1, to))];
    if (item) item.focus();
  };
  const pick = (key) => {
    if (group) group.place.classList.remove("picked");
    group = key ? groups.get(key) || null : null;
    if (!group) return;
    group.place.classList.add("picked");
    say(group.place.querySelector("[data-group-name]").textContent);
  };

  function toggle(item, theme) {
    const form = item.querySelector("form");
    let box = form.querySelector(`input[name=theme_id][value="${CSS.escape(theme.id)}"]`);
    if (box) {
      box.checked = !box.checked;
    } else {
      const label = document.createElement("label");
      box = document.createElement("input");
      Object.assign(box, { type: "checkbox", name: "theme_id", value: theme.id, checked: true });
      const name = document.createElement("span");
      name.textContent = theme.name;
      label.append(box, name);
      form.querySelector("fieldset").append(label);
    }
    say((box.checked ? list.dataset.added : list.dataset.takenOff).replace("{theme_name}", theme.name));
  }

  function none(item) {
    for (const box of item.querySelectorAll("input[name=theme_id]")) box.checked = false;
    item.querySelector("select[name=theme_id]").value = "";
    say(list.dataset.none);
  }

  async function save(item) {
    const form = item.querySelector("form");
    const body = new URLSearchParams(new FormData(form));
    saves += 1;
    body.set("once", `${body.get("once")}.${saves}`); // each saving is one of its own
    try {
      const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const title = page.querySelector("h1");
      const kept = answer.ok && page.querySelector(".f-recoded") !== null;
      const more = kept ? "" : [...page.querySelectorAll("main p")].map((p) => p.textContent).join(" ");
      say([title ? title.textContent : list.dataset.lost, more].join(" ").trim());
      if (!kept) return;
      item.classList.add("coded");
      form.querySelector("legend").firstChild.textContent = list.dataset.person;
      go(items.indexOf(item) + 1);
    } catch {
      say(list.dataset.lost);
    }
  }

  document.addEventListener("keydown", (event) => {
    if (!on.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest(TYPED_IN)) return;
    const key = event.key.toLowerCase();
    const at = here();
    const item = items[at];
    if (key === "j" && !group) go(at + 1);
    else if (key === "k" && !group) go(at < 0 ? 0 : at - 1);
    else if (key === "escape" && group) pick("");
    else if (item && groups.has(key)) pick(key);
    else if (item && group && group.themes.has(key)) {
      toggle(item, group.themes.get(key));
      pick("");
    } else if (item && !group && key === "x") none(item);
    else if (item && !group && key === "s") save(item);
    else return;
    event.preventDefault();
  });

  const remembered = () => {
    try {
      return window.localStorage.getItem(OFF) === null;
    } catch {
      return true; // a browser that remembers nothing has them on
    }
  };
  on.checked = remembered();
  on.addEventListener("change", () => {
    pick("");
    try {
      if (on.checked) window.localStorage.removeItem(OFF);
      else window.localStorage.setItem(OFF, "yes");
    } catch {
      // Then it holds until the page is left.
    }
  });
  list.hidden = false;
}

const list = document.querySelector("[data-recode-keys]");
if (list && window.fetch && window.CSS) begin(list);
