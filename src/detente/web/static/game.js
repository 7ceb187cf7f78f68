// The game: nested blocks, the same as an outline, one decision, and what moves the endings.

import { addressOf, announce, call, made, pageName, send, settingsOf } from "./lab.js";
import { viewOf } from "./charts.js";

const settings = settingsOf();
const at = (id) => document.getElementById(id);
const narrow = matchMedia("(max-width: 46rem)");
const dark = matchMedia("(prefers-color-scheme: dark)");
let view = null, asked = 0, decided = 0, rows = [];

// Where the reader is stands behind the settings in the address: from=ADDRESS, seen=OBSERVER.

function place() {
  const query = new URLSearchParams(location.hash.slice(1));
  return { root: query.get("from") ?? "", seen_by: query.get("seen") || null };
}

function go(root, seen_by = place().seen_by) {
  const query = new URLSearchParams();
  if (root) query.set("from", root);
  if (seen_by) query.set("seen", seen_by);
  const hash = query.toString();
  if (hash === location.hash.slice(1)) return;
  history.pushState(null, "", location.pathname + addressOf(settings) + (hash ? `#${hash}` : ""));
  show();
}
addEventListener("popstate", show);

const body = (kind, more) => ({ settings, page: `${pageName}/${kind}`, seen_by: place().seen_by, ...more });

function trouble(error) {
  const box = at("trouble");
  box.hidden = !error;
  if (!error) return;
  box.replaceChildren(made("p", {}, error.says));
  if (error.problems?.length) {
    box.append(made("ul", {}, ...error.problems.map((each) =>
      made("li", {}, `${each.line ? `Line ${each.line}: ` : ""}${each.what}${each.remedy ? `; ${each.remedy}` : ""}`))));
  }
  box.append(made("button", { type: "button", onclick: () => show() }, "Try again"));
}

async function show() {
  const number = ++asked;
  const { root } = place();
  at("board").setAttribute("aria-busy", "true");
  at("picture").classList.add("stale");
  at("outline").classList.add("stale");
  const width = Math.max(320, Math.floor(at("picture").clientWidth || 1000));
  const height = Math.max(420, Math.min(900, innerHeight - 190));
  const told = await send(call("game"), body("game", { root, width, height }));
  if (number !== asked || told.error?.kind === "overtaken") return;
  at("board").setAttribute("aria-busy", "false");
  trouble(told.error);
  if (told.error) { at("state").textContent = "What is dimmed belongs to where you were before."; return; }
  const answer = told.answer;
  observers(answer.observers);
  trail(answer.trail);
  rows = answer.specification.data[0].values;
  await draw(answer.specification);
  outline();
  at("picture").classList.remove("stale");
  at("outline").classList.remove("stale");
  at("state").textContent = [answer.says, ...answer.warnings].join(" ");
  announce(`${rows[0].full} ${rows.length - 1} blocks.`);
  if (answer.decision) decide(answer.decision);
}

// The picture

async function draw(specification) {
  view?.finalize();
  view = viewOf(at("picture"), specification).hover();
  view.signal("dark", dark.matches);
  view.addEventListener("click", (event, item) => { if (item?.datum) enter(item.datum); });
  await view.runAsync();
}
dark.addEventListener("change", () => view?.signal("dark", dark.matches).runAsync());

function enter(row) {
  if (row.kind === "ending") { announce(row.full); return; }
  go(row.address);
}

function observers(names) {
  const choice = at("observer");
  choice.replaceChildren(...Object.entries(names).map(([id, name]) => made("option", { value: id }, name)));
  choice.value = place().seen_by ?? "";
}
at("observer").addEventListener("change", (event) => go("", event.target.value || null));

function trail(steps) {
  const crumbs = [{ words: "Every way", address: "" }, ...steps];
  at("trail").replaceChildren(...crumbs.map((each, number) => {
    const last = number === crumbs.length - 1;
    const words = each.in_all ? `${each.words} (${each.in_all})` : each.words;
    return made("li", {}, last ? made("span", { "aria-current": "location" }, words)
      : made("button", { type: "button", onclick: () => go(each.address) }, words));
  }));
}

