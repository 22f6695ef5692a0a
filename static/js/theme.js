// Before the first paint: the theme and the folded navigation that were chosen last.
(() => {
  "use strict";
  try {
    const theme = localStorage.getItem("theme");
    if (theme) document.documentElement.dataset.theme = theme;
    if (localStorage.getItem("side") === "folded") document.documentElement.classList.add("has-folded-side");
  } catch { /* storage is closed: the system's theme and the open navigation */ }
})();
