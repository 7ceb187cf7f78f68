// A new case: of a kind, or from answers; what is written opens as text.

import { made, send } from "./lab.js";

const find = (id) => document.getElementById(id);
const MOST_SIDES = 4, MOST_TURNS = 5;
const words = (text) => text.split(",").map((word) => word.trim()).filter(Boolean);
let number = 0;

/** A field with its label; `end` names it within its group. */
function field(end, label, more = {}) {
  const id = `${end}-${number++}`;
  return [made("label", { for: id }, label), made("input", { type: "text", id, "data-end": end, oninput: lists, ...more })];
}

function addSide() {
  const box = made("div", { class: "group" }, ...field("name", "Name"), ...field("wants", "What it might want, with commas between them; nothing where everybody knows"),
    ...field("best", "The best ending for each of these, in the same order", { list: "ending-list" }),
    ...field("worst", "The worst ending for each of these", { list: "ending-list" }));
  find("sides").append(box);
  find("add-side").disabled = find("sides").children.length >= MOST_SIDES;
}

function addTurn() {
  const box = made("div", { class: "group" }, ...field("side", "Who moves", { list: "side-list" }), ...field("about", "What is decided"),
    ...field("choices", "What can be done, with commas; “refuse = war” says that it then ends so", { placeholder: "accept = a deal, refuse" }),
    ...field("hidden", "Who does not see it, with commas", { list: "side-list" }),
    ...field("seen", "What was really done there, if it has happened"), ...field("date", "On which day, such as 2025-03-07"));
  find("turns").append(box);
  find("add-turn").disabled = find("turns").children.length >= MOST_TURNS;
}

const value = (box, end) => box.querySelector(`[data-end="${end}"]`).value.trim();

function lists() {
  find("ending-list").replaceChildren(...words(find("endings").value).map((each) => made("option", { value: each })));
  const names = [...find("sides").children].map((box) => value(box, "name")).filter(Boolean);
  find("side-list").replaceChildren(...names.map((each) => made("option", { value: each })));
}

function answers() {
  const sides = [...find("sides").children].filter((box) => value(box, "name")).map((box) => {
    const best = words(value(box, "best")), worst = words(value(box, "worst"));
    return { name: value(box, "name"), wants: words(value(box, "wants")).map((name, k) => ({ name, best: best[k] ?? "", worst: worst[k] ?? "" })) };
  });
  const boxes = [...find("turns").children].filter((box) => value(box, "side") && value(box, "choices"));
  const turns = boxes.map((box) => ({
    side: value(box, "side"), about: value(box, "about"), hidden_from: words(value(box, "hidden")),
    choices: words(value(box, "choices")).map((each) => {
      const [name, ending = ""] = each.split("=").map((part) => part.trim());
      return { name, ending };
    }),
  }));
  const happened = boxes.flatMap((box, k) => value(box, "seen") ? [{ turn: k + 1, choice: value(box, "seen"), date: value(box, "date") }] : []);
  return { title: find("title").value.trim(), sides, turns, happened, endings: words(find("endings").value), otherwise: find("otherwise").value.trim() };
}

async function begin(body) {
  const told = await send("/api/cases", body);
  const error = told.error;
  find("trouble").hidden = !error;
  if (error) {
    find("trouble").textContent = error.says;
    find("trouble").scrollIntoView({ block: "center" });
  } else location.href = `/case/${encodeURIComponent(told.answer.name)}/text`;
}

find("kinds").addEventListener("click", (event) => { if (event.target.dataset.kind) begin({ kind: event.target.dataset.kind }); });
find("answers").addEventListener("submit", (event) => { event.preventDefault(); begin({ answers: answers() }); });
find("endings").addEventListener("input", lists);
find("add-side").addEventListener("click", () => { addSide(); find("sides").lastChild.querySelector("input").focus(); });
find("add-turn").addEventListener("click", () => { addTurn(); find("turns").lastChild.querySelector("input").focus(); });
addSide(); addSide(); addTurn(); addTurn();
