// The first page: the studies run last, told once the library is read.

import { get, made } from "./lab.js";

const MOST = 9;
const when = (text) => new Date(text).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

const told = await get("/api/studies");
const list = document.getElementById("studies"), state = document.getElementById("studies-state");
list.replaceChildren(...told.studies.slice(0, MOST).map((each) => made("li", {},
  made("a", { href: `/study/${each.id}` }, each.title),
  made("span", { class: "aside" }, [when(each.started), each.settings.draws ? `${each.settings.draws.toLocaleString("en")} draws` : "medians",
    each.finished ? "" : "not finished"].filter(Boolean).join(", ")))));
state.textContent = told.says || (told.studies.length ? "" : "None yet. Run one from the page of a case.");
state.hidden = !state.textContent;
