// The page without a connection: shows what the phone has taken along, and the form of an inspection filled in with it.
import { start } from "./visit_page.js";
import { read } from "./store.js";
import { say } from "./problems.js";
import { sendWaiting, showUnsent } from "./work.js";

const content = document.getElementById("content");
const DAY = 86400000;

function open(name) {
  content.replaceChildren(document.getElementById(`page-${name}`).content.cloneNode(true));
  return content;
}

// The day in China: that of the luggage, and as many days later as have passed by the server's clock.
function today(luggage) {
  const now = Date.now() + Number(localStorage.getItem("clock") || 0);
  const passed = Math.floor((now + 8 * 3600000) / DAY) - Math.floor((luggage.at + 8 * 3600000) / DAY);
  return new Date(Date.parse(luggage.today) + Math.max(0, passed) * DAY).toISOString().slice(0, 10);
}

function row(href, title, badge, note) {
  const entry = document.createElement("li"), link = document.createElement("a");
  link.href = href;
  link.append(Object.assign(document.createElement("strong"), { textContent: title }));
  if (badge) link.append(Object.assign(document.createElement("span"), { className: "badge", textContent: badge }));
  link.append(Object.assign(document.createElement("span"), { className: "muted", textContent: note }));
  entry.append(link);
  return entry;
}

function list(name, rows) {
  const place = content.querySelector(`[data-rows="${name}"]`);
  place.replaceChildren(...rows);
  const count = place.parentElement.querySelector("[data-count]");
  if (count) count.textContent = rows.length;
}

function fill(entity) {
  content.querySelectorAll("[data-fact]").forEach((node) => { node.textContent = entity[node.dataset.fact] || (node.tagName === "DD" ? "—" : ""); });
}

function home(luggage) {
  open("home");
  list("tasks", luggage.tasks.map((task) => row(`/entities/${task.entity}/`, task.name, task.due, task.purpose)));
  list("waiting", luggage.waiting.map((hazard) => row(`/entities/${hazard.entity}/`, hazard.name, hazard.due, hazard.what)));
  content.querySelector("[data-send]").addEventListener("click", sendWaiting);
  showUnsent(luggage.officer);
}

function search(luggage) {
  open("search");
  const field = content.querySelector("[name=q]");
  field.value = new URL(location.href).searchParams.get("q") || "";
  const isToInspect = location.pathname === "/inspections/new/";
  const show = () => {
    const parts = field.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    const text = (entity) => [entity.name, entity.initials, entity.code, entity.phone, entity.address].join("\n").normalize("NFKC").toLowerCase();
    const due = new Set(luggage.tasks.map((task) => task.entity));
    const found = luggage.entities.filter((entity) => (parts.length ? parts.every((part) => text(entity).includes(part)) : due.has(entity.id) || !isToInspect)).slice(0, 50);
    list("found", found.map((entity) => row(isToInspect ? `/entities/${entity.id}/inspect/` : `/entities/${entity.id}/`, entity.name, entity.state, `${entity.kind_label} · ${entity.region} · ${entity.address} · ${entity.code}`)));
    content.querySelector("[data-nothing]").hidden = found.length > 0;
  };
  field.addEventListener("input", show);
  content.querySelector("[data-search]").addEventListener("submit", (event) => event.preventDefault());
  show();
}

function entityPage(luggage, entity) {
  open("entity");
  fill(entity);
  content.querySelector("[data-inspect]").href = `/entities/${entity.id}/inspect/`;
  list("hazards", entity.hazards.map((hazard) => row(`/hazards/${hazard.id}/`, hazard.what, hazard.deadline, "")));
}

function inspect(luggage, entity) {
  if (!luggage.forms[entity.kind]) return open("unknown");
  open("form");
  fill(entity);
  const recent = content.querySelector("[data-recent]");
  recent.hidden = !entity.visit;
  recent.textContent = say(recent.dataset.recent, { visit: entity.visit });
  const sheet = content.querySelector("[data-sheet]");
  sheet.innerHTML = luggage.forms[entity.kind];
  const form = document.getElementById("inspection"), day = today(luggage);
  Object.assign(form.dataset, { entity: entity.id, name: entity.name, officer: luggage.officer, url: location.pathname });
  form.elements.client_uuid.value = newUuid();
  form.elements.inspected_on.value = day;
  if (entity.contact) {
    form.elements.signer_name.value = form.elements["m-interview_person"].value = entity.contact;
    form.elements.signer_relation.value = "representative";
  }
  for (const [severity, deadline] of Object.entries(luggage.deadlines[day] || {})) {
    document.getElementById("checklist").setAttribute(`data-deadline-${severity}`, deadline);
  }
  for (const [code, what] of Object.entries(entity.failed)) {
    document.querySelector(`#item-${CSS.escape(code)} .segments`)?.before(Object.assign(document.createElement("p"), { className: "row-note row-note-warning", textContent: say(sheet.dataset.failed, { what }) }));
  }
  return start(form);
}

function newUuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return [...bytes].map((byte, at) => ([4, 6, 8, 10].includes(at) ? "-" : "") + byte.toString(16).padStart(2, "0")).join("");
}

async function show() {
  const luggage = await read("office", "luggage").catch(() => null);
  const path = location.pathname;
  if (!luggage) { open("unknown"); return; }
  const asOf = document.getElementById("as-of");
  asOf.textContent = say(asOf.dataset.pattern, { time: new Date(luggage.kept).toLocaleString() });
  document.documentElement.dataset.officer = luggage.officer;
  const id = Number(path.split("/")[2]);
  const entity = path.startsWith("/entities/") && luggage.entities.find((one) => one.id === id);
  if (path === "/") home(luggage);
  else if (path === "/entities/" || path === "/inspections/new/") search(luggage);
  else if (entity && path.endsWith("/inspect/")) await inspect(luggage, entity);
  else if (entity) entityPage(luggage, entity);
  else open("unknown");
}

show();
// Back as soon as there is a connection; a form that is being filled in stays.
window.addEventListener("online", async () => {
  await sendWaiting();
  if (!document.getElementById("inspection")) location.reload();
});
