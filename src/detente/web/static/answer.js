// The live answer: one request under way, the newest numbers next; once they rest, solved from rationality zero.

import { announce, call, keepSettings, made, onEvent, pageName, send, settingsOf } from "./lab.js";
import { Chart } from "./charts.js";

const find = (id) => document.getElementById(id);
const RESTS = 250; // milliseconds without a change after which the settled answer is asked for
const STEPS = 200; // of a slider over its range

let desk, settings, settled;
let charts = {};
let since = "start";
let answer = null, answered = ""; // the answer shown, and the settings that it belongs to
let underWay = false, waiting = false, rest = null, begun = 0;
const sliders = new Map();


const plainSettings = () => JSON.stringify(settings);
const percent = (p) => {
  if (p === null) return "unknown";
  const whole = (100 * p).toFixed(0);
  return whole === "0" && p > 0 ? "under 1 %" : whole === "100" && p < 1 ? "over 99 %" : `${whole} %`;
};
const points = (difference) => {
  const whole = Math.round(100 * difference);
  return whole ? ` (${whole > 0 ? "+" : "−"}${Math.abs(whole)})` : "";
};
const isWritten = () => !Object.keys(settings.set).length && settings.rationality === null && !settings.scenario
  && !settings.force.length && !settings.forbid.length;

/** A number with as many digits as its range asks for. */
function shown(value, mover) {
  if (!Number.isFinite(value)) return "perfect";
  const span = Math.abs(mover.high - mover.low) || Math.abs(value) || 1;
  const digits = Math.max(0, Math.min(8, 1 - Math.floor(Math.log10(span))));
  return value.toFixed(digits) + (mover.unit ? ` ${mover.unit}` : "");
}

async function begin() {
  settings = settingsOf();
  const told = await send(call("desk"));
  if (told.error) {
    trouble(told.error, begin);
    return;
  }
  trouble(null);
  desk = told.answer;
  find("answer-title").textContent = desk.title;
  document.title = `Live answer: ${desk.title}`;
  find("bench").setAttribute("aria-busy", "false");
  find("reset").disabled = false;
  makeChoices();
  makeSliders();
  makeCharts();
  find("shown").hidden = false;
  setSliders();
  if (isWritten()) {
    settled = answered = plainSettings();
    show(desk.written, false);
  } else {
    show(desk.written, true);
    settle();
  }
}

// What can be moved.

function makeSliders() {
  const box = find("sliders");
  box.replaceChildren();
  for (const mover of desk.movers) {
    const [low, high] = mover.uncertain ? [mover.low, mover.high] : around(mover.at);
    const margin = mover.uncertain ? 0.15 * (high - low) : 0;
    const range = bounded(low - margin, high + margin, mover);
    const step = Number(((range[1] - range[0]) / STEPS).toPrecision(2)) || 1;
    const id = `slider-${mover.id}`;
    const slider = made("input", { type: "range", id, min: range[0], max: range[1], step: "any", oninput: () => moved(mover, slider) });
    slider.dataset.step = step;
    slider.addEventListener("keydown", (event) => byKey(event, mover, slider, step));
    const output = made("output", { for: id });
    const row = made("div", { class: "lever" }, made("label", { for: id }, made("span", {}, mover.name), output), slider);
    box.append(row);
    sliders.set(mover.id, { mover, slider, output, row });
  }
}

const around = (value) => value === 0 ? [0, 1] : [Math.min(0, 2 * value), Math.max(0, 2 * value)];

/** A slider's range: a bit beyond where nine in ten draws lie, but not over a bound that the case itself keeps. */
function bounded(low, high, mover) {
  const one = mover.low >= 0 && mover.high <= 1;
  return [mover.low >= 0 ? Math.max(0, low) : low, one ? Math.min(1, high) : high];
}

