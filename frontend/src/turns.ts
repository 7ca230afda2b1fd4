/** Scans made while an answer is on its way wait their turn. A refusal ends the turn: what waited was scanned by somebody
 * who had not seen it, so it is named as not read. */

const waiting: string[] = [];
let asked: HTMLFormElement | null = null;

const scanOf = (form: Element): HTMLInputElement | null => form.querySelector<HTMLInputElement>("[data-scan]");

function unread(): void {
  const said = document.getElementById("said");
  const alert = document.querySelector("#sheet [role=alert]");
  const codes = waiting.splice(0).filter(Boolean).join(", ");
  if (!said || !codes) return;
  const text = (said.dataset.unread ?? "").replace("{codes}", codes);
  said.textContent = text;
  if (!alert) return;
  const line = document.createElement("div");
  line.textContent = text;
  alert.append(line);
}

function next(form: HTMLFormElement): void {
  const scan = scanOf(form);
  const text = scan ? waiting.shift() : undefined;
  if (!scan || text === undefined) return;
  const typed = scan.value;
  scan.value = text;
  form.requestSubmit(form.querySelector<HTMLButtonElement>("[data-scan-button]"));
  scan.value = typed; // what is being typed now goes on being typed
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!asked || form !== asked || (event.submitter && !event.submitter.matches("[data-scan-button]"))) return;
    const scan = scanOf(asked);
    if (!scan) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting.push(scan.value); // an empty one confirms
    scan.value = "";
  },
  true,
);
document.addEventListener("htmx:beforeRequest", (event) => {
  const scan = event.target instanceof HTMLFormElement ? scanOf(event.target) : null;
  if (!scan) return;
  asked = scan.form;
  if (document.activeElement === scan) scan.select(); // the next scan takes its place
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target === asked && !(event as CustomEvent<{ successful: boolean }>).detail.successful) {
    asked = null;
    unread();
  }
});
document.addEventListener("htmx:afterSettle", () => {
  const form = asked;
  asked = null;
  if (!form) return;
  if (document.querySelector("#sheet [role=alert]")) unread();
  else next(form);
});

export {};
