// A photo made small on the phone. The original's SHA-256, time and place are noted first and travel with it;
// its EXIF block is put back into the smaller picture, so that the server reads it as from the camera.
const LONGEST = 1600;
const QUALITY = 0.82;
const JUST_TAKEN = 5 * 60 * 1000;

export async function prepare(file) {
  const bytes = await file.arrayBuffer();
  const original = { sha256: await sha256(bytes), taken_at: new Date(file.lastModified || Date.now()).toISOString() };
  if (Date.now() - file.lastModified < JUST_TAKEN) Object.assign(original, await position());
  const small = await shrink(file, bytes).catch(() => null); // what this browser can't show, the server may still read
  return { blob: small || new Blob([bytes], { type: file.type }), name: file.name, original };
}

async function sha256(bytes) {
  if (!crypto.subtle) return "";
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function position() {
  return new Promise((resolve) => {
    if (!navigator.geolocation) { resolve({}); return; }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ latitude: coords.latitude, longitude: coords.longitude }),
      () => resolve({}),
      { timeout: 4000, maximumAge: 60000 },
    );
  });
}

async function shrink(file, bytes) {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
    const scale = Math.min(1, LONGEST / Math.max(image.naturalWidth, image.naturalHeight));
    if (scale === 1 && file.type === "image/jpeg" && file.size < 400000) return null; // small enough as it is
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.naturalWidth * scale);
    canvas.height = Math.round(image.naturalHeight * scale);
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const small = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    if (!small) return null;
    const exif = exifOf(new Uint8Array(bytes));
    return exif ? new Blob([small.slice(0, 2), exif, small.slice(2)], { type: "image/jpeg" }) : small;
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

// The EXIF segment of a JPEG, its orientation set to upright since the canvas has turned the picture; null without one.
function exifOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 10 < bytes.length && bytes[at] === 0xff; at += 2 + view.getUint16(at + 2)) {
    if (bytes[at + 1] === 0xda) return null;
    if (bytes[at + 1] === 0xe1 && view.getUint32(at + 4) === 0x45786966) {
      const segment = bytes.slice(at, at + 2 + view.getUint16(at + 2));
      setUpright(new DataView(segment.buffer));
      return segment;
    }
  }
  return null;
}

function setUpright(segment) {
  const start = 10;
  const isLittle = segment.getUint16(start) === 0x4949;
  const directory = start + segment.getUint32(start + 4, isLittle);
  if (directory + 2 > segment.byteLength) return;
  for (let entry = 0; entry < segment.getUint16(directory, isLittle); entry += 1) {
    const at = directory + 2 + entry * 12;
    if (at + 12 > segment.byteLength) return;
    if (segment.getUint16(at, isLittle) === 0x0112) segment.setUint16(at + 8, 1, isLittle);
  }
}
