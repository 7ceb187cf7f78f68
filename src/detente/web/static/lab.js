// What all pages share: calls, the one stream of events, the settings in the address, and words for who cannot see.

export const main = document.getElementById("main");
export const caseName = main?.dataset.case ?? "";
export const pageName = crypto.randomUUID();

/** The address of a call about this page's case. */
export const call = (end) => `/api/cases/${encodeURIComponent(caseName)}/${end}`;

/** Send plain values and get plain values; what went wrong comes as { error: { kind, says, problems } }. */
export async function send(address, body, signal) {
  try {
    const answer = await fetch(address, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body ?? {}), signal,
    });
    const told = await answer.json();
    if (answer.ok) return told;
    return { error: { kind: "refused", says: typeof told.detail === "string" ? told.detail : answer.statusText } };
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return { error: { kind: "gone", says: "The laboratory does not answer. Is it still running?" } };
  }
}

export async function get(address) {
  const answer = await fetch(address);
  return answer.json();
}

/** An element with text and attributes; what is put in is text, never markup. */
export function made(tag, attributes = {}, ...content) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...content.filter((each) => each !== null && each !== undefined));
  return element;
}

let announced;
/** Say something to who cannot see, once things have come to rest. */
export function announce(words) {
  clearTimeout(announced);
  announced = setTimeout(() => { document.getElementById("announcer").textContent = words; }, 400);
}

// Settings in the address, so that a page can be passed on: set.NAME=VALUE, rationality, scenario, force, forbid.

export function settingsOf(search = location.search) {
  const settings = { rationality: null, set: {}, scenario: null, force: [], forbid: [] };
  for (const [name, value] of new URLSearchParams(search)) {
    if (name.startsWith("set.") && Number.isFinite(Number(value)) && value !== "") settings.set[name.slice(4)] = Number(value);
    else if (name === "rationality") settings.rationality = value === "limit" ? value : Number(value);
    else if (name === "scenario") settings.scenario = value;
    else if (name === "force" || name === "forbid") settings[name].push(value);
  }
  if (Number.isNaN(settings.rationality)) settings.rationality = null;
  return settings;
}

export function addressOf(settings) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(settings.set)) query.append(`set.${name}`, String(value));
  if (settings.rationality !== null) query.append("rationality", String(settings.rationality));
  if (settings.scenario) query.append("scenario", settings.scenario);
  for (const kind of ["force", "forbid"]) for (const each of settings[kind]) query.append(kind, each);
  const text = query.toString();
  return text ? `?${text}` : "";
}

const BETWEEN_ADDRESSES = 250; // milliseconds: a browser allows 200 changes of the address in half a minute
let keeping = null, toKeep = null;

/** Put settings into the address and into the links to the other pages of the case. */
export function keepSettings(settings) {
  toKeep = addressOf(settings);
  keeping ??= setTimeout(keepNow, BETWEEN_ADDRESSES);
}

function keepNow() {
  clearTimeout(keeping);
  keeping = null;
  if (toKeep === null) return;
  history.replaceState(null, "", location.pathname + toKeep + location.hash);
  for (const link of document.querySelectorAll("a[data-keep-settings]")) link.search = toKeep;
  toKeep = null;
}
addEventListener("pagehide", keepNow);
document.addEventListener("click", keepNow, true);
for (const link of document.querySelectorAll("a[data-keep-settings]")) link.search = addressOf(settingsOf());

// One stream of events for all tabs of a browser: the tab that holds the lock reads it and passes it on. A browser
// allows six connections to one server; with a stream in each tab the seventh would hang.

const listeners = new Set();
const between = new BroadcastChannel("detente-events");
let last = null;

/** Be told of every event of the laboratory; returns what ends that. */
export function onEvent(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function heard(number, event) {
  if (number !== null && last !== null && number <= last) return;
  last = number ?? last;
  for (const listener of listeners) listener(event);
}
between.onmessage = ({ data }) => heard(data.number, data.event);

function pass(number, event) {
  between.postMessage({ number, event });
  heard(number, event);
}

function readStream() {
  return new Promise(() => {
    let lost = false;
    const open = () => {
      const stream = new EventSource(`/api/events${last === null ? "" : `?after=${last}`}`);
      stream.onopen = () => {
        if (lost) pass(null, { kind: "back" });
        lost = false;
      };
      stream.onmessage = (message) => pass(Number(message.lastEventId), JSON.parse(message.data));
      stream.onerror = () => {
        if (!lost) pass(null, { kind: "away" });
        lost = true;
        stream.close();
        last = null;
        setTimeout(open, 1000);
      };
    };
    open();
  });
}
if (caseName || document.body.dataset.events) {
  navigator.locks ? navigator.locks.request("detente-events", readStream) : readStream();
}

// News that concern every page.

const news = document.getElementById("news");
function say(words) {
  if (news) { news.textContent = words; news.hidden = !words; }
}
onEvent((event) => {
  if (event.kind === "preparing")
    say(`The solver is being prepared, once on this machine: ${event.compiled} parts compiled in ${Math.round(event.seconds)} seconds, of about 275. Texts can be read and written meanwhile.`);
  else if (event.kind === "prepared" || event.kind === "back") say("");
  else if (event.kind === "away") say("The laboratory does not answer. What you see stays; it goes on once it is back.");
});
if (caseName) get("/api/solvers").then((state) => {
  if (!state.ready) say("The solver is being prepared. Texts can be read and written meanwhile.");
});
