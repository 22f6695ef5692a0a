// Visits that wait to be sent: oldest first, piece by piece, exactly once. The server knows each by the UUID that it got
// when it was begun, so a piece that is sent again changes nothing; a lock keeps two tabs from sending at the same time.
import { read, readAll, remove, write } from "./store.js";

export const DRAFT = "draft", QUEUED = "queued", REFUSED = "refused";

export class SignedOut extends Error {}
export class NoConnection extends Error {}
export class Trouble extends NoConnection {}

// Who is signed in, with the token that a form needs; the server's clock corrects that of the phone.
export async function session() {
  const answer = await ask("/offline/session/");
  const found = await answer.json();
  localStorage.setItem("clock", found.now - Date.now());
  localStorage.setItem("officer", found.officer);
  return found;
}

async function ask(url, options = {}) {
  let answer;
  try {
    answer = await fetch(url, { redirect: "manual", cache: "no-store", ...options, headers: { "X-Requested-With": "fetch", ...options.headers } });
  } catch {
    throw new NoConnection();
  }
  if (answer.status === 401 || answer.type === "opaqueredirect") throw new SignedOut();
  if (answer.status >= 500 || answer.status === 429) throw new Trouble();
  return answer;
}

export async function visitsOf(officer) {
  const visits = await readAll("visits");
  return visits.filter((visit) => visit.officer === String(officer)).sort((a, b) => a.changed - b.changed);
}

// Sends what is queued; answers with {uuid: location} of what arrived. Throws SignedOut or NoConnection when it must wait.
export async function flush() {
  const alone = navigator.locks ? (act) => navigator.locks.request("outbox", act) : (act) => act();
  return alone(async () => {
    const arrived = {};
    if (!(await readAll("visits")).some((visit) => visit.state === QUEUED)) return arrived;
    const { officer, token } = await session();
    let isTroubled = false;
    for (const { uuid } of (await visitsOf(officer)).filter((visit) => visit.state === QUEUED)) {
      const visit = await read("visits", uuid);
      if (!visit || visit.state !== QUEUED) continue; // opened again, or sent, since the list was read
      try {
        const location = await send(visit, token);
        if (location) arrived[uuid] = location;
      } catch (error) {
        if (!(error instanceof Trouble)) throw error;
        isTroubled = true; // one visit that the server can't take now does not hold up those after it
      }
    }
    document.dispatchEvent(new CustomEvent("outbox"));
    if (isTroubled) throw new Trouble();
    return arrived;
  });
}

// Leaves an unfinished visit with the server, to be continued on another device; answers with the address of the draft.
export async function leave(visit) {
  const { token } = await session();
  return send(visit, token, true);
}

async function send(visit, token, isDraft = false) {
  const post = (url, body) => ask(url, { method: "POST", body, headers: { "X-CSRFToken": token } });
  const waiting = visit.photos.filter((photo) => !photo.sent);
  let draft = "";
  if (waiting.length || isDraft) {
    const kept = await post(visit.url, sheet(visit, "draft"));
    if (!kept.ok) return refuse(visit, kept);
    const answer = await kept.json();
    if (answer.location) return finish(visit, answer.location);
    draft = `/inspections/${answer.draft}/edit/`;
    setField(visit, "version", answer.version);
    await write("visits", visit);
  }
  for (const photo of waiting) {
    const body = new FormData();
    body.set("field", photo.field);
    body.set("original", JSON.stringify(photo.original));
    body.set("photo", photo.blob, photo.name);
    const taken = await post(`/inspections/${visit.uuid}/photo/`, body);
    if (!taken.ok) return refuse(visit, taken);
    photo.sent = (await taken.json()).photo;
    await write("visits", visit);
  }
  if (isDraft) return finish(visit, draft);
  const answer = await post(visit.url, sheet(visit, "submit"));
  if (!answer.ok) return refuse(visit, answer);
  return finish(visit, (await answer.json()).location);
}

function sheet(visit, action) {
  const body = new FormData();
  visit.fields.forEach(([name, value]) => body.append(name, value));
  body.set("action", action);
  return body;
}

export function setField(visit, name, value) {
  visit.fields = [...visit.fields.filter(([other]) => other !== name), [name, String(value)]];
}

async function finish(visit, location) {
  await remove("visits", visit.uuid);
  return location;
}

// What the server does not take stays here with the reason, to be put right and sent again.
async function refuse(visit, answer) {
  const said = await answer.json().catch(() => ({})); // a page in HTML says nothing that the inspector could act on
  visit.state = REFUSED;
  visit.status = answer.status;
  visit.problems = said.problems || [];
  visit.wrong = said.fields || {};
  visit.first = said.first || "";
  visit.newKey = said.key || visit.key;
  if (said.version) setField(visit, "version", said.version);
  await write("visits", visit);
  return "";
}
