// A seat played against the solved others; the page knows what the seat knows.

import { announce, call, caseName, made, onEvent, pageName, send, settingsOf } from "./lab.js";

const at = (id) => document.getElementById(id);
const table = at("table");

function trouble(error) {
  at("trouble").hidden = !error;
  at("trouble").textContent = error ? [error.says, ...(error.problems ?? []).map((each) => each.what)].join(" ") : "";
}

// A new game

at("begin")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const seats = [...event.target.querySelectorAll("input:checked")].map((each) => each.value);
  if (!seats.length) { at("state").textContent = "Choose who is played."; return; }
  at("state").textContent = "The game is being prepared.";
  const told = await send(call("games"), { settings: settingsOf(), page: pageName, seats });
  at("state").textContent = "";
  trouble(told.error);
  if (told.error) return;
  const address = (each) => `/case/${encodeURIComponent(caseName)}/play/${each.key}`;
  if (told.answer.seats.length === 1) { location.assign(address(told.answer.seats[0])); return; }
  const name = (seat) => event.target.querySelector(`input[value="${CSS.escape(seat)}"]`).parentElement.textContent.trim();
  at("seats").replaceChildren(...told.answer.seats.map((each) =>
    made("li", {}, made("a", { href: address(each) }, `Play ${name(each.seat)}`))));
  at("links").hidden = false;
  at("links").querySelector("a").focus();
});

// A game as its seat sees it

let count = 0, known = 0, busy = false;

async function ask(end, more) {
  if (busy) return;
  busy = true;
  table.setAttribute("aria-busy", "true");
  const told = await send(`/api/games/${table.dataset.key}/${end}`, { advice: at("advice").checked, page: pageName, ...more });
  busy = false;
  table.setAttribute("aria-busy", "false");
  if (told.error?.kind === "overtaken") return;
  trouble(told.error);
  if (!told.error) show(told.answer);
}

function show(answer) {
  count = answer.made;
  at("who").textContent = `${answer.title}: you are ${answer.seat}`;
  at("private").textContent = answer.private || "You know nothing that others do not.";
  at("seen").replaceChildren(...answer.seen.map((words, number) => made("li", { class: number >= known ? "new" : null }, words)));
  if (!answer.seen.length) at("seen").replaceChildren(made("li", { class: "aside" }, "Nothing yet."));
  const fresh = answer.seen.slice(known);
  known = answer.seen.length;
  at("now").textContent = answer.now;
  at("advice").parentElement.hidden = answer.over;
  at("beliefs").replaceChildren(...answer.beliefs.map((words) => made("p", { class: "aside" }, `You may believe of ${words}`)));
  at("moves").replaceChildren(answer.moves.length ? made("ul", { class: "open" }, ...answer.moves.map((each) => made("li", {},
    made("button", { type: "button", onclick: () => ask("move", { move: each.move, made: count }) }, made("span", {}, each.name),
      each.worth ? made("span", { class: "says" }, `worth ${each.worth}; the solution does it ${each.played} of the time`) : null)))) : "");
  at("hindsight").replaceChildren(...answer.hindsight.map((part) => made("section", { class: "hindsight" },
    made("h2", {}, part.title), made("ul", {}, ...part.lines.map((line) => made("li", {}, line))))));
  announce([...fresh, answer.now].join(" "));
}

if (table) {
  at("advice").checked = localStorage.getItem("detente-advice") !== "off";
  at("advice").addEventListener("change", (event) => {
    localStorage.setItem("detente-advice", event.target.checked ? "on" : "off");
    ask("look");
  });
  // Another seat's move may have come out.
  onEvent((event) => { if (event.kind === "game" && table.dataset.key.startsWith(`${event.id}-`)) ask("look"); });
  ask("look");
}
