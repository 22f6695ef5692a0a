// The form of an inspection: everything works without this file; with it nothing typed or chosen is lost.
const form = document.getElementById("inspection");
const pattern = document.getElementById("hazard-pattern");
const find = (selector, root = form) => root.querySelector(selector);
const all = (selector, root = form) => [...root.querySelectorAll(selector)];
const checklist = () => document.getElementById("checklist");
const chosen = new WeakMap(); // file input → photos picked so far: a camera hands over one at a time
let sending = false;

function openHazard(item) {
  const place = find("[data-hazard]", item);
  if (find(".hazard-fields", place)) return;
  place.insertAdjacentHTML("beforeend", pattern.innerHTML.replaceAll("__code__", item.dataset.code));
  find("[name$='-category']", place).value = item.dataset.category;
  find("[name$='-severity']", place).value = item.dataset.severity;
  setDeadline(item);
}

function setDeadline(item) {
  const deadline = find("[name$='-deadline']", item);
  if (!deadline || deadline.dataset.typed) return;
  const severity = find("[name$='-severity']", item).value;
  deadline.value = checklist().getAttribute(`data-deadline-${severity}`) || "";
}

function showProgress() {
  const progress = find("[data-progress]");
  if (!progress) return;
  const isShort = find("#length-short")?.checked;
  const points = all(".item").filter((item) => !isShort || "keyPoint" in item.dataset || find("input:checked", item));
  const answered = points.filter((item) => find(".segments input:checked", item)).length;
  find("[data-answered]").textContent = answered;
  find("[data-points]").textContent = points.length;
  find("progress").max = points.length;
  find("progress").value = answered;
}

// “The rest: pass” is shown at each point, and taken back by “answer each”.
function fillRest(value) {
  const isShort = find("#length-short")?.checked;
  for (const item of all(".item")) {
    const given = find(".segments input:checked", item);
    if (given && !given.dataset.filled) continue;
    if (given) { given.checked = false; delete given.dataset.filled; }
    if (!value || (isShort && !("keyPoint" in item.dataset))) continue;
    const radio = find(`.segments input[value="${value}"]`, item);
    radio.checked = true;
    radio.dataset.filled = "1";
    item.classList.remove("is-unanswered");
  }
}

function suggest(button) {
  const text = find("textarea[name$='-description']", button.closest("[data-hazard]"));
  if (!text) return;
  if (!text.value.includes(button.textContent)) {
    text.value = [text.value.trim(), button.textContent].filter(Boolean).join(form.dataset.joiner);
  }
  text.focus();
}

function addPhotos(input) {
  const before = chosen.get(input) || [];
  const isNew = (photo) => !before.some((b) => b.name === photo.name && b.size === photo.size && b.lastModified === photo.lastModified);
  setPhotos(input, [...before, ...[...input.files].filter(isNew)]);
}

function setPhotos(input, photos) {
  const transfer = new DataTransfer();
  photos.forEach((photo) => transfer.items.add(photo));
  input.files = transfer.files;
  chosen.set(input, photos);
  const list = find("[data-previews]", input.closest(".photos-field"));
  all("img", list).forEach((image) => URL.revokeObjectURL(image.src));
  list.replaceChildren(...photos.map((photo) => preview(input, photo)));
  list.hidden = !photos.length;
}

function preview(input, photo) {
  const entry = document.createElement("li");
  const image = document.createElement("img");
  image.src = URL.createObjectURL(photo);
  image.alt = photo.name;
  image.width = 96;
  image.height = 72;
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "remove";
  remove.textContent = form.dataset.remove;
  remove.setAttribute("aria-label", `${form.dataset.remove} ${photo.name}`);
  remove.addEventListener("click", () => setPhotos(input, chosen.get(input).filter((other) => other !== photo)));
  entry.append(image, remove);
  return entry;
}

function say(nodes) {
  const summary = document.getElementById("error-summary");
  summary.replaceChildren(...nodes);
  summary.hidden = false;
  summary.focus();
  summary.scrollIntoView({ block: "center" });
}

function sayText(text) {
  const line = document.createElement("p");
  line.textContent = text;
  say([line]);
}