/** Arrow keys go in steps of the range; the browser's own step would be a hundredth of it in odd decimals. */
function byKey(event, mover, slider, step) {
  const go = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
  if (go === undefined) return;
  event.preventDefault();
  const value = Math.min(Number(slider.max), Math.max(Number(slider.min), Number(slider.value) + go * step));
  slider.value = Number(value.toPrecision(12));
  moved(mover, slider);
}

function moved(mover, slider) {
  const value = Number(Number(slider.value).toPrecision(6));
  if (mover.id === "rationality") settings.rationality = value;
  else settings.set[mover.id] = value;
  begun = begun || performance.now();
  setSlider(sliders.get(mover.id));
  changed();
}

function valueOf(mover) {
  const own = mover.id === "rationality" ? settings.rationality : settings.set[mover.id];
  return own === null || own === undefined ? mover.at : own;
}

function setSlider({ mover, slider, output, row }) {
  const own = mover.id === "rationality" ? settings.rationality !== null : mover.id in settings.set;
  const value = valueOf(mover);
  if (document.activeElement !== slider || Number(slider.value) !== value) slider.value = value;
  output.textContent = shown(value, mover);
  slider.setAttribute("aria-valuetext", `${output.textContent}${own ? `, in the case ${shown(mover.at, mover)}` : ""}`);
  row.classList.toggle("moved", own);
}

function setSliders() {
  for (const each of sliders.values()) setSlider(each);
  setChoices();
}

// A scenario, and moves forced or forbidden.

function makeChoices() {
  const box = find("choices");
  box.className = "choices";
  box.replaceChildren();
  if (desk.scenarios.length) {
    const scenario = made("select", { id: "scenario", onchange: () => { settings.scenario = scenario.value || null; changed(true); } },
      made("option", { value: "" }, "none: the case as it is"),
      ...desk.scenarios.map((each) => made("option", { value: each.id }, each.name)));
    box.append(made("label", { for: "scenario" }, "Scenario"), scenario);
  }
  const limit = made("select", { id: "limit", onchange: () => {
    const [kind, ...words] = limit.value.split(" ");
    limit.value = "";
    if (kind) { settings[kind].push(words.join(" ")); changed(true); }
  } }, made("option", { value: "" }, "nothing so far"));
  if (settings.force.length || settings.forbid.length) limit.options[0].textContent = "one more";
  for (const stage of desk.stages) {
    const group = made("optgroup", { label: `${stage.actor}, ${stage.name}` });
    for (const move of stage.moves) {
      group.append(made("option", { value: `force ${stage.id}: ${move.id}` }, `always: ${move.name}`));
      group.append(made("option", { value: `forbid ${stage.id}: ${move.id}` }, `never: ${move.name}`));
    }
    limit.append(group);
  }
  box.append(made("label", { for: "limit" }, "Force or forbid a move"), limit, made("ul", { class: "chosen", id: "chosen" }));
}

function limitWords(text) {
  const at = text.indexOf(": ");
  const stage = desk.stages.find((each) => each.id === text.slice(0, at));
  const move = stage?.moves.find((each) => each.id === text.slice(at + 2));
  return move ? `${stage.name}: ${move.name}` : text;
}

function setChoices() {
  if (find("scenario")) find("scenario").value = settings.scenario ?? "";
  const list = find("chosen");
  const told = ["force", "forbid"].flatMap((kind) => settings[kind].map((text) => [kind, text]));
  list.hidden = !told.length;
  list.replaceChildren(...told.map(([kind, text]) => made("li", {}, made("button", {
    type: "button",
    "aria-label": `Take back: ${kind === "force" ? "always" : "never"} ${limitWords(text)}`,
    onclick: () => { settings[kind] = settings[kind].filter((each) => each !== text); changed(true); find("limit").focus(); },
  }, `${kind === "force" ? "always" : "never"} ${limitWords(text)} ✕`))));
}

// Asking: one request under way, then the newest.