// The outline: one tab stop, arrow keys within.

function outline() {
  const below = new Map();
  for (const row of rows) if (row.parent !== null) (below.get(row.parent) ?? below.set(row.parent, []).get(row.parent)).push(row);
  const item = (row, level, number, among) => {
    const inside = below.get(row.id) ?? [];
    const name = row.who ? [made("span", { class: "who" }, row.who), `: ${row.what} ${row.share}`]
      : [made("span", { class: "ending" }, row.kind === "rest" ? `${row.what} ${row.share} (${row.ends})` : `Ends: ${row.what} ${row.share}`)];
    const element = made("li", {
      role: "treeitem", tabindex: "-1", "aria-level": level, "aria-setsize": among, "aria-posinset": number + 1,
      "aria-expanded": inside.length ? String(level < 2) : null, "data-row": row.order, title: row.full,
    }, made("span", { class: "line" }, made("span", { class: "twist", "aria-hidden": "true" }), made("span", {}, ...name)));
    if (inside.length) {
      element.append(made("ul", { role: "group", hidden: level >= 2 }, ...inside.map((each, k) => item(each, level + 1, k, inside.length))));
    }
    return element;
  };
  const first = below.get(0) ?? [];
  at("outline").replaceChildren(...first.map((row, k) => item(row, 1, k, first.length)));
  twist();
  at("outline").querySelector('[role="treeitem"]')?.setAttribute("tabindex", "0");
}

function twist() {
  for (const each of at("outline").querySelectorAll('[role="treeitem"]')) {
    const open = each.getAttribute("aria-expanded");
    each.querySelector(".twist").textContent = open === null ? "" : open === "true" ? "▾" : "▸";
  }
}

function open(element, wanted) {
  if (element.getAttribute("aria-expanded") === null) return;
  element.setAttribute("aria-expanded", String(wanted));
  element.querySelector(':scope > [role="group"]').hidden = !wanted;
  twist();
}

function focus(element) {
  if (!element) return;
  for (const each of at("outline").querySelectorAll('[tabindex="0"]')) each.tabIndex = -1;
  element.tabIndex = 0;
  element.focus();
  view?.signal("chosen", Number(element.dataset.row)).runAsync();
}

at("outline").addEventListener("keydown", (event) => {
  const here = event.target.closest('[role="treeitem"]');
  if (!here || event.altKey || event.ctrlKey || event.metaKey) return;
  const seen = [...at("outline").querySelectorAll('[role="treeitem"]')].filter((each) => !each.parentElement.closest("[hidden]"));
  const number = seen.indexOf(here), state = here.getAttribute("aria-expanded");
  if (event.key === "ArrowDown") focus(seen[number + 1]);
  else if (event.key === "ArrowUp") focus(seen[number - 1]);
  else if (event.key === "Home") focus(seen[0]);
  else if (event.key === "End") focus(seen.at(-1));
  else if (event.key === "ArrowRight") { if (state === "false") open(here, true); else if (state === "true") focus(seen[number + 1]); }
  else if (event.key === "ArrowLeft") {
    if (state === "true") open(here, false);
    else focus(here.parentElement.closest('[role="treeitem"]'));
  } else if (event.key === "Enter") enter(rows[Number(here.dataset.row)]);
  else if (event.key === " ") open(here, state !== "true");
  else return;
  event.preventDefault();
});
at("outline").addEventListener("click", (event) => {
  const here = event.target.closest('[role="treeitem"]');
  if (!here) return;
  focus(here);
  if (event.target.closest(".twist")) open(here, here.getAttribute("aria-expanded") !== "true");
  else enter(rows[Number(here.dataset.row)]);
});

// One decision

function bar(share) {
  const filled = made("span", { class: "filled" });
  filled.style.width = `${100 * share}%`;
  return made("span", { class: "track" }, filled);
}

function bars(values) {
  return made("dl", { class: "bars" }, ...values.flatMap((each) => [
    made("dt", {}, each.name), made("dd", { "aria-hidden": "true" }, bar(each.p)), made("dd", { class: "n" }, each.chance)]));
}

