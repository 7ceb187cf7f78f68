// Events: chosen by click or drag, and what follows from them.

import { addressOf, announce, call, made, pageName, send, settingsOf } from "./lab.js";

const at = (id) => document.getElementById(id);
const settings = settingsOf();
let known = null, events = [], asked = 0, dragged = null;

const stageOf = (event) => event.slice(0, event.indexOf(": "));
const sightOf = (event) => known.stages.flatMap((stage) => stage.sights.map((sight) => ({ ...sight, stage }))).find((each) => each.event === event);
const nameOf = (event) => {
  const sight = sightOf(event);
  return sight ? `${sight.stage.actor ? `${sight.stage.actor}, ` : ""}${sight.stage.name}: ${sight.name}` : event;
};

// The events stand behind the settings in the address: one event=STAGE: MOVE for each.

function fromAddress() {
  const query = new URLSearchParams(location.hash.slice(1));
  return query.has("events") ? query.getAll("event") : null;
}

function keep() {
  const query = new URLSearchParams([["events", String(events.length)], ...events.map((each) => ["event", each])]);
  history.replaceState(null, "", `${location.pathname}${addressOf(settings)}#${query}`);
}

function set(wanted) {
  events = wanted;
  keep();
  draw();
  follow();
}

function put(event, place = events.length) {
  const before = events.findIndex((each) => stageOf(each) === stageOf(event));
  const rest = events.filter((each) => stageOf(each) !== stageOf(event));
  if (before >= 0 && events[before] !== event) rest.splice(before, 0, event);  // another move of a stage that was seen
  else rest.splice(before >= 0 && before < place ? place - 1 : place, 0, event);
  set(rest);
}

function move(from, to) {
  if (to < 0 || to >= events.length) return;
  const wanted = [...events];
  wanted.splice(to, 0, ...wanted.splice(from, 1));
  set(wanted);
  at("timeline").children[to]?.querySelector("button")?.focus();
}

function draw() {
  const small = (label, sign, act, off) => made("button", { type: "button", "aria-label": label, title: label, disabled: off, onclick: act }, sign);
  const items = events.map((event, k) => made("li", { draggable: "true", "data-place": k }, made("span", { class: "what" }, nameOf(event)),
    small(`Earlier: ${nameOf(event)}`, "↑", () => move(k, k - 1), k === 0),
    small(`Later: ${nameOf(event)}`, "↓", () => move(k, k + 1), k === events.length - 1),
    small(`Take away: ${nameOf(event)}`, "×", () => set(events.filter((each) => each !== event)), false)));
  at("timeline").replaceChildren(...(items.length ? items : [made("li", { class: "nothing aside" }, "Nothing was seen.")]));
  for (const button of at("palette").querySelectorAll("button")) button.setAttribute("aria-pressed", String(events.includes(button.dataset.event)));
}

function palette() {
  at("palette").replaceChildren(...known.stages.map((stage) => made("section", { class: "palette" },
    made("h3", {}, `${stage.actor ? `${stage.actor}, ` : ""}${stage.name}`),
    made("div", {}, ...stage.sights.map((sight) => made("button", {
      type: "button", draggable: "true", "data-event": sight.event, "aria-pressed": "false",
      onclick: () => events.includes(sight.event) ? set(events.filter((each) => each !== sight.event)) : put(sight.event),
    }, sight.name))))));
}

// Dragging: from the moves to the events, and within the events.

addEventListener("dragstart", (event) => {
  const from = event.target.closest?.("[draggable]");
  if (!from) return;
  dragged = from.dataset.event ?? events[Number(from.dataset.place)];
  event.dataTransfer.setData("text/plain", dragged);
});
at("timeline").addEventListener("dragover", (event) => { if (dragged) { event.preventDefault(); at("timeline").classList.add("over"); } });
at("timeline").addEventListener("dragleave", () => at("timeline").classList.remove("over"));
at("timeline").addEventListener("drop", (event) => {
  event.preventDefault();
  at("timeline").classList.remove("over");
  const target = event.target.closest("li[data-place]");
  if (dragged) put(dragged, target ? Number(target.dataset.place) + Number(below(target, event)) : events.length);
  dragged = null;
});
/** True where the pointer is in the lower half of an event: what is dropped there comes after it. */
function below(item, event) {
  const box = item.getBoundingClientRect();
  return event.clientY > (box.top + box.bottom) / 2;
}
addEventListener("dragend", () => { dragged = null; at("timeline").classList.remove("over"); });

