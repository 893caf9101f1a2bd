// The home inside Teams: asks Teams who is here, shows what comes back, and opens the rest in the browser.
"use strict";
(async () => {
  const teams = window.microsoftTeams;
  const main = document.querySelector("main");
  let token = "";
  const ask = (path) => fetch(path, { method: "POST", headers: { authorization: `Bearer ${token}` }, credentials: "omit" });
  const open = async (event) => {
    const button = event.target.closest("button[data-open]");
    if (!button) return;
    const answer = await ask(`${location.pathname}/open?partnership=${encodeURIComponent(button.dataset.open)}`);
    if (answer.ok) await teams.app.openLink((await answer.json()).address);
  };
  try {
    await teams.app.initialize();
    const context = await teams.app.getContext();
    document.documentElement.dataset.theme = context.app.theme === "default" ? "light" : "dark";
    document.querySelector("a[data-browser]").addEventListener("click", (event) => {
      event.preventDefault();
      teams.app.openLink(event.currentTarget.href);
    });
    token = await teams.authentication.getAuthToken();
    const answer = await ask(location.pathname);
    if (answer.ok) {
      main.innerHTML = await answer.text();
      main.addEventListener("click", open);
    }
  } catch {
    // What stands on the page says how to come in without this.
  }
  try {
    teams.app.notifySuccess();
  } catch {
    // Nobody waits for it outside Teams.
  }
})();
