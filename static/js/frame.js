// The frame: folding the navigation, light and dark, and sending a form only once.
(() => {
  "use strict";
  const root = document.documentElement;
  const remember = (name, value) => {
    try { localStorage.setItem(name, value); } catch { /* a private window forgets; nothing breaks */ }
  };

  document.querySelector("[data-theme-switch]")?.addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    remember("theme", root.dataset.theme);
  });

  document.querySelector("[data-fold]")?.addEventListener("click", (event) => {
    const folded = root.classList.toggle("has-folded-side");
    event.currentTarget.setAttribute("aria-expanded", String(!folded));
    remember("side", folded ? "folded" : "open");
  });

  // A select that is a whole form (the campaign) is sent when something is chosen; without script its button does it.
  for (const select of document.querySelectorAll("[data-send-on-change]")) {
    select.addEventListener("change", () => select.form.requestSubmit());
    select.form.querySelector("button")?.classList.add("visually-hidden");
  }

  // An open menu closes when something else is clicked.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  // A form is sent once: its buttons rest while it is on its way. One that a page sends by itself says so.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sending) { event.preventDefault(); return; }
    form.dataset.sending = "1";
    setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }));
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sending]")) {
      delete form.dataset.sending;
      form.querySelectorAll("button").forEach((button) => { button.disabled = false; });
    }
  });

  const summary = document.querySelector(".error-summary:not([hidden])");
  if (summary) { summary.tabIndex = -1; summary.focus(); }
})();