async function decide(address) {
  const number = ++decided;
  at("decision").classList.add("stale");
  const told = await send(call("decision"), body("decision", { address }));
  if (number !== decided || told.error?.kind === "overtaken") return;
  at("decision").classList.remove("stale");
  if (told.error) { at("decision").replaceChildren(made("p", { class: "aside" }, told.error.says)); return; }
  const answer = told.answer;
  at("decision").replaceChildren(
    made("h3", {}, answer.title), made("p", { class: "aside" }, answer.in_all),
    ...answer.situations.map(situation),
    ...(answer.more ? [made("p", { class: "aside" }, `… and ${answer.more} rarer situations.`)] : []),
  );
}

function situation(each) {
  const head = each.private || "It knows nothing that others do not";
  return made("article", { class: "situation" },
    made("p", {}, made("strong", {}, head), each.share ? ` ${each.share} of the time` : " (it never comes to that)"),
    each.knows ? made("p", { class: "aside" }, `Has seen ${each.knows}`) : null,
    ...each.beliefs.flatMap((belief) => [made("h4", {}, `Believes of ${belief.what}`), bars(belief.values)]),
    made("table", {},
      made("thead", {}, made("tr", {}, made("th", { scope: "col" }, "Move"), made("th", { scope: "col", class: "n" }, "Makes it"),
        made("th", { scope: "col", class: "n" }, "Worth"))),
      made("tbody", {}, ...each.moves.map((move) => made("tr", { class: move.best ? "best" : null },
        made("th", { scope: "row" }, move.name), made("td", { class: "n" }, move.chance), made("td", { class: "n" }, move.worth))))));
}

// What moves the endings

async function movers() {
  const told = await send(call("movers"), { settings, page: `${pageName}/movers` });
  if (told.error) { at("movers").replaceChildren(made("p", { class: "aside" }, told.error.says)); return; }
  const { endings, quantities } = told.answer;
  if (!quantities.length) { at("movers").replaceChildren(made("p", { class: "aside" }, "Nothing in this case is uncertain.")); return; }
  const points = (value) => `${value < 0 ? "−" : "+"}${Math.abs(100 * value).toFixed(0)}`;
  const item = (row) => {
    const does = endings.map((each) => ({ name: each.name, change: row.changes[each.of] ?? 0 }))
      .filter((each) => Math.abs(each.change) >= 0.005).sort((a, b) => Math.abs(b.change) - Math.abs(a.change)).slice(0, 4);
    const words = does.map((each) => `${each.name} ${points(each.change)}`).join(", ") || "less than a point on any";
    return made("li", {}, row.name, made("br"), made("span", { class: "does" }, words));
  };
  const rest = quantities.slice(8);
  at("movers").replaceChildren(
    made("p", { class: "aside" }, "Points by which each quantity moves an ending on its way from its 5th to its 95th percentile: in a straight line, as far as a probability can go."),
    made("ol", { class: "effects" }, ...quantities.slice(0, 8).map(item)),
    ...(rest.length ? [made("details", { class: "fold" }, made("summary", {}, `The other ${rest.length}`), made("ol", { class: "effects" }, ...rest.map(item)))] : []),
  );
}

// Search

at("search").addEventListener("submit", async (event) => {
  event.preventDefault();
  const words = at("words").value.trim();
  at("found").hidden = !words;
  if (!words) return;
  const told = await send(call("find"), body("find", { words }));
  const found = told.answer?.found ?? [];
  at("found-title").textContent = told.error ? told.error.says : found.length ? `Found, the likeliest first` : `Nothing that happens is called that`;
  at("found-list").replaceChildren(...found.map((each) =>
    made("li", {}, made("button", { type: "button", onclick: () => { go(each.address); at("found").hidden = true; } }, `${each.words} (${each.in_all} in all)`),
      made("span", { class: "aside" }, ` ${each.address}`))));
  announce(at("found-title").textContent);
});

let resized;
addEventListener("resize", () => { clearTimeout(resized); resized = setTimeout(show, 300); });
at("outline-fold").open = narrow.matches;
show();
movers();
