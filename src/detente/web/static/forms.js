// The same case as forms beside its text. The cursor in the text opens its entry; a field shows its place in the text.
// While the text cannot be read the forms stay, dimmed. An edit is made by the laboratory and comes back as a text.

import { announce, call, made, send } from "./lab.js";
import { editor, onChecked, onStale, putText, textNow } from "./text.js";

const box = document.getElementById("forms");
const REST = 140; // milliseconds after which the cursor has come to rest
let path = [], cursor = [], fromForm = false, asked = 0, rest = null, focused = null, edits = Promise.resolve();

const nav = made("nav", { "aria-label": "Sections of the case", class: "sections" });
const entries = made("ul", { class: "entries" });
const body = made("div", { class: "fields" });
const says = made("p", { class: "trouble", role: "alert", hidden: true });
box.append(made("h2", {}, box.dataset.words), nav, entries, says, body);

const same = (one, two) => JSON.stringify(one) === JSON.stringify(two);

async function refresh(by) {
  const number = ++asked;
  const place = by ?? (fromForm ? { path } : cursorPlace());
  const told = await send(call("form"), { text: textNow(), ...place });
  if (number !== asked) return;
  if (told.error || !told.answer?.read) { box.classList.add("dim"); return; }
  box.classList.remove("dim");
  path = told.answer.path;
  cursor = told.answer.cursor;
  draw(told.answer);
}

function cursorPlace() {
  const { row, column } = editor.getCursorPosition();
  return { line: row + 1, column: column + 1 };
}

function draw({ sections, form, label }) {
  const open = path[0];
  nav.replaceChildren(...sections.map((each) => made("button", {
    type: "button", title: each.about, class: each.line ? "" : "absent", "aria-pressed": each.key === open ? "true" : "false",
    onclick: () => (each.line ? show([each.key], each.line) : edit({ operation: "add", path: [each.key] }, [each.key])),
  }, each.line ? each.key : `+ ${each.key}`)));
  const section = sections.find((each) => each.key === open);
  const listed = (section?.entries ?? []).map((each) => made("li", {}, made("button", {
    type: "button", "aria-current": same(each.path, path) ? "true" : null, onclick: () => show(each.path, each.line),
  }, each.label)));
  if (section?.line && section.kind !== "text") listed.push(made("li", {}, adding([open], section.kind === "list", section.entries.length)));
  const active = box.contains(document.activeElement) ? document.activeElement : null;
  const begun = active?.matches("input") && entries.contains(active) ? active.value : "";
  entries.replaceChildren(...listed);
  if (begun && document.getElementById(active.id)) document.getElementById(active.id).value = begun;
  if (body.contains(active) && active.matches("input, textarea") && active.value !== active.defaultValue) return; // being typed in
  body.replaceChildren(...(form ? [made("h3", {}, label), about(form), tools(form), field(form, true)] : []).filter(Boolean));
  const wanted = focused ?? (fromForm ? null : JSON.stringify(cursor));
  for (const each of body.querySelectorAll("[data-path]")) {
    const here = each.dataset.path === wanted;
    each.classList.toggle("here", here);
    if (here && focused) each.querySelector("input, textarea, select")?.focus({ preventScroll: true });
    if (here) each.scrollIntoView({ block: "nearest" });
  }
  if (active?.id && !box.contains(document.activeElement)) document.getElementById(active.id)?.focus({ preventScroll: true });
  focused = null;
}

const about = (form) => (form.about ? made("p", { class: "aside" }, form.about) : null);

/** Buttons of an entry: up, down, remove. */
function tools(form) {
  const step = form.path.at(-1), at = form.path;
  const moves = typeof step === "number" ? [
    made("button", { type: "button", disabled: step === 0, onclick: () => edit({ operation: "move", path: at, position: step - 1 }, [...at.slice(0, -1), step - 1]) }, "Earlier"), " ",
    made("button", { type: "button", onclick: () => edit({ operation: "move", path: at, position: step + 1 }, [...at.slice(0, -1), step + 1]) }, "Later"), " ",
  ] : [];
  if (at.length < 2) return null;
  return made("p", { class: "tools" }, ...moves,
    made("button", { type: "button", onclick: () => edit({ operation: "remove", path: at }, at.slice(0, 1)) }, "Remove"));
}

function field(each, outermost = false) {
  const key = JSON.stringify(each.path);
  if (each.kind === "value") return value(each, key, outermost);
  const inner = (each.fields ?? []).map((part) => field(part));
  const last = each.kind === "list"
    ? adding(each.path, true, each.fields.length)
    : each.more?.length || each.free ? more(each) : null;
  const name = each.named && typeof each.path.at(-1) === "string" && each.path.at(-1) !== "id" ? renaming(each) : null;
  if (outermost) return made("div", { class: "entry", "data-path": key }, name, ...inner, last);
  return made("fieldset", { "data-path": key }, made("legend", {}, each.label, each.required ? null : removing(each)), name, ...inner, last);
}

function value(each, key, outermost) {
  const id = `field-${key.replace(/\W+/g, "-")}`;
  const long = each.value.length > 44 || each.value.includes("\n");
  const input = long
    ? made("textarea", { id, rows: Math.min(8, Math.ceil(each.value.length / 44) + 1) })
    : made("input", { id, type: "text", autocomplete: "off" });
  input.defaultValue = each.value;
  const rename = each.path.at(-1) === "id" && each.named;
  input.addEventListener("focus", () => { point(each.line); if (!long) suggest(input, each); });
  input.addEventListener("change", () => {
    edit(rename ? { operation: "rename", path: each.path, name: input.value } : { operation: "put", path: each.path, value: input.value });
  });
  return made("div", { class: "field", "data-path": key },
    made("label", { for: id, title: each.about }, outermost ? "Value" : each.label),
    input, each.required || outermost ? made("span") : removing(each), each.named && !rename && typeof each.path.at(-1) === "string" ? renaming(each) : null);
}

