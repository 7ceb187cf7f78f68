// The text of a case: checked as one types, one check under way and the newest text next; saved with what it began from.

import { announce, call, caseName, get, made, main, onEvent } from "./lab.js";

/* global ace */

const find = (id) => document.getElementById(id);
const PAUSE = 120; // milliseconds without a key after which the text is checked

ace.config.set("useStrictCSP", true);
ace.config.set("basePath", find("editor").dataset.ace);

let began = "", kept = "", ready = false, saving = false;
let underWay = false, waiting = false, pause = null, typedAt = 0;
let markers = [];

const editor = ace.edit("editor", {
  tabSize: 2, useSoftTabs: true, wrap: true, indentedSoftWrap: true,
  showPrintMargin: false, fontSize: 14, scrollPastEnd: 0.3, enableKeyboardAccessibility: true,
  theme: { cssClass: "ace-detente", cssText: "", isDark: matchMedia("(prefers-color-scheme: dark)").matches },
});
editor.session.setUseWorker(false); // the case is checked by the laboratory, and not in the browser
editor.session.setMode("ace/mode/yaml");
editor.textInput.getElement().setAttribute("aria-label", `Text of ${caseName}; the escape key leaves it`);
editor.session.setNewLineMode("auto");
export { editor };

async function begin() {
  const held = await get(call("text"));
  began = held.digest;
  kept = held.text;
  const text = held.draft ?? held.text;
  if (held.draft_began) began = held.draft_began;
  editor.session.setNewLineMode(text.includes("\r\n") ? "windows" : "unix");
  editor.session.setValue(text);
  editor.session.on("change", typed);
  ready = true;
  if (held.draft !== null) {
    say("What you typed last is here again; it is not saved yet.");
    if (held.draft_began !== held.digest) conflict(held);
  } else say("");
  buttons();
  check();
}

/** The text as it would be saved: line ends as they came. */
export const textNow = () => editor.session.getValue();
const dirty = () => textNow() !== kept;

/** Put another text in, as one step that can be undone; the cursor stays where it was. */
export function putText(text) {
  const at = editor.getCursorPosition(), top = editor.session.getScrollTop();
  const now = textNow();
  if (now === text) return;
  let first = 0;
  while (first < now.length && first < text.length && now[first] === text[first]) first++;
  let tail = 0;
  while (tail < now.length - first && tail < text.length - first && now[now.length - 1 - tail] === text[text.length - 1 - tail]) tail++;
  const document = editor.session.doc;
  const Range = ace.require("ace/range").Range;
  const range = Range.fromPoints(document.indexToPosition(first), document.indexToPosition(now.length - tail));
  editor.session.markUndoGroup();
  editor.session.replace(range, text.slice(first, text.length - tail));
  editor.session.markUndoGroup();
  editor.moveCursorToPosition(at);
  editor.clearSelection();
  editor.session.setScrollTop(top);
}

function say(words) { find("state").textContent = words; }

function buttons() {
  const undo = editor.session.getUndoManager();
  find("undo").disabled = !undo.canUndo();
  find("redo").disabled = !undo.canRedo();
  find("save").disabled = !savable();
}

const savable = () => ready && !saving && (dirty() || main.dataset.own === "no");

function typed() {
  if (!typedAt) typedAt = performance.now();
  typedAt = performance.now();
  find("verdict").textContent = "Being checked…";
  find("problems").classList.add("dim");
  for (const listener of stale) listener();
  say(dirty() ? "Not saved yet." : "");
  setTimeout(buttons, 0);
  clearTimeout(pause);
  pause = setTimeout(() => { if (underWay) waiting = true; else check(); }, PAUSE);
}

// Others who show the same case are told when the text changes, and what the check found.

const checked = new Set(), stale = new Set();
export const onChecked = (listener) => checked.add(listener);
export const onStale = (listener) => stale.add(listener);

async function check() {
  underWay = true;
  waiting = false;
  const text = textNow(), from = typedAt;
  const told = await ask("POST", "check", { text, began: dirty() ? began : "" });
  underWay = false;
  if (waiting || text !== textNow()) { check(); return; }
  if (told.error || told.detail) {
    find("verdict").textContent = told.error?.says ?? told.detail;
    return;
  }
  if (told.draft) say(told.draft);
  showProblems(told.answer);
  for (const listener of checked) listener(told.answer, text);
  if (from) requestAnimationFrame(() => performance.measure("check", { start: from, end: performance.now() }));
  typedAt = 0;
}

