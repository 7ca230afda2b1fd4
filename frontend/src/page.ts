/** The small habits of every page: copy, theme, menus that close, problems that are seen. */

function say(text: string): void {
  const said = document.getElementById("said");
  if (said) said.textContent = text;
}

async function copy(button: HTMLButtonElement): Promise<void> {
  await navigator.clipboard.writeText(button.dataset.copy ?? "");
  button.classList.add("done");
  say(document.getElementById("said")?.dataset.copied ?? "");
  setTimeout(() => button.classList.remove("done"), 1500);
}

function remember(name: string, value: string): void {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
}

function systemTheme(): string {
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function switchTheme(): void {
  const next = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
  document.documentElement.dataset.bsTheme = next;
  remember("theme", next);
  document.dispatchEvent(new CustomEvent("themechange"));
}

// The server draws the theme that cookies name, so that nothing flashes; the first visit ever is told here.
if (!/(^|; )theme=/.test(document.cookie)) {
  document.documentElement.dataset.bsTheme = systemTheme();
  remember("scheme", systemTheme());
}

document.addEventListener("click", (event) => {
  const at = event.target instanceof Element ? event.target : null;
  const button = at?.closest<HTMLButtonElement>("[data-copy]");
  if (button) void copy(button);
  if (at?.closest("[data-theme-switch]")) switchTheme();
  if (at?.closest("[data-print]")) print();
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    if (!at || !menu.contains(at)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    menu.open = false;
    menu.querySelector<HTMLElement>("summary")?.focus();
  }
});

// A passkey that came to nothing: allauth's scripts would only tell the console.
document.addEventListener("allauth.error", (event) => {
  const said = document.querySelector<HTMLElement>("[data-key-wrong]");
  if (!said) return;
  event.preventDefault();
  said.hidden = false;
});

document.addEventListener("change", (event) => {
  const marked = event.target instanceof Element ? event.target.closest("[data-submit-on-change]") : null;
  if (marked instanceof HTMLSelectElement) marked.form?.requestSubmit();
  else if (marked instanceof HTMLFormElement) marked.requestSubmit();
});

// A second click while the first is on its way: the server would do nothing twice, and the person need not wonder.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) event.preventDefault();
  else form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) delete form.dataset.sent;
});

// What is typed while an answer is on its way stays: the answer was made from what stood there before.
type Typed = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
const typedIn = (part: ParentNode): Typed[] => [...part.querySelectorAll<Typed>("[name]:not([type=checkbox], [type=radio], button)")];
let sent = new Map<string, string>();
let since = new Map<string, string>();
const sheetOf = (event: Event): Element | null => (event as CustomEvent<{ target: Element | null }>).detail.target?.closest("#sheet") ?? null;
document.addEventListener("htmx:beforeRequest", (event) => {
  const sheet = sheetOf(event);
  if (sheet) sent = new Map(typedIn(sheet).map((field) => [field.name, field.value]));
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const sheet = sheetOf(event);
  const isNew = (field: Typed): boolean => sent.get(field.name) !== field.value && (field.value !== "" || !field.matches("[data-scan]"));
  since = new Map(sheet ? typedIn(sheet).filter(isNew).map((field) => [field.name, field.value]) : []);
});
// What was scanned is gone when it was understood, and marked to be overwritten when it was not; but not what came since.
document.addEventListener("htmx:afterSwap", () => {
  for (const field of typedIn(document)) {
    const typed = since.get(field.name);
    if (typed !== undefined && field.closest("#sheet")) field.value = typed;
  }
  const scan = document.querySelector<HTMLInputElement>("[data-scan]");
  if (scan?.value && !since.has(scan.name)) {
    if (document.querySelector(".scan-said[data-read]")) scan.value = "";
    else scan.select();
  }
  since.clear();
});

// What asks again by itself, a print queue say, leaves alone what somebody is choosing in it.
document.addEventListener("htmx:beforeSwap", (event) => {
  const told = (event as CustomEvent<{ target: Element; shouldSwap: boolean }>).detail;
  if (told.target.matches("[hx-trigger^=every]") && told.target.querySelector("select:focus, input:focus")) told.shouldSwap = false;
});

document.querySelector<HTMLElement>("[data-focus]")?.focus();

// On a phone the row of places scrolls: the one we are at is in sight.
const places = document.querySelector<HTMLElement>(".places");
const here = places?.querySelector<HTMLElement>(".active");
if (places && here) places.scrollLeft = here.offsetLeft - places.offsetLeft - (places.clientWidth - here.offsetWidth) / 2;
