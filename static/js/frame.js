// The frame of every page: theme, folding navigation, menus, and forms that are sent once. Every page works without it.
(() => {
  const root = document.documentElement;
  const store = (() => { try { return window.localStorage; } catch { return { getItem: () => null, setItem: () => {} }; } })();
  const each = (selector, act, within = document) => within.querySelectorAll(selector).forEach(act);

  // Before the page is drawn, so that it does not flash in the other theme.
  root.classList.add("has-script");
  const theme = store.getItem("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  if (store.getItem("nav") === "folded") root.dataset.nav = "folded";

  const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const showTheme = () => each("[data-toggle-theme]", (button) => button.setAttribute("aria-pressed", isDark()));
  const isFolded = () => root.dataset.nav === "folded";
  const showFold = () => each("[data-fold]", (button) => button.setAttribute("aria-expanded", !isFolded()));
  const closeMenus = (except) => each("details.menu[open]", (menu) => { if (!menu.contains(except)) menu.open = false; });

  function clicked(event) {
    const on = event.target instanceof Element ? event.target : null;
    closeMenus(on);
    if (on?.closest("[data-toggle-theme]")) {
      root.dataset.theme = isDark() ? "light" : "dark";
      store.setItem("theme", root.dataset.theme);
      showTheme();
    } else if (on?.closest("[data-fold]")) {
      if (isFolded()) delete root.dataset.nav; else root.dataset.nav = "folded";
      store.setItem("nav", root.dataset.nav || "");
      showFold();
    } else if (on?.closest("[data-print]")) window.print();
    else if (on?.closest("[data-reload]")) window.location.reload();
  }

  function pressed(event) {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  }

  // A second tap sends nothing twice. After the event, so that the tapped button's own value is still sent;
  // a page that took the sending over, or that gets a file back, keeps its buttons.
  function sent(event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || "keep" in form.dataset) return;
    setTimeout(() => {
      form.setAttribute("aria-busy", "true");
      each("button:not([type=button]):not(:disabled)", (button) => { button.disabled = true; button.dataset.sending = ""; }, form);
    });
  }

  function released() {
    each("form[aria-busy]", (form) => form.removeAttribute("aria-busy"));
    each("[data-sending]", (button) => { button.disabled = false; delete button.dataset.sending; });
  }

  const show = (name, isShown) => each(`[data-trouble="${name}"]`, (notice) => { notice.hidden = !isShown; });
  const showConnection = () => show("offline", !navigator.onLine);

  document.addEventListener("click", clicked);
  document.addEventListener("keydown", pressed);
  document.addEventListener("submit", sent);
  window.addEventListener("pageshow", released);
  window.addEventListener("online", showConnection);
  window.addEventListener("offline", showConnection);
  document.addEventListener("htmx:sendError", () => show("failed", true));
  document.addEventListener("htmx:responseError", () => show("failed", true));
  document.addEventListener("htmx:beforeRequest", () => show("failed", false));
  document.addEventListener("DOMContentLoaded", () => {
    showTheme();
    showFold();
    showConnection();
    document.querySelector(".error-summary:not([hidden])")?.focus();
  });
})();
