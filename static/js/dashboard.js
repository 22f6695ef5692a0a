// On a phone the panels of the dashboard are folded to their heads, so that a leader sees all of them at once.
const narrow = matchMedia("(max-width: 48rem)");

function fold(panel) {
  const head = panel.querySelector("h2");
  if (!head || head.querySelector(".panel-fold") || head.classList.contains("visually-hidden")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "panel-fold";
  button.append(...head.childNodes);
  head.append(button);
  const set = (open) => {
    button.setAttribute("aria-expanded", String(open));
    panel.classList.toggle("is-folded", !open);
  };
  button.addEventListener("click", () => set(button.getAttribute("aria-expanded") !== "true"));
  set(Boolean(location.hash) && panel.querySelector(location.hash) !== null);
}

function unfold(panel) {
  const button = panel.querySelector("h2 > .panel-fold");
  if (button) button.replaceWith(...button.childNodes);
  panel.classList.remove("is-folded");
}

// The choice of place and period has no head of its own: its name becomes the button.
const filters = document.querySelector(".board-filters");
const choose = document.createElement("button");
choose.type = "button";
choose.className = "button board-choose";
choose.textContent = filters.getAttribute("aria-label");
choose.addEventListener("click", () => {
  filters.hidden = !filters.hidden;
  choose.setAttribute("aria-expanded", String(!filters.hidden));
});

function arrange() {
  filters.hidden = narrow.matches;
  choose.setAttribute("aria-expanded", "false");
  if (narrow.matches) filters.before(choose);
  else choose.remove();
  for (const panel of document.querySelectorAll(".board .panel")) narrow.matches ? fold(panel) : unfold(panel);
}

narrow.addEventListener("change", arrange);
arrange();
