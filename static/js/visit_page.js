// The page of an inspection: it keeps itself on the phone as it goes, comes back after a dead battery, and is sent
// at once or when the connection returns.
import { DRAFT, NoConnection, QUEUED, REFUSED, SignedOut, flush, leave, visitsOf } from "./outbox.js";
import { read, remove, write } from "./store.js";
import { say } from "./problems.js";
import { VisitForm } from "./visit_form.js";

const SOON = 700; // milliseconds after the last change

export async function start(form) {
  const page = new VisitForm(form);
  const words = document.getElementById("words").dataset;
  const notice = document.getElementById("kept");
  let visit = await begun(form).catch(() => null);
  let waiting = 0;

  const time = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const tell = (text, ...more) => { notice.replaceChildren(text, ...more); notice.hidden = !text; };

  function blank() {
    return {
      uuid: form.elements.client_uuid.value, entity: form.dataset.entity, name: form.dataset.name, officer: form.dataset.officer,
      url: form.dataset.url, page: `${form.dataset.url}?visit=${form.elements.client_uuid.value}`,
      begun: Date.now(),
    };
  }

  async function keep(state = DRAFT) {
    clearTimeout(waiting);
    waiting = 0;
    visit = { ...(visit || blank()), state, changed: Date.now(), key: page.checklist?.dataset.key, fields: page.fields(), photos: page.photos };
    await write("visits", visit);
    if (state === DRAFT) document.getElementById("saved").textContent = say(words.kept, { time: time(visit.changed) });
  }

  function touched() {
    clearTimeout(waiting);
    waiting = setTimeout(() => keep().catch(() => tell(words.noStore)), SOON);
  }

  function afresh() {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button button-small", textContent: words.afresh });
    button.addEventListener("click", async () => {
      if (!window.confirm(words.afreshSure)) return;
      clearTimeout(waiting);
      form.removeEventListener("touched", touched);
      await remove("visits", visit.uuid);
      window.location.assign(window.location.pathname);
    });
    return button;
  }

  function comeBack() {
    const vanished = page.restore(visit.fields, visit.photos);
    const told = [document.createTextNode(`${say(words.restored, { time: new Date(visit.begun).toLocaleString() })} `), afresh()];
    if (visit.key && page.checklist && visit.key !== page.checklist.dataset.key) told.push(paragraph(words.changed));
    if (vanished.length) told.push(paragraph(words.vanished), ...vanished.map(([name, value]) => paragraph(`${name}: ${value}`)));
    tell(...told);
    if (visit.state === REFUSED) showRefusal();
  }

  function showRefusal() {
    page.problems.show(words.refused, visit.problems.length ? visit.problems : [["", document.getElementById("trouble").dataset[`status${visit.status}`] || String(visit.status)]], visit.wrong);
    if (visit.first) {
      document.getElementById("error-summary").append(Object.assign(document.createElement("a"), { href: visit.first, textContent: words.other }));
    }
  }

  async function submit() {
    while (page.preparing) await new Promise((resolve) => setTimeout(resolve, 100));
    const first = page.showMissing();
    if (first) {
      page.problems.goTo(first);
      return;
    }
    busy(true);
    let isKept = true;
    await keep(QUEUED).catch(() => { isKept = false; });
    try {
      if (!isKept) throw new NoConnection();
      const arrived = await flush();
      if (arrived[visit.uuid]) {
        window.location.assign(`${arrived[visit.uuid]}?arrived=1`);
        return;
      }
      visit = await read("visits", visit.uuid);
      if (!visit) { window.location.assign("/"); return; } // another tab has sent it
      if (visit.state === QUEUED) throw new SignedOut(); // somebody else has signed in meanwhile
      form.elements.version.value = new Map(visit.fields).get("version") || "";
      page.photos = visit.photos;
      showRefusal();
    } catch (error) {
      if (isKept) showWaiting(error instanceof SignedOut ? "signedOut" : "offline");
      else tell(words.noStore);
    }
    busy(false);
  }

  // Unfinished: with the server when it can be reached, else on this phone; both are listed under “My work”.
  async function later() {
    busy(true);
    while (page.preparing) await new Promise((resolve) => setTimeout(resolve, 100));
    try {
      await keep();
      const draft = await leave(visit).catch((error) => { if (!(error instanceof NoConnection || error instanceof SignedOut)) throw error; });
      if (draft !== "") window.location.assign("/");
      else { visit = await read("visits", visit.uuid); showRefusal(); }
    } catch {
      tell(words.noStore);
    }
    busy(false);
  }

  function showWaiting(why) {
    const panel = document.getElementById("trouble");
    panel.querySelectorAll("[data-why]").forEach((node) => { node.hidden = node.dataset.why !== why; });
    panel.hidden = false;
    form.hidden = true;
    document.getElementById("error-summary").hidden = true;
    tell("");
    panel.focus();
    panel.scrollIntoView({ block: "center" });
    const sent = async () => {
      const still = await read("visits", visit.uuid);
      if (!still) { panel.querySelectorAll("[data-why]").forEach((node) => { node.hidden = node.dataset.why !== "arrived"; }); return; }
      if (still.state === REFUSED) { visit = still; panel.hidden = true; form.hidden = false; showRefusal(); }
    };
    document.addEventListener("outbox", sent);
  }

  function busy(isBusy) {
    form.classList.toggle("is-sending", isBusy);
    form.querySelectorAll("button[name=action]").forEach((button) => { button.disabled = isBusy; });
  }

  form.addEventListener("touched", touched);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter?.value === "draft") later();
    else if (!form.classList.contains("is-sending")) submit();
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden && waiting) keep().catch(() => {}); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) busy(false); });
  if (visit) {
    form.elements.client_uuid.value = visit.uuid;
    comeBack();
  }
  form.dataset.ready = "1";
  return page;
}

function paragraph(text) {
  return Object.assign(document.createElement("p"), { textContent: text });
}

// What was begun here for this entity: the one that the address names, else one that was not finished.
async function begun(form) {
  const named = new URL(window.location.href).searchParams.get("visit") || (form.dataset.draft && form.elements.client_uuid.value);
  const visits = (await visitsOf(form.dataset.officer)).filter((visit) => visit.entity === form.dataset.entity);
  if (named) return visits.find((visit) => visit.uuid === named) || null;
  return visits.reverse().find((visit) => visit.state !== QUEUED && !visit.url.startsWith("/inspections/")) || null;
}

const form = document.getElementById("inspection");
if (form) start(form);