const removing = (each) => made("button", {
  type: "button", class: "small", "aria-label": `Remove ${each.label}`, onclick: () => edit({ operation: "remove", path: each.path }),
}, "×");

/** The name that formulas use, changed wherever it is mentioned. */
function renaming(each) {
  const id = `name-${JSON.stringify(each.path).replace(/\W+/g, "-")}`;
  const input = made("input", { id, type: "text", autocomplete: "off" });
  input.defaultValue = each.path.at(-1);
  input.addEventListener("change", () => edit({ operation: "rename", path: each.path, name: input.value }, [...each.path.slice(0, -1), input.value].slice(0, path.length)));
  return made("div", { class: "field" }, made("label", { for: id }, "Name in formulas"), input);
}

/** A key that may stand here too, or a new name. */
function more(each) {
  const key = JSON.stringify(each.path).replace(/\W+/g, "-");
  const parts = [];
  if (each.more.length) {
    const choice = made("select", { id: `more-${key}`, "aria-label": `Add to ${each.label}` }, made("option", { value: "" }, "Add…"),
      ...each.more.map((one) => made("option", { value: one.key, title: one.about }, one.key)));
    choice.addEventListener("change", () => {
      const target = [...each.path, choice.value];
      focused = JSON.stringify(target);
      edit({ operation: "add", path: target });
    });
    parts.push(choice);
  }
  if (each.free) parts.push(adding(each.path, false, 0, key));
  return made("div", { class: "more" }, ...parts);
}

function adding(holder, list, count) {
  const id = `add-${JSON.stringify(holder).replace(/\W+/g, "-")}`;
  const input = made("input", { id, type: "text", autocomplete: "off", "aria-label": `New in ${holder.at(-1)}`, placeholder: list ? "new entry" : "new name" });
  const add = () => {
    if (!list && !input.value.trim()) { input.focus(); return; }
    const name = input.value.trim(), target = [...holder, list ? count : name];
    input.value = "";
    edit({ operation: "add", path: target, name }, holder.length === 1 ? target : null);
  };
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); add(); } });
  return made("span", { class: "adding" }, input, " ", made("button", { type: "button", "aria-label": `Add to ${holder.at(-1)}`, onclick: add }, "Add"));
}

/** Show an entry, and its place in the text. */
function show(target, line) {
  fromForm = true;
  path = target;
  point(line);
  refresh({ path: target });
}

function point(line) {
  fromForm = true;
  if (line) editor.gotoLine(line, 0, false);
}

/** One edit after the other: the laboratory makes it, the text changes as one step, the check tells what follows. */
function edit(what, target = null) {
  fromForm = true;
  edits = edits.then(() => make(what, target));
}

async function make(what, target) {
  const from = performance.now();
  let text, told;
  do { // what was typed meanwhile is kept: the edit is made of the newest text
    text = textNow();
    told = await send(call("edit"), { text, ...what });
  } while (text !== textNow());
  const wrong = told.error?.says ?? "";
  says.hidden = !wrong;
  says.textContent = wrong;
  if (wrong) { announce(wrong); focused = null; refresh({ path }); return; }
  if (target) path = target;
  putText(told.answer.text);
  await refresh({ path });
  performance.measure("edit", { start: from, end: performance.now() });
}

async function suggest(input, each) {
  if (!each.at) return;
  const told = await send(call("complete"), { text: textNow(), line: each.at[0], column: each.at[1] });
  const offers = (told.answer?.offers ?? []).filter((offer) => offer.kind !== "key" && offer.kind !== "function");
  if (!offers.length) return;
  const id = `${input.id}-offers`;
  document.getElementById(id)?.remove();
  input.after(made("datalist", { id }, ...offers.map((offer) => made("option", { value: offer.text }, offer.about || offer.kind))));
  input.setAttribute("list", id);
}

// The cursor in the text opens its entry.

editor.selection.on("changeCursor", () => {
  if (!editor.isFocused()) return;
  fromForm = false;
  clearTimeout(rest);
  rest = setTimeout(() => refresh(), REST);
});
onStale(() => box.classList.add("dim"));
onChecked(() => refresh());

// What may stand at the cursor is offered on request (Ctrl and the space bar): a list that opened by itself would take
// the Enter key of somebody who only ends a line.

editor.setOptions({
  enableBasicAutocompletion: [{
    identifierRegexps: [/\w/],
    async getCompletions(_editor, _session, { row, column }, _prefix, done) {
      const told = await send(call("complete"), { text: textNow(), line: row + 1, column: column + 1 });
      const { offers = [], start = [row + 1, column + 1] } = told.answer ?? {};
      const completer = { insertMatch: (_, { value }) => replaceFrom(start, value) };
      done(null, offers.map((offer, k) => ({ value: offer.text, caption: offer.text, meta: offer.kind, docText: offer.about, score: 1000 - k, completer })));
    },
  }],
});

/** Put an offer in place of what was begun: a name of several words is replaced as a whole. */
function replaceFrom([line, column], words) {
  const begun = { row: line - 1, column: column - 1 };
  editor.session.replace({ start: begun, end: editor.getCursorPosition() }, words);
  editor.clearSelection();
}