// Errors come as the page that a browser without script would show: only they are taken over, the fields stay as they are.
function showErrors(page) {
  const fresh = page.getElementById("checklist");
  if (fresh.dataset.key !== checklist().dataset.key) {
    checklist().replaceWith(document.adoptNode(fresh));
  } else {
    copyDeadlines(fresh);
  }
  const messages = new Map(all("[data-errors-for]", page).map((node) => [node.dataset.errorsFor, node]));
  for (const node of all("[data-errors-for]")) {
    const found = messages.get(node.dataset.errorsFor);
    node.replaceChildren(...(found ? [...found.childNodes].map((child) => document.adoptNode(child)) : []));
    const field = node.closest(".field");
    const isWrong = node.childElementCount > 0;
    field?.classList.toggle("field-invalid", isWrong);
    for (const input of field ? all("input, select, textarea", field) : []) {
      if (isWrong) { input.setAttribute("aria-invalid", "true"); input.setAttribute("aria-describedby", node.id); }
      else input.removeAttribute("aria-invalid");
    }
    if (isWrong) node.closest("details")?.setAttribute("open", "");
  }
  for (const item of all(".item")) {
    item.classList.toggle("is-unanswered", Boolean(page.getElementById(item.id)?.classList.contains("is-unanswered")));
  }
  find("[name=version]").value = find("[name=version]", page).value;
  say([...page.getElementById("error-summary").childNodes].map((child) => document.adoptNode(child)));
  showProgress();
}

function copyDeadlines(fresh) {
  for (const { name, value } of fresh.attributes) {
    if (name.startsWith("data-deadline-")) checklist().setAttribute(name, value);
  }
}

// Another day has other deadlines and, across a change of the law, other points.
async function changeDay(day) {
  const url = new URL(location.pathname, location.href);
  url.searchParams.set("date", day);
  const page = await read(await fetch(url));
  const fresh = page.getElementById("checklist");
  if (!fresh) return;
  if (fresh.dataset.key !== checklist().dataset.key && !find(".segments input[name^='answer-']:checked")) {
    checklist().replaceWith(document.adoptNode(fresh));
    showProgress();
    return;
  }
  copyDeadlines(fresh);
  all(".item").forEach(setDeadline);
}

const read = async (response) => new DOMParser().parseFromString(await response.text(), "text/html");

async function send(button) {
  if (sending) return;
  allowSending(false);
  try {
    const body = new FormData(form);
    body.set("action", button.value);
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    if (token) body.set("csrfmiddlewaretoken", token[1]); // a new one after signing in again in another window
    const response = await fetch(location.href, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
    if (response.ok && response.headers.get("Content-Type")?.startsWith("application/json")) {
      location.assign((await response.json()).location);
      return; // stays disabled while the next page loads
    }
    if (response.status === 422 || response.status === 409) showErrors(await read(response));
    else if (response.redirected || response.status === 403) sayText(form.dataset.signedOut);
    else if (response.status === 400 || response.status === 413) sayText(form.dataset.tooLarge);
    else sayText(form.dataset.failed);
  } catch {
    sayText(form.dataset.offline);
  }
  allowSending();
}

function allowSending(isAllowed = true) {
  sending = !isAllowed;
  form.classList.toggle("is-sending", sending);
  all("button[name=action]").forEach((button) => { button.disabled = sending; });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.submitter?.name === "action" ? event.submitter : find("button[value=submit]"));
});

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-suggest]");
  if (button) suggest(button);
});

form.addEventListener("change", ({ target }) => {
  const item = target.closest(".item");
  if (target.type === "file") addPhotos(target);
  else if (target.name === "rest") fillRest(target.value);
  else if (target.name === "inspected_on") changeDay(target.value).catch(() => {});
  else if (target.name.startsWith("answer-")) {
    delete target.dataset.filled;
    item.classList.remove("is-unanswered");
    if (target.value === "fail") openHazard(item);
  } else if (target.name.endsWith("-severity")) setDeadline(item);
  else if (target.name.endsWith("-deadline")) target.dataset.typed = "1";
  showProgress();
});

all(".item").filter((item) => find("input[value=fail]:checked", item)).forEach(openHazard);
if (find("input[name=rest]:checked")?.value) fillRest(find("input[name=rest]:checked").value);
showProgress();
window.addEventListener("pageshow", (event) => { if (event.persisted) allowSending(); });
