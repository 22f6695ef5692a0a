// What is wrong with a visit: on top, and beside each field.
const all = (selector, root) => [...root.querySelectorAll(selector)];
export const words = () => document.getElementById("words").dataset;
export const say = (pattern, values) => Object.entries(values).reduce((text, [name, value]) => text.replace(`%(${name})s`, value), pattern);

const paragraph = (text) => Object.assign(document.createElement("p"), { textContent: text });

export class Problems {
  constructor(form) {
    this.form = form;
    this.areMissing = false; // whether the line that says how many things are missing is shown
    this.told = new Set(); // the names of the fields that something was said of
  }

  get summary() { return document.getElementById("error-summary"); }
  get places() { return all("[data-errors-for]", this.form); }

  // One line on top that stays in sight, says how many things are missing and leads to the first; each is said at its
  // place. `again`: it counts down, in silence, as they are put right. Answers with the first, if any.
  showMissing(missing, { again = false } = {}) {
    const { summary } = this;
    const [first] = missing;
    this.tellFields(Object.fromEntries(missing.map(({ name, text }) => [name, [text]])), again ? this.told : null);
    this.areMissing = Boolean(first);
    const head = document.createElement("h2");
    head.textContent = say(missing.length === 1 ? words().missingOne : words().missing, { count: missing.length });
    const link = Object.assign(document.createElement("a"), { href: `#${first?.place}`, textContent: words().missingFirst });
    link.addEventListener("click", (event) => { event.preventDefault(); this.goTo(first); });
    summary.classList.add("is-line");
    summary.setAttribute("aria-live", again ? "off" : "assertive");
    summary.hidden = !first;
    summary.replaceChildren(head, link);
    return first;
  }

  goTo({ name, place }) {
    const told = this.places.find((node) => node.dataset.errorsFor === name);
    const box = told?.closest(".item, .field, .pad") || document.getElementById(place);
    box.scrollIntoView({ block: "center" });
    (box.querySelector("input:not([type=hidden]), select, textarea, canvas") || box).focus({ preventScroll: true });
  }

  // The messages at their fields. Only those of `before` are taken away, where it is given: a photo may have one of its own.
  tellFields(texts, before = null) {
    for (const node of this.places) {
      const name = node.dataset.errorsFor;
      const messages = texts[name] || [];
      if (!messages.length && before && !before.has(name)) continue;
      node.replaceChildren(...messages.map(paragraph));
      node.closest(".field")?.classList.toggle("field-invalid", messages.length > 0);
      const controls = all(`[name="${name}"], canvas`, node.closest(".item, .field, .pad") || node);
      if (messages.length) controls.forEach((control) => control.setAttribute("aria-describedby", node.id));
      else controls.filter((control) => control.getAttribute("aria-describedby") === node.id).forEach((control) => control.removeAttribute("aria-describedby"));
    }
    this.told = new Set(Object.keys(texts));
  }

  // What the server found wrong, each with a link, and beside each field.
  show(title, problems, wrong = {}) {
    const { summary } = this;
    const head = document.createElement("h2");
    head.textContent = title;
    const list = document.createElement("ul");
    list.append(...problems.map(([place, message]) => {
      const entry = document.createElement("li");
      const target = place ? document.createElement("a") : entry;
      if (place) { target.href = `#${place}`; entry.append(target); }
      target.textContent = message;
      return entry;
    }));
    this.areMissing = false;
    summary.classList.remove("is-line");
    summary.setAttribute("aria-live", "assertive");
    summary.replaceChildren(head, list);
    this.tellFields(wrong);
    summary.hidden = false;
    summary.focus();
    summary.scrollIntoView({ block: "center" });
  }
}