function changed(atOnce = false) {
  keepSettings(settings);
  if (atOnce) setSliders();
  stale(true);
  clearTimeout(rest);
  rest = setTimeout(settle, atOnce ? 0 : RESTS);
  if (atOnce) return;
  if (underWay) waiting = true;
  else ask(false);
}

async function ask(settle) {
  underWay = true;
  waiting = false;
  const wanted = plainSettings();
  const from = begun;
  const told = await send(call("answer"), { settings, settle, page: pageName });
  underWay = false;
  if (told.error) {
    if (told.error.kind !== "overtaken" && told.error.kind !== "stopped" && wanted === plainSettings()) trouble(told.error, () => ask(settle));
  } else {
    const now = plainSettings();
    if (wanted === now || answered !== now) { // else the page was taken back meanwhile, and shows that
      trouble(null);
      if (settle) settled = wanted;
      answered = wanted;
      await show(told.answer, wanted !== now);
    }
    if (from && wanted === plainSettings()) {
      performance.measure("answer", { start: from, end: performance.now(), detail: { settle } });
      begun = 0;
    }
  }
  if (waiting) ask(false);
}

function settle() {
  clearTimeout(rest);
  if (plainSettings() === settled && answer && !find("shown").classList.contains("stale")) return;
  if (underWay) { rest = setTimeout(settle, 30); return; }
  begun = performance.now();
  ask(true);
}

function stale(yes) {
  find("shown").classList.toggle("stale", yes);
  find("bench").setAttribute("aria-busy", String(yes));
  if (yes) find("state").textContent = "These answers belong to other settings; the new ones are being solved.";
}

function trouble(error, again) {
  const box = find("trouble");
  box.hidden = !error;
  box.replaceChildren();
  if (!error) return;
  stale(Boolean(answer));
  find("state").textContent = "";
  box.append(made("p", {}, error.says));
  if (error.problems) box.append(made("ul", {}, ...error.problems.slice(0, 20).map((each) =>
    made("li", {}, `${each.line ? `Line ${each.line}: ` : ""}${each.what}${each.remedy ? `. ${each.remedy}` : ""}`))));
  if (error.kind === "problems") box.append(made("a", { href: location.pathname.replace(/answer$/, "text") }, "Mend it in the text"));
  else box.append(made("button", { type: "button", onclick: () => { trouble(null); again(); } }, "Try again"));
}

find("reset").addEventListener("click", () => {
  settings = { rationality: null, set: {}, scenario: null, force: [], forbid: [] };
  keepSettings(settings);
  setSliders();
  clearTimeout(rest);
  waiting = false;
  settled = answered = plainSettings();
  trouble(null);
  show(desk.written, false);
  announce("Back to the case as it is written.");
});

// Showing.

function makeCharts() {
  charts.endings = new Chart(find("endings"), desk.chart, "The chance of each ending; the same numbers stand in the table below.");
  const panels = find("beliefs");
  panels.replaceChildren();
  find("beliefs-part").hidden = !desk.subjects.length;
  find("dates").replaceChildren(...desk.events.slice(1).map((words) => made("li", {}, words.replace(/^\d+\. /, ""))));
  charts.beliefs = desk.subjects.map((subject) => {
    const box = made("div", { class: "picture" });
    const keys = subject.watching.map((name, k) => made("li", { class: `hue${k % 5}` },
      made("span", { "aria-hidden": "true" }, `${"●■▲◆✚"[k % 5]} `), name));
    panels.append(made("div", { class: "panel" }, made("h4", {}, sentence(subject.name)), made("ul", { class: "keys" }, ...keys), box));
    return { subject, chart: new Chart(box, subject.chart, `Belief in ${subject.name} after each event`) };
  });
  const choice = find("since");
  choice.replaceChildren();
  if (desk.events.length < 2) return;
  const select = made("select", { id: "since-choice", onchange: () => { since = select.value; draw(); } },
    ...desk.events.slice(1).map((words, k) => made("option", { value: String(k + 1) },
      k + 2 === desk.events.length ? `given all ${k + 1} events` : `given the events up to ${words}`)).reverse(),
    made("option", { value: "start" }, "at the outset"));
  // Where the events leave nothing open, what could have been is told first.
  if (Math.max(...Object.values(desk.written.after.at(-1).outcomes)) > 0.999) select.value = "start";
  since = select.value;
  choice.append(made("label", { for: "since-choice" }, "Told"), select);
}

