// The wall screen: turns its panels, renews its figures, and keeps the last ones while the server is away.
const wall = document.body;
const main = wall.querySelector("[data-panels]");
const lost = wall.querySelector(".wall-lost");
let shown = 0;
let paused = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

function show(place) {
  const panels = main.querySelectorAll(".wall-panel");
  shown = (place + panels.length) % panels.length;
  panels.forEach((panel, number) => panel.classList.toggle("is-shown", number === shown));
}

async function renew() {
  try {
    const answer = await fetch(window.location.href, { headers: { "HX-Request": "true" }, redirect: "manual" });
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
      window.location.reload();
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    main.replaceChildren(...page.body.childNodes);
    show(shown);
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  }
}

wall.classList.add("is-turning");
show(0);
window.setInterval(() => paused || show(shown + 1), wall.dataset.seconds * 1000);
window.setInterval(renew, wall.dataset.renew * 1000);
window.addEventListener("online", renew);
document.addEventListener("keydown", (event) => {
  if (event.key === " ") paused = !paused;
  else if (event.key === "ArrowRight") show(shown + 1);
  else if (event.key === "ArrowLeft") show(shown - 1);
  else return;
  event.preventDefault();
});