// What follows

function trouble(error) {
  at("trouble").hidden = !error;
  at("trouble").textContent = error ? [error.says, ...(error.problems ?? []).map((each) => each.what)].join(" ") : "";
}

async function follow() {
  const number = ++asked;
  for (const id of ["beliefs", "endings", "watch"]) at(id).classList.add("stale");
  at("seeing").setAttribute("aria-busy", "true");
  const told = await send(call("follow"), { settings, page: pageName, events, observer: at("observer").value || "analyst" });
  if (number !== asked || told.error?.kind === "overtaken") return;
  at("seeing").setAttribute("aria-busy", "false");
  trouble(told.error);
  if (told.error) { at("state").textContent = "What is dimmed belongs to the events before."; return; }
  const answer = told.answer;
  for (const id of ["beliefs", "endings", "watch"]) at(id).classList.remove("stale");
  const chance = answer.chance.at(-1);
  at("state").textContent = (answer.possible ? `All of it happens in ${percent(chance)} of the ways it can go. ` : "In this solution these events cannot have happened together. ") + answer.says;
  at("beliefs").replaceChildren(table(answer.events, answer.beliefs, "Nobody else's mind is open in this case."));
  at("endings").replaceChildren(table(answer.events, answer.endings, ""));
  watch(answer.watch);
  announce(at("state").textContent);
}

const percent = (share) => share === null ? "–" : share > 0 && share < 0.005 ? "under 1 %" : share < 1 && share >= 0.995 ? "over 99 %" : `${(100 * share).toFixed(0)} %`;

function table(names, columns, otherwise) {
  if (!columns.length) return made("p", { class: "aside" }, otherwise);
  const cell = (column, k) => {
    const share = column.path[k];
    const filled = made("span", { class: "filled" });
    filled.style.width = `${100 * (share ?? 0)}%`;
    return made("td", {}, percent(share), made("span", { class: "track", "aria-hidden": "true" }, filled),
      column.weights?.[k] && column.weights[k] !== "×1.0" ? made("span", { class: "weight" }, column.weights[k]) : null);
  };
  return made("table", {},
    made("thead", {}, made("tr", {}, made("th", { scope: "col" }, "After"), ...columns.map((each) => made("th", { scope: "col" }, each.name)))),
    made("tbody", {}, ...names.map((name, k) => made("tr", {}, made("th", { scope: "row" }, k ? name : "before anything"), ...columns.map((each) => cell(each, k))))));
}

function watch(stages) {
  if (!stages.length) { at("watch").replaceChildren(made("p", { class: "aside" }, "Nothing is left to be seen.")); return; }
  const article = (stage) => made("article", { class: "watched" },
    made("h3", {}, `${stage.actor ? `${stage.actor}, ` : ""}${stage.name}`),
    made("p", { class: "aside" }, `Expected to tell ${stage.bits} bits.`),
    made("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": stage.name }, made("table", {},
      made("thead", {}, made("tr", {}, made("th", { scope: "col" }, "Sight"), made("th", { scope: "col" }, "Likely"),
        ...(stage.sights[0]?.after ?? []).map((each) => made("th", { scope: "col" }, `${each.name} (now ${each.now})`)))),
      made("tbody", {}, ...stage.sights.map((sight) => made("tr", {}, made("th", { scope: "row" }, sight.name), made("td", {}, sight.chance),
        ...sight.after.map((each) => made("td", {}, each.then))))))));
  const first = stages.slice(0, 4), rest = stages.slice(4);
  at("watch").replaceChildren(...first.map(article),
    ...(rest.length ? [made("details", {}, made("summary", {}, `${rest.length} less telling`), ...rest.map(article))] : []));
}

async function begin() {
  const told = await send(call("sights"), { settings, page: pageName });
  trouble(told.error);
  if (told.error) { at("seeing").setAttribute("aria-busy", "false"); return; }
  known = told.answer;
  at("observer").replaceChildren(...Object.entries(known.observers).map(([id, name]) => made("option", { value: id }, name)));
  at("observer").addEventListener("change", follow);
  at("own").addEventListener("click", () => set(known.timeline));
  at("none").addEventListener("click", () => set([]));
  palette();
  events = fromAddress() ?? known.timeline;
  draw();
  follow();
}
begin();
