// On every page: what waits on this phone is shown and sent, the day's luggage is renewed, and goes when the officer signs out.
import { NoConnection, QUEUED, SignedOut, flush, session, visitsOf } from "./outbox.js";
import { clear, read, readAll, remove, write } from "./store.js";

const OFTEN = 60 * 1000, RENEW = 10 * 60 * 1000;
const root = document.documentElement;

export async function showUnsent(officer) {
  const panel = document.getElementById("unsent");
  if (!panel) return;
  const visits = await visitsOf(officer);
  panel.hidden = !visits.length;
  panel.querySelector("[data-count]").textContent = visits.length;
  panel.querySelector("[data-send]").hidden = !visits.some((visit) => visit.state === QUEUED);
  panel.querySelector("[data-rows]").replaceChildren(...visits.map((visit) => {
    const entry = document.createElement("li"), link = document.createElement("a");
    link.href = visit.page;
    link.append(
      Object.assign(document.createElement("strong"), { textContent: visit.name }),
      Object.assign(document.createElement("span"), { className: `badge badge-${visit.state}`, textContent: panel.dataset[visit.state] }),
      Object.assign(document.createElement("span"), { className: "muted", textContent: [new Date(visit.changed).toLocaleString(), ...(visit.problems || []).map(([, text]) => text)].join(" · ") }),
    );
    entry.append(link);
    return entry;
  }));
}

export async function sendWaiting() {
  const signedOut = document.querySelector("#unsent [data-signed-out]");
  try {
    const arrived = await flush();
    if (signedOut) signedOut.hidden = true;
    return Object.keys(arrived).length > 0;
  } catch (error) {
    if (error instanceof SignedOut && signedOut) signedOut.hidden = false;
    if (!(error instanceof SignedOut || error instanceof NoConnection)) throw error;
    return false;
  }
}

// The register of the county and blank forms, so that the day can be worked without a connection.
async function renew() {
  const taken = await read("office", "luggage");
  const checked = Number(localStorage.getItem("renewed") || 0);
  if (taken && Date.now() - checked < RENEW && taken.officer === Number(root.dataset.officer) && taken.language === root.lang) return;
  if (taken && taken.officer !== Number(root.dataset.officer)) await clear("office"); // another officer's phone until now
  const answer = await fetch("/offline/luggage/", { headers: taken?.etag && taken.language === root.lang ? { "If-None-Match": taken.etag } : {} });
  if (answer.status === 200 && !answer.redirected) {
    await write("office", { ...(await answer.json()), etag: answer.headers.get("ETag"), language: root.lang, kept: Date.now() }, "luggage");
    navigator.serviceWorker?.controller?.postMessage("renew");
  }
  if (answer.ok || answer.status === 304) localStorage.setItem("renewed", Date.now());
}

// Signing out takes the officer's data off this phone; what is not sent is never thrown away without asking.
async function leave(event) {
  const form = event.target;
  if (!form.matches("[data-sign-out]") || form.dataset.sure) return;
  event.preventDefault();
  const visits = await visitsOf(root.dataset.officer).catch(() => []);
  if (visits.length) {
    const dialog = document.getElementById("unsent-dialog");
    dialog.querySelector("[data-count]").textContent = visits.length;
    const choice = await new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
      dialog.showModal();
    });
    if (choice !== "keep" && choice !== "delete") return;
    if (choice === "delete") await Promise.all(visits.map((visit) => remove("visits", visit.uuid)));
  }
  await clear("office").catch(() => {});
  ["officer", "renewed"].forEach((name) => localStorage.removeItem(name));
  form.dataset.sure = "1";
  form.submit();
}

async function work() {
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {});
  const { officer } = root.dataset;
  if (!officer) return;
  document.addEventListener("outbox", () => showUnsent(officer));
  document.addEventListener("submit", leave, true);
  navigator.storage?.persist?.().catch(() => {}); // so that the phone does not clear what waits when room gets short
  await showUnsent(officer);
  const tick = () => sendWaiting().then((isSome) => isSome && showUnsent(officer));
  window.addEventListener("online", tick);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) tick(); });
  document.querySelector("#unsent [data-send]")?.addEventListener("click", tick);
  setInterval(tick, OFTEN);
  await tick();
  if (root.dataset.takesAlong && navigator.onLine) await renew();
}

work().catch(() => {}); // a browser that keeps nothing works on as one without script
