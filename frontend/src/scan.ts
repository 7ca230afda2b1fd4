/** A keyboard-wedge scanner types fast and ends with Enter. Wherever the cursor is, what it types lands in the page's
 * scan field, or else in the search box. */

import { GAP, isShortcut } from "./office";

const SHORTEST = 6;
const SEPARATOR = "\u001d"; // FNC1, which wedges send as Ctrl+]

let typed = "";
let last = 0;
let before: { field: HTMLInputElement | HTMLTextAreaElement; value: string } | null = null;

function target(): HTMLInputElement | null {
  return document.querySelector<HTMLInputElement>("[data-scan]") ?? document.querySelector<HTMLInputElement>("#find");
}

function editable(element: Element | null): HTMLInputElement | HTMLTextAreaElement | null {
  const types = new Set(["checkbox", "radio", "button", "submit", "hidden"]);
  if (element instanceof HTMLTextAreaElement) return element;
  return element instanceof HTMLInputElement && !types.has(element.type) ? element : null;
}

function insert(field: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  field.setRangeText(text, field.selectionStart ?? field.value.length, field.selectionEnd ?? field.value.length, "end");
}

function submit(field: HTMLInputElement): void {
  const button = field.form?.querySelector<HTMLButtonElement>("[data-scan-button]");
  field.form?.requestSubmit(button ?? null);
}

function scanned(event: KeyboardEvent): void {
  const to = target();
  const at = editable(document.activeElement);
  if (!to || at === to) return;
  event.preventDefault();
  if (before && at === before.field) before.field.value = before.value;
  to.value = typed;
  to.focus();
  submit(to);
}

function character(event: KeyboardEvent): string {
  if (event.ctrlKey && event.key === "]") return SEPARATOR;
  return event.ctrlKey || event.altKey || event.metaKey || event.key.length !== 1 ? "" : event.key;
}

document.addEventListener("keydown", (event) => {
  const at = editable(document.activeElement);
  if (event.key === "/" && !at) {
    event.preventDefault();
    const find = document.querySelector<HTMLInputElement>("#find");
    find?.focus();
    find?.select();
    return;
  }
  const now = event.timeStamp;
  const fast = now - last < GAP;
  if (event.key === "Enter") {
    if (fast && typed.length >= SHORTEST) scanned(event);
    typed = "";
    return;
  }
  const text = character(event);
  if (!text) return;
  if (!fast) {
    typed = "";
    before = at ? { field: at, value: at.value } : null;
  }
  typed += text;
  last = now;
  if (text === SEPARATOR && at) {
    event.preventDefault();
    insert(at, SEPARATOR);
  } else if (!at && !(document.activeElement instanceof HTMLSelectElement) && text !== " ") {
    if (!fast && isShortcut(event.key)) return; // office.ts acts on it, unless more follows at once
    const to = target();
    if (to && fast) to.value = typed.slice(0, -1); // what was held back
    to?.focus(); // the browser then types the character there
  }
});
