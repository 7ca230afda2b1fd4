/** A list by keyboard: j/k or arrows move, Enter opens, x selects, n new, f to the list's own search. A letter acts only
 * when nothing follows at once, since a scanner types letters too (scan.ts). */

export const GAP = 40; // milliseconds: a person is slower, a scanner is not

const list = document.querySelector<HTMLFormElement>("[data-list]");
const rows = list ? [...list.querySelectorAll<HTMLTableRowElement>("tr[data-row]")] : [];
let pending = 0;

function current(): number {
  const at = document.activeElement;
  return rows.findIndex((row) => row === at || (at && row.contains(at)));
}

function move(step: number): void {
  const row = rows[Math.min(rows.length - 1, Math.max(0, current() < 0 ? (step > 0 ? 0 : rows.length - 1) : current() + step))];
  row?.focus();
  row?.scrollIntoView({ block: "nearest" });
}

function box(row: HTMLElement | undefined): HTMLInputElement | null | undefined {
  return row?.querySelector<HTMLInputElement>("input[name=key]");
}

function count(): void {
  const boxes = rows.map(box).filter((one) => one != null);
  const picked = boxes.filter((one) => one.checked).length;
  const says = list?.querySelector<HTMLElement>("[data-picked]");
  if (says) says.textContent = picked ? `${picked} ${says.dataset.some}` : (says.dataset.none ?? "");
  for (const button of list?.querySelectorAll<HTMLButtonElement>("[data-needs]") ?? []) button.disabled = !picked;
  for (const row of rows) row.classList.toggle("picked-row", box(row)?.checked ?? false);
  const all = list?.querySelector<HTMLInputElement>("[data-all]");
  if (all) {
    all.checked = picked > 0 && picked === boxes.length;
    all.indeterminate = picked > 0 && picked < boxes.length;
  }
}

function select(): void {
  const one = box(rows[current()]);
  if (!one) return;
  one.checked = !one.checked;
  count();
}

function search(): void {
  const quick = document.querySelector<HTMLInputElement>("[data-quick]");
  quick?.focus();
  quick?.select();
}

const keys: Record<string, () => void> = {
  j: () => move(1),
  k: () => move(-1),
  x: select,
  f: search,
  n: () => document.querySelector<HTMLAnchorElement>("[data-new]")?.click(),
};

/** Is this letter one that the page acts on? */
export function isShortcut(key: string): boolean {
  return key in keys && document.querySelector("[data-quick], [data-list]") !== null;
}

function typing(): boolean {
  const at = document.activeElement;
  if (at instanceof HTMLInputElement) return !["checkbox", "radio", "button", "submit"].includes(at.type);
  return at instanceof HTMLTextAreaElement || at instanceof HTMLSelectElement;
}

document.addEventListener("keydown", (event) => {
  const followed = pending !== 0;
  clearTimeout(pending);
  pending = 0;
  if (event.ctrlKey && event.key === "Enter") {
    document.querySelector<HTMLButtonElement>("[data-save]")?.click();
    return;
  }
  if (typing() || event.ctrlKey || event.altKey || event.metaKey) return;
  if (list && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (list && event.key === "Enter" && rows[current()] === document.activeElement) {
    rows[current()]?.querySelector<HTMLAnchorElement>("[data-open]")?.click();
  } else if (isShortcut(event.key) && !followed) {
    const act = keys[event.key];
    pending = window.setTimeout(() => {
      pending = 0;
      act?.();
    }, GAP);
  }
});

list?.addEventListener("change", (event) => {
  if (event.target instanceof HTMLInputElement && event.target.matches("[data-all]")) {
    for (const row of rows) {
      const one = box(row);
      if (one) one.checked = event.target.checked;
    }
  }
  count();
});
if (list) count();

// A form fetched into the page (a part of a thing): the cursor goes into it.
document.addEventListener("htmx:afterSwap", (event) => {
  const into = event.target instanceof Element ? event.target : null;
  if (!into?.classList.contains("in-place")) return;
  const inputs = [...into.querySelectorAll<HTMLInputElement>("input:not([type=hidden]):not([readonly])")];
  (inputs.find((one) => !one.value) ?? inputs[0])?.focus();
  into.scrollIntoView({ block: "nearest" });
});