const sentence = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);
const place = () => since === "start" ? 0 : Number(since);

async function show(told, isStale) {
  answer = told;
  const drawn = draw();
  stale(isStale);
  if (!isStale) {
    const words = told.continued
      ? told.status
      : `${told.status}${told.settled && told.moved !== null ? ` ${told.settled}` : ""}`;
    find("state").textContent = words;
    announce(`${desk.title}: ${endingsInWords()}`);
  }
  await drawn;
}

function endingsInWords() {
  const now = answer.after[place()].outcomes;
  return desk.outcomes.map(({ id, name }) => `${name} ${percent(now[id])}`).join(", ");
}

async function draw() {
  const now = answer.after[place()].outcomes, written = desk.written.after[place()].outcomes;
  const rows = desk.outcomes.map(({ id }) => ({
    id, p: now[id], far: Math.max(now[id] ?? 0, written[id] ?? 0),
    note: now[id] === null ? "unknown" : percent(now[id]) + points(now[id] - (written[id] ?? now[id])),
  }));
  const drawn = [charts.endings.update({ now: rows, written: desk.outcomes.map(({ id }) => ({ id, p: written[id] })) })];
  for (const { subject, chart } of charts.beliefs)
    drawn.push(chart.update({ now: beliefRows(answer, subject), written: beliefRows(desk.written, subject) }));
  table(now, written);
  course();
  await Promise.all(drawn);
}

function beliefRows(told, subject) {
  return told.beliefs
    .filter((each) => each.subject === subject.subject && each.value === subject.value)
    .flatMap((each) => each.belief.map((p, event) => ({ event, p, observer: subject.watching[subject.observers.indexOf(each.observer)] })));
}

function table(now, written) {
  const head = made("thead", {}, made("tr", {}, ...["Ending", "Now", "In the case", "Difference"].map((word, k) =>
    made("th", { scope: "col", class: k ? "n" : null }, word))));
  const body = made("tbody", {}, ...desk.outcomes.map(({ id, name }) => made("tr", {},
    made("th", { scope: "row" }, sentence(name)),
    made("td", { class: "n", "data-ending": id, "data-p": String(now[id]) }, exact(now[id])),
    made("td", { class: "n" }, exact(written[id])),
    made("td", { class: "n" }, now[id] === null || written[id] === null ? "unknown" : signed(now[id] - written[id])))));
  find("endings-table").replaceChildren(made("table", {}, head, body));
}

const exact = (p) => p === null ? "unknown" : `${(100 * p).toFixed(2)} %`;
const signed = (d) => `${d < 0 ? "−" : "+"}${Math.abs(100 * d).toFixed(2)}`;

function course() {
  find("course").replaceChildren(...answer.course.map((each) => each.ending
    ? made("li", {}, `It ends in ${each.ending}`, made("span", { class: "aside" }, ` (the whole course: ${percent(each.in_all)})`))
    : made("li", {}, each.actor ? made("strong", {}, each.actor) : null, `${each.actor ? ", " : ""}${each.stage}: ${each.move} `,
      made("span", { class: "aside" }, percent(each.there)))));
}

onEvent((event) => {
  if (event.kind === "prepared" && !desk) begin();
  if (event.kind === "back" && !find("trouble").hidden) desk ? settle() : begin();
});
addEventListener("popstate", () => { if (desk) { settings = settingsOf(); changed(true); } });
begin();
