// A study in the report's words, section by section. A section comes as HTML that the report has written and escaped.

import { announce, call, made, pageName, send, settingsOf } from "./lab.js";

const at = (id) => document.getElementById(id);
const settings = settingsOf();
const inside = at("part");
let asked = 0;

const chosen = () => location.hash.slice(1) || "assumptions";

function trouble(error) {
  at("trouble").hidden = !error;
  at("trouble").textContent = error ? [error.says, ...(error.problems ?? []).map((each) => each.what)].join(" ") : "";
}

async function show() {
  const number = ++asked, section = chosen();
  for (const button of document.querySelectorAll("[data-section]")) {
    if (button.dataset.section === section) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
  at("which").hidden = section === "compare";
  at("beside").hidden = section !== "compare";
  at("part").classList.add("stale");
  at("found-board").setAttribute("aria-busy", "true");
  at("state").textContent = "Being worked out; a study of its own takes some seconds.";
  const told = section === "compare"
    ? await send(call("compare"), { settings, page: pageName, other: at("other").value })
    : await send(call("section"), { settings, page: pageName, section, study: at("study").value });
  if (number !== asked || told.error?.kind === "overtaken") return;
  at("found-board").setAttribute("aria-busy", "false");
  trouble(told.error);
  if (told.error) { at("state").textContent = "What is dimmed is of another section."; return; }
  at("part").classList.remove("stale");
  at("part-title").textContent = told.answer.title;
  at("state").textContent = [told.answer.says, ...told.answer.warnings].join(" ");
  inside.innerHTML = told.answer.html;
  for (const each of inside.querySelectorAll("[data-style]")) each.style.setProperty(each.dataset.style, each.dataset.value);
  announce(told.answer.title);
}

async function studies() {
  const told = await send(call("studies"), {});
  for (const each of told.answer ?? []) {
    const draws = each.settings.draws ? `${each.settings.draws} draws` : "one solution";
    at("study").append(made("option", { value: each.id }, `the study begun ${each.started.slice(0, 16).replace("T", " ")}, ${draws}`));
  }
}

for (const button of document.querySelectorAll("[data-section]")) {
  button.addEventListener("click", () => { if (chosen() === button.dataset.section) show(); else location.hash = button.dataset.section; });
}
addEventListener("hashchange", show);
at("study").addEventListener("change", show);
at("other").addEventListener("change", show);
show();
studies();