async function ask(method, end, body) {
  try {
    const answer = await fetch(call(end), { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    return await answer.json();
  } catch {
    return { error: { says: "The laboratory does not answer. What you typed is in this page only." } };
  }
}

function showProblems({ problems, size }) {
  const Range = ace.require("ace/range").Range;
  for (const id of markers) editor.session.removeMarker(id);
  markers = [];
  const lines = editor.session.getLength();
  editor.session.setAnnotations(problems.filter((each) => each.line && each.line <= lines).map((each) => ({
    row: each.line - 1, column: (each.column ?? 1) - 1, text: `${each.what}${each.remedy ? `. ${each.remedy}` : ""}`,
    type: each.severity === "error" ? "error" : "warning",
  })));
  for (const each of problems) {
    if (!each.line || each.line > lines) continue;
    const line = editor.session.getLine(each.line - 1);
    const from = Math.min((each.column ?? 1) - 1, Math.max(0, line.length - 1));
    const word = /^[\w.\-]+|^\S+/.exec(line.slice(from));
    const range = new Range(each.line - 1, from, each.line - 1, from + (word ? word[0].length : 1));
    markers.push(editor.session.addMarker(range, each.severity === "error" ? "problem" : "oddity", "text", true));
  }
  const errors = problems.filter((each) => each.severity === "error");
  const list = find("problems");
  list.classList.remove("dim");
  list.replaceChildren(...problems.slice(0, 100).map((each) => made("li", { class: each.severity },
    made("button", { type: "button", onclick: () => goTo(each.line, each.column) }, each.line ? `Line ${each.line}: ${each.what}` : each.what),
    each.remedy ? made("p", { class: "aside" }, each.remedy) : null)));
  const words = errors.length
    ? `${errors.length === 1 ? "One problem" : `${errors.length} problems`} to mend before it can be solved.`
    : `No problem: a game of ${size ? size.nodes.toLocaleString("en") : "?"} positions.${problems.length ? " Some of it has no effect:" : ""}`;
  find("verdict").textContent = words;
  announce(words);
}

/** Put the cursor at a place of the text. */
export function goTo(line, column) {
  if (!line) return;
  editor.gotoLine(line, (column ?? 1) - 1, true);
  editor.focus();
}

// Saving.

async function save() {
  if (!savable()) return;
  saving = true;
  buttons();
  const text = textNow();
  const told = await ask("PUT", "text", { text, began });
  if (told.saved) {
    began = told.saved.digest;
    kept = text;
    trouble();
    if (told.saved.name !== caseName) { location.href = `/case/${encodeURIComponent(told.saved.name)}/text`; return; }
    say(dirty() ? "Not saved yet." : "Saved.");
  } else if (told.changed) conflict(told.changed);
  else trouble(made("p", {}, told.says || told.error?.says || told.detail));
  saving = false;
  buttons();
}

function trouble(...content) {
  const box = find("trouble");
  box.hidden = !content.length;
  box.replaceChildren(...content);
}

/** Somebody else changed the file: both versions are shown, and the user chooses. */
function conflict(theirs) {
  const mine = textNow();
  trouble(
    made("p", {}, `${caseName} was changed elsewhere since you opened it. Nothing is overwritten: choose which text goes on.`),
    made("div", { class: "versions" },
      made("div", {}, made("strong", {}, "The lines of the file that are not in yours"), lines(theirs.text, mine, "gone")),
      made("div", {}, made("strong", {}, "Your lines that are not in the file"), lines(mine, theirs.text, "come"))),
    made("button", { type: "button", onclick: () => { began = theirs.digest; kept = theirs.text; trouble(); save(); } }, "Save mine over it"), " ",
    made("button", { type: "button", onclick: () => { began = theirs.digest; kept = theirs.text; putText(theirs.text); trouble(); say("The file's text; yours can be had back by undo."); buttons(); } }, "Take the file's text"));
}

function lines(from, other, look) {
  const there = new Map();
  for (const line of other.split("\n")) there.set(line, (there.get(line) ?? 0) + 1);
  const own = from.split("\n").map((line, k) => [k + 1, line]).filter(([, line]) => {
    const left = there.get(line) ?? 0;
    if (left) there.set(line, left - 1);
    return !left;
  });
  return made("pre", { class: look, tabindex: "0" }, own.slice(0, 400).map(([k, line]) => `${k}  ${line}`).join("\n") || "none");
}

find("save").addEventListener("click", save);
find("undo").addEventListener("click", () => { editor.undo(); buttons(); });
find("redo").addEventListener("click", () => { editor.redo(); buttons(); });
editor.commands.addCommand({ name: "save", bindKey: { win: "Ctrl-S", mac: "Command-S" }, exec: save });
addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s") { event.preventDefault(); save(); }
});
addEventListener("beforeunload", (event) => { if (ready && dirty() && underWay) event.preventDefault(); });
onEvent((event) => {
  if (event.kind === "saved" && event.name === caseName && event.digest !== began && !dirty()) begin();
  if (event.kind === "back" && ready) check();
});
await begin();
const place = new URLSearchParams(location.search).get("line");
if (place) goTo(Number(place), 1);
