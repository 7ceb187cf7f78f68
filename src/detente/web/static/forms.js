// The same case as forms: the entry at the cursor, its values as fields, and what may be added; edits go into the text.

import { announce, call, made } from "./lab.js";
import { editor, onChecked, onStale, putText, textNow } from "./text.js";

const find = (id) => document.getElementById(id);
const box = find("forms");
let shown = null, asked = 0, fromForm = false, waitingFor = null;

async function ask(end, body) {
  try {
    const answer = await fetch(call(end), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const told = await answer.json();
    return answer.ok ? told : { error: { kind: "refused", says: told.detail } };
  } catch {
    return { error: { kind: "gone", says: "The laboratory does not answer." } };
  }
}

/** Show the form at a path, or at the cursor. While the text cannot be read, the form stays, dimmed. */
async function refresh(path = null) {
  const number = ++asked, text = textNow();
  const at = editor.getCursorPosition();
  const told = await ask("form", path ? { text, path } : { text, line: at.row + 1, column: at.column + 1 });
  if (number !== asked || text !== textNow()) return;
  if (told.error) { dim(true); return; }
  box.hidden = false;
  show(told.answer);
}

function dim(yes) {
  find("entries").classList.toggle("dim", yes);
  find("form-more").classList.toggle("dim", yes);
  for (const each of box.querySelectorAll("input, button, select")) each.disabled = yes && !each.closest("nav");
}

function show(form) {
  const within = box.contains(document.activeElement) ? document.activeElement.id : "";
  shown = form;
  find("crumbs").replaceChildren(...form.crumbs.flatMap((crumb, k) => [
    k ? made("span", { "aria-hidden": "true" }, " › ") : null,
    k === form.crumbs.length - 1
      ? made("strong", { "aria-current": "location" }, crumb.label)
      : made("button", { type: "button", onclick: () => go(crumb.path) }, crumb.label),
  ]).filter(Boolean));
  find("form-about").textContent = form.about;
  find("entries").replaceChildren(...form.entries.map(entry));
  find("form-more").replaceChildren(...more(form));
  dim(false);
  if (within) document.getElementById(within)?.focus();
}

async function go(path) {
  await refresh(path);
  place(shown.line);
  box.querySelector("#entries input, #entries button, #crumbs button")?.focus();
  announce(`Form of ${shown.crumbs.at(-1).label}`);
}

/** Show the entry's line in the text, without taking the focus there. */
function place(line) {
  if (!line) return;
  fromForm = true;
  editor.gotoLine(line, 0, false);
  editor.scrollToLine(line - 1, true, false);
  setTimeout(() => { fromForm = false; }, 60);
}

function entry(each, number) {
  const id = `field-${number}`;
  const row = made("div", { class: `entry${each.step === shown.focus ? " here" : ""}` });
  if (each.deeper) {
    row.append(made("button", { type: "button", class: "deeper", id, onclick: () => go(each.path) },
      made("strong", {}, each.label), made("span", { class: "aside" }, each.text)));
  } else {
    const words = each.words.length ? made("datalist", { id: `${id}-words` }, ...each.words.map((word) => made("option", { value: word }))) : null;
    const field = made(each.text.length > 40 ? "textarea" : "input", { id, rows: each.text.length > 40 ? Math.min(8, Math.ceil(each.text.length / 34)) : null,
      type: each.text.length > 40 ? null : "text", list: words ? words.id : null, "aria-describedby": each.about ? `${id}-about` : null,
      onfocus: () => place(each.line), onchange: () => edit({ operation: "put", path: each.path, value: field.value }) });
    field.value = each.text;
    row.append(made("label", { for: id }, each.label), field);
    if (words) row.append(words);
  }
  row.append(made("button", { type: "button", class: "small", "aria-label": `Remove ${each.label}`, title: "Remove",
    onclick: () => edit({ operation: "remove", path: each.path }, shown.path) }, "✕"));
  if (each.about) row.append(made("p", { class: "aside", id: `${id}-about` }, each.about));
  return row;
}

function more(form) {
  const parts = [];
  if (form.addable.length) {
    const select = made("select", { id: "add-key", onchange: () => {
      if (select.value) edit({ operation: "add", path: form.path, name: select.value, value: " " });
    } }, made("option", { value: "" }, "choose…"), ...form.addable.map((each) => made("option", { value: each.name, title: each.about }, `${each.name}${each.required ? " (needed)" : ""}: ${each.about}`)));
    parts.push(made("label", { for: "add-key" }, "Add"), select);
  } else if (form.free) {
    const name = made("input", { type: "text", id: "add-name" }), value = made("input", { type: "text", id: "add-value" });
    const add = () => { if (form.kind === "list" || name.value.trim()) edit({ operation: "add", path: form.path, name: name.value.trim(), value: value.value || "{}" }); };
    if (form.kind !== "list") parts.push(made("label", { for: "add-name" }, "Add one more, named"), name);
    parts.push(made("label", { for: "add-value" }, form.kind === "list" ? "Add one more" : "with the value"), value,
      made("button", { type: "button", onclick: add }, "Add"));
  }
  if (form.renamable) {
    const name = made("input", { type: "text", id: "new-name" });
    name.value = form.path.at(-1);
    parts.push(made("label", { for: "new-name" }, "Name, wherever it is mentioned"), name,
      made("button", { type: "button", onclick: () => edit({ operation: "rename", path: form.path, name: name.value.trim() }) }, "Rename"));
  }
  if (form.position !== null && form.neighbours > 1) {
    const move = (by) => edit({ operation: "move", path: form.path, position: form.position + by }, [...form.path.slice(0, -1), form.position + by]);
    parts.push(made("span", {}, "Its place among its neighbours"),
      made("button", { type: "button", disabled: form.position === 0, onclick: () => move(-1) }, "Earlier"),
      made("button", { type: "button", disabled: form.position === form.neighbours - 1, onclick: () => move(1) }, "Later"));
  }
  return parts.length ? [made("div", { class: "choice" }, ...parts)] : [];
}

async function edit(body, then = null) {
  const text = textNow();
  const trouble = find("form-trouble");
  const told = await ask("edit", { text, ...body });
  trouble.hidden = !told.error;
  if (told.error) {
    trouble.textContent = told.error.problems?.length ? told.error.problems.map((each) => each.what).join("; ") : told.error.says;
    return;
  }
  if (text !== textNow()) { refresh(shown.path); return; }
  const from = performance.now();
  waitingFor = then ?? told.answer.form.path;
  fromForm = true;
  putText(told.answer.text);
  setTimeout(() => { fromForm = false; }, 60);
  show(told.answer.form);
  if (then) refresh(then);
  performance.measure("edit", { start: from, end: performance.now() });
}

let pause;
editor.selection.on("changeCursor", () => {
  if (fromForm || box.contains(document.activeElement)) return;
  clearTimeout(pause);
  pause = setTimeout(() => refresh(), 150);
});
onStale(() => { if (waitingFor === null) dim(true); });
onChecked(() => {
  const path = waitingFor ?? (box.contains(document.activeElement) && shown ? shown.path : null);
  waitingFor = null;
  refresh(path);
});

// Completion: what the language, and the names of this case, let stand at the cursor.

editor.setOptions({
  enableBasicAutocompletion: [{
    identifierRegexps: [/[\w.\-]/],
    async getCompletions(_, session, position, prefix, back) {
      const told = await ask("complete", { text: session.getValue(), line: position.row + 1, column: position.column + 1 });
      back(null, (told.answer?.offers ?? []).map((each, k) => ({ caption: each.text, value: each.text, meta: each.kind, docText: each.about, score: 1000 - k })));
    },
  }],
});
refresh();
