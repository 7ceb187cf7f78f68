// Studies: begun, followed, cancelled, gone on with.

import { addressOf, announce, call, caseName, get, made, onEvent, send, settingsOf } from "./lab.js";

const find = (id) => document.getElementById(id);
const settings = settingsOf();
const here = (name) => name.replace(/\.ya?ml$/i, "");
const percent = (p) => p === null || p === undefined ? "unknown" : p > 0 && p < 0.005 ? "under 1 %" : p < 1 && p > 0.995 ? "over 99 %" : `${(100 * p).toFixed(0)} %`;
const runs = new Map();

if (addressOf(settings)) find("with").textContent = `with what you moved: ${settingWords(settings)}`;

function settingWords(told) {
  const words = Object.entries(told.set ?? {}).map(([name, value]) => `${name} = ${value}`);
  if (told.rationality !== null && told.rationality !== undefined) words.push(`rationality ${told.rationality}`);
  if (told.scenario) words.push(`scenario ${told.scenario}`);
  for (const each of told.force ?? []) words.push(`always ${each}`);
  for (const each of told.forbid ?? []) words.push(`never ${each}`);
  return words.join(", ") || "as the case says";
}

const when = (text) => text ? new Date(text).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" }) : "";

find("begin").addEventListener("submit", (event) => {
  event.preventDefault();
  begin({ settings, draws: Number(find("draws").value), seed: Number(find("seed").value) });
});

async function begin(body) {
  const told = await send(call("runs"), body);
  find("trouble").hidden = !told.error;
  if (told.error) find("trouble").textContent = told.error.says;
  else show(told);
}

function show(run) {
  if (run.case !== caseName) return;
  const before = runs.get(run.id);
  runs.set(run.id, run);
  if (before?.state !== run.state && before) {
    announce(`The study is ${run.state}.`);
    if (run.state !== "running") list();
  }
  find("running").replaceChildren(...[...runs.values()].reverse().map(card));
}

const STATES = {
  waiting: "Waiting for a solver", running: "Running", finished: "Finished", interrupted: "Stopped before its end",
  cancelled: "Cancelled; what was finished is kept", lost: "Lost", failed: "Not done",
};

function card(run) {
  const going = run.state === "waiting" || run.state === "running";
  const box = made("article", { class: "run", "aria-label": `Study of ${run.draws ?? 1} draws, ${STATES[run.state]}` });
  box.append(made("p", {}, made("strong", {}, STATES[run.state]), ` ${run.draws ? `${run.draws} draws, seed ${run.seed}, ` : ""}${settingWords(run.settings)}`));
  if (going) {
    const bar = made("progress", { max: Math.max(run.total, 1), value: run.done, "aria-label": "Solutions that are finished" });
    box.append(bar, made("p", { class: "aside" }, run.total ? `${run.stage}: ${run.done.toLocaleString("en")} of ${run.total.toLocaleString("en")} solutions` : "It begins."));
    box.append(made("button", { type: "button", onclick: () => send(`/api/runs/${run.id}/cancel`).then((told) => told.error ? null : show(told)) }, "Cancel"));
  }
  if (run.says) box.append(made("p", { class: "alarm" }, run.says));
  if (run.study) box.append(made("a", { class: "button main", href: `/study/${run.study}` }, "Read the report"));
  if (run.so_far) box.append(soFar(run.so_far, going));
  return box;
}

function soFar(told, going) {
  const head = made("thead", {}, made("tr", {}, ...["Ending", "Chance", "± standard error", "Nine in ten draws"].map((word, k) => made("th", { scope: "col", class: k ? "n" : null }, word))));
  const body = made("tbody", {}, ...told.endings.map((each) => made("tr", {},
    made("th", { scope: "row" }, each.name), made("td", { class: "n" }, percent(each.mean)),
    made("td", { class: "n" }, each.mean_error === null ? "unknown" : `${(100 * each.mean_error).toFixed(1)}`),
    made("td", { class: "n" }, each.low === null ? "unknown" : `${percent(each.low)} to ${percent(each.high)}`))));
  return made("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "How it may end so far" }, made("table", {},
    made("caption", { class: "aside" }, going ? `At the outset, from the ${told.draws} of ${told.of} draws that are finished` : `At the outset, from ${told.draws} draws`), head, body));
}

async function list() {
  const told = await get("/api/studies");
  for (const run of [...told.under_way].reverse()) if (!runs.has(run.id)) show(run);
  const own = told.studies.filter((each) => each.name === here(caseName));
  const all = told.studies.length;
  find("library").textContent = told.says || (own.length ? `${own.length} of ${all === 1 ? "one study" : `${all} studies`} in ${told.library}.` : `None of this case in ${told.library || "the library"}.`);
  find("studies").hidden = !own.length;
  find("studies").tBodies[0].replaceChildren(...own.map((each) => {
    const busy = [...runs.values()].some((run) => run.state === "running" && run.study === each.id);
    return made("tr", {},
      made("td", {}, when(each.started)), made("td", { class: "n" }, each.settings.draws?.toLocaleString("en") ?? "medians"),
      made("td", {}, settingWords(each.settings)),
      made("td", {}, each.finished ? "finished" : `${Math.floor(100 * each.kept / Math.max(each.solutions, 1))} % is kept`),
      made("td", {}, made("a", { href: `/study/${each.id}` }, each.finished ? "Read the report" : "Report so far"), " ",
        each.finished || busy ? null : made("button", { type: "button", onclick: () => begin({ study: each.id, draws: each.settings.draws, seed: each.settings.seed }) }, "Go on with it")));
  }));
}

onEvent((event) => {
  if (event.kind === "run") show(event.run);
  if (event.kind === "back") list();
});
list();
