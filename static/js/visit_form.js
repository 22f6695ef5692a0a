// The form of an inspection: points that fail open their hazard, progress, deadlines, photos, signatures, and what is missing.
import { prepare } from "./photos.js";
import { Problems, say, words } from "./problems.js";
import { layPads } from "./signature.js";

const find = (selector, root) => root.querySelector(selector);
const all = (selector, root) => [...root.querySelectorAll(selector)];

export class VisitForm {
  constructor(form) {
    this.form = form;
    this.problems = new Problems(form);
    this.photos = []; // {field, blob, name, original, sent}: chosen so far, in the order of the camera
    this.preparing = 0;
    form.addEventListener("click", (event) => this.clicked(event));
    form.addEventListener("change", (event) => this.changed(event));
    form.addEventListener("input", () => this.touched());
    this.openFailed();
    if (find("input[name=rest]:checked", form)?.value) this.fillRest(find("input[name=rest]:checked", form).value);
    this.refresh();
  }

  get checklist() { return document.getElementById("checklist"); }
  get items() { return all(".item", this.form); }
  get isInspected() { return this.form.dataset.outcome === "inspected"; }
  get isShort() { return this.form.dataset.length === "short"; }
  item(code) { return document.getElementById(`item-${code}`); }
  touched() {
    if (this.problems.areMissing) this.showMissing({ again: true });
    this.form.dispatchEvent(new CustomEvent("touched"));
  }

  clicked(event) {
    const button = event.target.closest("[data-suggest]");
    if (button) this.suggest(button);
  }

  changed({ target }) {
    const item = target.closest(".item");
    if (target.type === "file") this.addPhotos(target);
    else if (target.name === "rest") this.fillRest(target.value);
    else if (target.name === "inspected_on") this.changeDay(target.value).catch(() => {});
    else if (target.name.startsWith("answer-")) {
      delete target.dataset.filled;
      item.classList.remove("is-unanswered");
      if (target.value === "fail") this.openHazard(item);
    } else if (target.name.endsWith("-severity")) this.setDeadline(item);
    else if (target.name.endsWith("-deadline")) target.dataset.typed = "1";
    this.refresh();
    this.touched();
  }

  // What a choice hides or opens is said by attributes that the style sheet reads.
  refresh() {
    const { form } = this;
    for (const name of ["outcome", "length", "signing"]) form.dataset[name] = find(`[name=${name}]:checked`, form)?.value || "";
    for (const item of this.items) {
      item.classList.toggle("fails", Boolean(find("[value=fail]:checked", item)));
      item.classList.toggle("is-answered", Boolean(find(".segments :checked", item)));
      all("[name$='-rectified']", item).forEach((box) => box.closest(".hazard-fields").classList.toggle("is-rectified", box.checked));
    }
    all(".points", form).forEach((section) => {
      const points = all(".item", section).filter((item) => this.counts(item));
      section.classList.toggle("is-empty", !points.length);
      find("[data-section-progress]", section).textContent = `${points.filter((item) => item.classList.contains("is-answered")).length} / ${points.length}`;
    });
    all(".measure", form).forEach((measure) => measure.classList.toggle("is-open", find(".choice input", measure).checked));
    layPads(form);
    this.showProgress();
  }

  counts(item) { return !this.isShort || "keyPoint" in item.dataset || item.classList.contains("is-answered"); }

  showProgress() {
    const progress = find("progress", this.form);
    if (!progress) return;
    const points = this.items.filter((item) => this.counts(item));
    const answered = points.filter((item) => item.classList.contains("is-answered"));
    find("[data-answered]", this.form).textContent = progress.value = answered.length;
    find("[data-points]", this.form).textContent = progress.max = points.length;
    all("[data-count]", this.form).forEach((node) => {
      node.textContent = points.filter((item) => find(`.segments [value="${node.dataset.count}"]:checked`, item)).length;
      node.parentElement.hidden = false;
    });
  }

  // Hazards

  openFailed() { this.items.filter((item) => find("[value=fail]:checked", item)).forEach((item) => this.openHazard(item)); }

