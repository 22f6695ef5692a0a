// Signing with a finger: one pad for each officer who is ticked and one for the entity's person. What is drawn goes as a
// picture into a field of the form, so that it is kept, restored and sent like anything typed.
const pads = (form) => form.querySelector("[data-pads]");

export function layPads(form) {
  const place = pads(form);
  const wanted = [...form.querySelectorAll("[name=officers]:checked")]
    .filter((box) => "certified" in box.dataset)
    .map((box) => [`signature-${box.value}`, box.dataset.name]);
  if (form.dataset.signing === "screen") wanted.push(["signature-entity", form.querySelector("#pad-entity-name").content.textContent]);
  for (const pad of [...place.querySelectorAll("[data-pad]")]) {
    if (!wanted.some(([name]) => name === pad.dataset.pad)) pad.remove();
  }
  wanted.forEach(([name, label]) => place.append(place.querySelector(`[data-pad="${name}"]`) || newPad(form, name, label)));
}

function newPad(form, name, label) {
  const pad = form.querySelector("#pad-pattern").content.firstElementChild.cloneNode(true);
  pad.dataset.pad = name;
  pad.querySelector("[data-pad-name]").textContent = label;
  const errors = pad.querySelector("[data-errors-for]");
  errors.dataset.errorsFor = name;
  errors.id = `${name}-error`;
  const canvas = pad.querySelector("canvas");
  canvas.setAttribute("aria-label", `${canvas.getAttribute("aria-label")}: ${label}`);
  const field = form.querySelector(`input[name="${name}"]`) || newField(form, name);
  if (field.value) show(canvas, field.value);
  pad.querySelector("[data-pad-clear]").addEventListener("click", () => {
    canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
    set(field, "");
  });
  draw(canvas, () => set(field, canvas.toDataURL("image/png")));
  return pad;
}

function newField(form, name) {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = name;
  pads(form).append(field);
  return field;
}

function set(field, value) {
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function show(canvas, picture) {
  const image = new Image();
  image.onload = () => canvas.getContext("2d").drawImage(image, 0, 0);
  image.src = picture;
}

function draw(canvas, finished) {
  const pen = canvas.getContext("2d");
  let isDown = false;
  const spot = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
  };
  canvas.addEventListener("pointerdown", (event) => {
    isDown = true;
    canvas.setPointerCapture(event.pointerId);
    pen.lineWidth = 4;
    pen.lineCap = pen.lineJoin = "round";
    pen.beginPath();
    pen.moveTo(...spot(event));
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!isDown) return;
    pen.lineTo(...spot(event));
    pen.stroke();
  });
  const up = () => { if (isDown) { isDown = false; finished(); } };
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", up);
}
