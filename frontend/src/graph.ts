/** The genealogy: lights the way of a card, makes the picture larger and smaller. It is drawn by suyuan/desk/drawings.py,
 * and can be read, walked with the keyboard and opened without this. */

const LEGIBLE = 0.72; // below this size the cards can't be read; then the picture is moved instead of shrunk
const STEP = 1.25;

const scales = new WeakMap<SVGSVGElement, number>();

function natural(svg: SVGSVGElement): DOMRect {
  return svg.viewBox.baseVal as unknown as DOMRect;
}

function scale(svg: SVGSVGElement, to: number): void {
  const size = natural(svg);
  scales.set(svg, to);
  svg.setAttribute("width", String(size.width * to));
  svg.setAttribute("height", String(size.height * to));
}

/** As large as there is room for, but no larger than it is and no smaller than can be read; the subject in the middle. */
function fit(box: HTMLElement, svg: SVGSVGElement): void {
  const size = natural(svg);
  const whole = Math.min(1, (box.clientWidth - 8) / size.width);
  scale(svg, Math.max(LEGIBLE, whole));
  center(box, svg.querySelector(".subject"));
}

function center(box: HTMLElement, card: Element | null): void {
  if (!card) return;
  const at = card.getBoundingClientRect();
  const frame = box.getBoundingClientRect();
  box.scrollLeft += at.left + at.width / 2 - frame.left - frame.width / 2;
  box.scrollTop += at.top + at.height / 2 - frame.top - frame.height / 2;
}

/** All lines on the way of a card, back to its sources and on to what came of it. */
function way(lines: SVGPathElement[], id: string): Set<string> {
  const found = new Set([id]);
  for (const [from, to] of [["from", "to"], ["to", "from"]] as const) {
    let todo = [id];
    const seen = new Set(todo);
    while (todo.length) {
      const next: string[] = [];
      for (const line of lines) {
        const [here, there] = [line.dataset[from] ?? "", line.dataset[to] ?? ""];
        if (!seen.has(here) || seen.has(there)) continue;
        seen.add(there);
        next.push(there);
      }
      todo = next;
    }
    seen.forEach((one) => found.add(one));
  }
  return found;
}

function light(svg: SVGSVGElement, id: string): void {
  const lines = [...svg.querySelectorAll<SVGPathElement>("path.line")];
  const lit = way(lines, id);
  svg.classList.add("lit");
  for (const card of svg.querySelectorAll<SVGElement>(".node")) card.classList.toggle("on", lit.has(card.dataset.id ?? ""));
  for (const line of lines) line.classList.toggle("on", lit.has(line.dataset.from ?? "") && lit.has(line.dataset.to ?? ""));
}

function prepare(box: HTMLElement): void {
  const svg = box.querySelector("svg");
  if (!svg || scales.has(svg)) return;
  const over = (event: Event): void => {
    const card = event.target instanceof Element ? event.target.closest<SVGElement>(".node") : null;
    if (card) light(svg, card.dataset.id ?? "");
    else svg.classList.remove("lit");
  };
  svg.addEventListener("pointerover", over);
  svg.addEventListener("pointerleave", () => svg.classList.remove("lit"));
  svg.addEventListener("focusin", over);
  svg.addEventListener("focusout", () => svg.classList.remove("lit"));
  svg.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const tab = /^#tab-/.exec(link?.getAttribute("href") ?? "") && document.querySelector<HTMLElement>(link?.getAttribute("href") ?? "");
    if (!tab) return;
    event.preventDefault();
    tab.click();
    tab.scrollIntoView({ block: "start" });
  });
  const section = box.closest("section");
  section?.querySelectorAll<HTMLElement>("[data-zooms]").forEach((group) => (group.hidden = false));
  section?.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-zoom]") : null;
    if (!button) return;
    if (button.dataset.zoom === "fit") fit(box, svg);
    else scale(svg, (scales.get(svg) ?? 1) * (button.dataset.zoom === "in" ? STEP : 1 / STEP));
  });
  fit(box, svg);
  box.dataset.ready = "";
}

let opening = "";
document.addEventListener("htmx:beforeRequest", (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLElement>("#traced [hx-get]") : null;
  opening = link ? (link.dataset.opens ?? "closed") : "";
});
/** After a pile was opened or closed the keyboard goes on in the new picture. */
document.addEventListener("htmx:afterSettle", () => {
  document.querySelectorAll<HTMLElement>("[data-graph]").forEach(prepare);
  if (opening) document.querySelector<HTMLElement>("[data-graph]")?.focus({ preventScroll: true });
  opening = "";
});
document.querySelectorAll<HTMLElement>("[data-graph]").forEach(prepare);

export {};