  openHazard(item) {
    const place = find("[data-hazard]", item);
    if (find(".hazard-fields", place)) return;
    place.insertAdjacentHTML("beforeend", document.getElementById("hazard-pattern").innerHTML.replaceAll("__code__", item.dataset.code));
    find("[name$='-category']", place).value = item.dataset.category;
    find("[name$='-severity']", place).value = item.dataset.severity;
    this.setDeadline(item);
  }

  setDeadline(item) {
    const deadline = find("[name$='-deadline']", item);
    if (!deadline || deadline.dataset.typed) return;
    deadline.value = this.checklist.getAttribute(`data-deadline-${find("[name$='-severity']", item).value}`) || "";
  }

  // “The rest: pass” is shown at each point, and taken back by “answer each”.
  fillRest(value) {
    for (const item of this.items) {
      const given = find(".segments input:checked", item);
      if (given && !given.dataset.filled) continue;
      if (given) { given.checked = false; delete given.dataset.filled; }
      if (!value || (this.isShort && !("keyPoint" in item.dataset))) continue;
      const radio = find(`.segments input[value="${value}"]`, item);
      radio.checked = true;
      radio.dataset.filled = "1";
      item.classList.remove("is-unanswered");
    }
  }

  suggest(button) {
    const text = find("textarea[name$='-description']", button.closest("[data-hazard]"));
    if (!text) return;
    if (!text.value.includes(button.textContent)) {
      text.value = [text.value.trim(), button.textContent].filter(Boolean).join(this.form.dataset.joiner);
    }
    this.touched();
  }

  // Photos

  async addPhotos(input) {
    const files = [...input.files];
    input.value = ""; // the photos are kept here, so that the same one may be chosen again after it was taken away
    for (const file of files) {
      this.preparing += 1;
      this.tell(input, words().photoWorking);
      try {
        const photo = { field: input.name, ...(await prepare(file)) };
        const isNew = !this.photos.some((other) => other.field === photo.field && other.original.sha256 && other.original.sha256 === photo.original.sha256);
        if (isNew) this.photos.push(photo);
        this.tell(input, "");
      } catch {
        this.tell(input, words().photoRefused);
      }
      this.preparing -= 1;
    }
    this.showPhotos(input);
    this.touched();
  }

  tell(input, text) {
    const place = find("[data-errors-for]", input.closest(".photos-field"));
    place.textContent = text;
  }

  showPhotos(input) {
    const list = find("[data-previews]", input.closest(".photos-field"));
    all("img", list).forEach((image) => URL.revokeObjectURL(image.src));
    const photos = this.photos.filter((photo) => photo.field === input.name);
    list.replaceChildren(...photos.map((photo) => this.preview(input, photo)));
    list.hidden = !photos.length;
  }

  preview(input, photo) {
    const entry = document.createElement("li");
    const image = new Image(96, 72);
    image.src = URL.createObjectURL(photo.blob);
    image.alt = photo.name;
    const away = document.createElement("button");
    away.type = "button";
    away.className = "remove";
    away.textContent = this.form.dataset.remove;
    away.setAttribute("aria-label", `${this.form.dataset.remove} ${photo.name}`);
    away.addEventListener("click", () => {
      this.photos = this.photos.filter((other) => other !== photo);
      if (photo.sent) this.form.append(hidden("remove", photo.sent));
      this.showPhotos(input);
      this.touched();
    });
    entry.append(image, away);
    return entry;
  }

  hasPhoto(field) {
    const saved = find(`[name="${field}"]`, this.form)?.closest(".photos-field").querySelectorAll(".remove input:not(:checked)").length;
    return Boolean(saved) || this.photos.some((photo) => photo.field === field);
  }

