// Charts: specifications of Vega-Lite from the laboratory, drawn without any code made from text.

/* global vega, vegaLite, vegaInterpreter */

const dark = matchMedia("(prefers-color-scheme: dark)");
const narrow = matchMedia("(max-width: 46rem)");

/** The same specification with every colour of the palette in its counterpart for a dark page. */
function coloured(value, counterpart) {
  if (typeof value === "string") return counterpart.get(value) ?? value;
  if (Array.isArray(value)) return value.map((each) => coloured(each, counterpart));
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, coloured(each, counterpart)]));
  return value;
}

/** A specification with the colours of the page as it is now; usermeta.palette has the pairs. */
export function suited(spec) {
  const { usermeta, ...rest } = spec;
  if (!dark.matches || !usermeta?.palette) return rest;
  return coloured(rest, new Map(Object.values(usermeta.palette)));
}

/** A Vega view in an element; every expression in it is interpreted, none becomes a program. */
export function viewOf(element, vegaSpec, renderer = "svg") {
  const runtime = vega.parse(vegaSpec, null, { ast: true });
  const loader = vega.loader();
  loader.sanitize = () => Promise.reject(new Error("A chart loads nothing."));
  return new vega.View(runtime, {
    expr: vegaInterpreter.expressionInterpreter, renderer, container: element, hover: false, loader,
    logger: vega.logger(vega.Error), tooltip: (_, __, item, value) => { element.title = value ? String(value) : ""; },
  });
}

/** A chart in an element: specs { wide, narrow } of Vega-Lite, and named sets of rows, put in again with `update`. */
export class Chart {
  #element; #specs; #label; #sets = {}; #view = null; #running = false; #again = false;

  constructor(element, specs, label) {
    this.#element = element;
    this.#specs = specs;
    this.#label = label;
    for (const query of [dark, narrow]) query.addEventListener("change", () => this.#draw());
  }

  /** Put rows in; returns once they are drawn. Rows that come while others are drawn replace what still waits. */
  async update(sets) {
    Object.assign(this.#sets, sets);
    if (this.#view === null) return this.#draw();
    for (const [name, rows] of Object.entries(sets)) this.#view.data(name, rows.map((row) => ({ ...row })));
    if (this.#running) { this.#again = true; return; }
    this.#running = true;
    try {
      do { this.#again = false; await this.#view.runAsync(); } while (this.#again);
    } finally { this.#running = false; }
  }

  async #draw() {
    this.#view?.finalize();
    this.#element.replaceChildren();
    const spec = suited(narrow.matches ? this.#specs.narrow : this.#specs.wide);
    const compiled = vegaLite.compile(spec, { logger: vega.logger(vega.Error) }).spec;
    for (const data of compiled.data) if (data.name in this.#sets && !data.source) data.values = this.#sets[data.name];
    this.#view = viewOf(this.#element, compiled);
    await this.#view.runAsync();
    this.#element.setAttribute("role", "img");
    this.#element.setAttribute("aria-label", this.#label);
    this.#element.firstElementChild?.setAttribute("aria-hidden", "true");
  }
}
