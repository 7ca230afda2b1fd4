/** Scans made while an answer is on its way wait their turn, and so do buttons, in the order in which they came. A refusal
 * ends the turn: what waited was scanned by somebody who had not seen it, so it is named as not read. */

const SETTLED = 200; // milliseconds after which an answer has been drawn

interface Turn {
  scan: string;
  name: string; // of the button that was pressed; none: the scanner's Enter
  value: string;
}

const waiting: Turn[] = [];
let asked: HTMLFormElement | null = null;
let requests = 0;

const scanOf = (form: Element): HTMLInputElement | null => form.querySelector<HTMLInputElement>("[data-scan]");

function unread(): void {
  const said = document.getElementById("said");
  const alert = document.querySelector("#sheet [role=alert]");
  const scans = waiting.splice(0).map((turn) => turn.scan);
  const codes = scans.filter(Boolean).join(", ");
  if (!said || !codes) return;
  const text = (said.dataset.unread ?? "").replace("{codes}", codes);
  said.textContent = text;
  if (!alert) return;
  const line = document.createElement("div");
  line.textContent = text;
  alert.append(line);
}

function turnOf(form: HTMLFormElement, submitter: HTMLElement | null): Turn {
  if (submitter instanceof HTMLButtonElement && !submitter.matches("[data-scan-button]")) {
    return { scan: "", name: submitter.name, value: submitter.value };
  }
  const scan = scanOf(form);
  const turn = { scan: scan?.value ?? "", name: "", value: "" }; // an empty scan confirms
  if (scan) scan.value = "";
  return turn;
}

function buttonOf(form: HTMLFormElement, turn: Turn): HTMLButtonElement | undefined {
  const buttons = [...form.querySelectorAll<HTMLButtonElement>("button")];
  return buttons.find((one) => (turn.name ? one.name === turn.name && one.value === turn.value : one.matches("[data-scan-button]")));
}

function next(form: HTMLFormElement): void {
  const turn = waiting.shift();
  if (!turn) return;
  const scan = scanOf(form);
  const button = buttonOf(form, turn);
  if (turn.name && !button) return next(form); // what it was for is done
  const typed = scan?.value ?? "";
  if (scan && !turn.name) scan.value = turn.scan;
  form.requestSubmit(button ?? null);
  if (scan) scan.value = typed; // what is being typed now goes on being typed
}

document.addEventListener(
  "submit",
  (event) => {
    if (!asked || event.target !== asked) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting.push(turnOf(asked, event.submitter));
  },
  true,
);
function answered(): void {
  const form = asked;
  asked = null;
  if (!form) return;
  if (document.querySelector("#sheet [role=alert]")) unread();
  else next(form);
}

function answeredIn(delay: number): void {
  const request = requests;
  setTimeout(() => request === requests && answered(), delay);
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!(event.target instanceof HTMLFormElement) || !event.target.hasAttribute("hx-post")) return;
  asked = event.target;
  requests += 1;
  const scan = scanOf(asked);
  if (scan && document.activeElement === scan) scan.select(); // the next scan takes its place
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target !== asked) return;
  if ((event as CustomEvent<{ successful: boolean }>).detail.successful) {
    answeredIn(SETTLED); // one that changes nothing settles nothing
  } else {
    asked = null;
    unread();
  }
});
document.addEventListener("htmx:afterSettle", () => answeredIn(0)); // htmx is not done with the request yet

export {};