  // Another day has other deadlines and, across a change of the law, other points.
  async changeDay(day) {
    const url = new URL(location.pathname, location.href);
    url.searchParams.set("date", day);
    const page = new DOMParser().parseFromString(await (await fetch(url)).text(), "text/html");
    const fresh = page.getElementById("checklist");
    if (!fresh) return;
    if (fresh.dataset.key !== this.checklist.dataset.key && !find(".segments input[name^='answer-']:checked", this.form)) {
      this.checklist.replaceWith(document.adoptNode(fresh));
    } else {
      [...fresh.attributes].filter(({ name }) => name.startsWith("data-deadline-")).forEach(({ name, value }) => this.checklist.setAttribute(name, value));
      this.items.forEach((item) => this.setDeadline(item));
    }
    this.refresh();
  }

  // What was typed, as it is kept and sent

  fields() {
    return [...new FormData(this.form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken" && name !== "action");
  }

  // Puts typed values back; answers with those that have no place in the form any more.
  restore(fields, photos) {
    const { form } = this;
    const values = new Map();
    fields.forEach(([name, value]) => values.set(name, [...(values.get(name) || []), value]));
    const set = (elements) => elements.forEach((element) => {
      const given = values.get(element.name);
      if (["submit", "button", "file"].includes(element.type) || !element.name || element.name === "csrfmiddlewaretoken") return;
      if (["radio", "checkbox"].includes(element.type)) element.checked = Boolean(given?.includes(element.value));
      else if (given) [element.value] = given;
    });
    set([...form.elements]);
    this.openFailed();
    set(all(".hazard-fields [name]", form));
    all("[name$='-deadline']", form).forEach((deadline) => { deadline.dataset.typed = "1"; });
    for (const [name, [value]] of values) {
      if ((name.startsWith("signature-") || name === "remove") && !form.elements[name]) form.append(hidden(name, value));
    }
    const vanished = fields.filter(([name, value]) => !form.elements[name] && value && /^(answer|h)-/.test(name));
    this.photos = photos;
    all("input[type=file]", form).forEach((input) => this.showPhotos(input));
    all("[data-pad]", form).forEach((pad) => pad.remove());
    this.refresh();
    return vanished;
  }

  // What stands in the way of submitting, as far as the phone can tell: {name of the field, words, id of its place}
  missing() {
    const { form } = this;
    const missing = [];
    const lacks = (name, text, place = `id_${name}`) => missing.push({ name, text, place });
    const value = (name) => form.elements[name]?.value?.trim() || "";
    const certified = all("[name=officers]:checked", form).filter((box) => "certified" in box.dataset);
    if (!this.isInspected) {
      if (!this.hasPhoto("photos")) lacks("photos", words().noPhoto);
      return missing;
    }
    if (certified.length < 2) lacks("officers", words().twoOfficers);
    for (const item of this.items) {
      const { code } = item.dataset;
      const isOpen = !item.classList.contains("is-answered") && this.counts(item);
      item.classList.toggle("is-unanswered", isOpen);
      if (isOpen) lacks(`answer-${code}`, say(words().unanswered, { code }), item.id);
      if (!item.classList.contains("fails")) continue;
      if (!value(`h-${code}-description`)) lacks(`h-${code}-description`, say(words().noDescription, { code }));
      const isWhole = value(`h-${code}-measures`) && this.hasPhoto(`h-${code}-photos`) && this.hasPhoto(`h-${code}-photos_after`);
      if (form.elements[`h-${code}-rectified`]?.checked && !isWhole) lacks(`h-${code}-measures`, say(words().beforeAfter, { code }));
    }
    if (form.dataset.signing !== "paper") {
      for (const pad of all("[data-pad]", form)) {
        if (!value(pad.dataset.pad)) lacks(pad.dataset.pad, say(words().notSigned, { name: find("[data-pad-name]", pad).textContent }), "signing");
      }
    }
    if (form.dataset.signing === "screen" && !(value("signer_name") && value("signer_relation"))) lacks("signer_name", words().signer);
    if (form.dataset.signing === "refused" && !(value("refusal_reason") && value("refusal_witness") && value("recording_number"))) {
      lacks("refusal_reason", words().notExplained);
    }
    return missing;
  }

  // Answers with the first thing that is missing, if any.
  showMissing(how) { return this.problems.showMissing(this.missing(), how); }
}

function hidden(name, value) {
  return Object.assign(document.createElement("input"), { type: "hidden", name, value });
}
