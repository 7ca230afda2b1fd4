/** Tabs (ARIA authoring practices). Without this script every panel stands open below the other. */

/** Where tabs scroll sideways the chosen one is seen; the page itself stays where it is. */
function bringIntoView(tab: Element): void {
  const list = tab.closest(".nav");
  if (!list) return;
  const [outer, inner] = [list.getBoundingClientRect(), tab.getBoundingClientRect()];
  list.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
}

function show(list: Element, chosen: HTMLElement): void {
  for (const tab of list.querySelectorAll<HTMLElement>("[role=tab]")) {
    const is = tab === chosen;
    tab.setAttribute("aria-selected", String(is));
    tab.tabIndex = is ? 0 : -1;
    tab.classList.toggle("active", is);
    const panel = document.getElementById(tab.getAttribute("aria-controls") ?? "");
    if (panel) panel.hidden = !is;
  }
  bringIntoView(chosen);
}

function prepare(list: HTMLElement): void {
  const tabs = [...list.querySelectorAll<HTMLElement>("[role=tab]")];
  const named = tabs.find((tab) => `#${tab.getAttribute("aria-controls")}` === location.hash);
  const first = named ?? tabs[0];
  if (!first) return;
  list.hidden = false;
  show(list, first);
  list.addEventListener("click", (event) => {
    const tab = event.target instanceof Element ? event.target.closest<HTMLElement>("[role=tab]") : null;
    if (!tab) return;
    show(list, tab);
    history.replaceState(null, "", `#${tab.getAttribute("aria-controls")}`);
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = tabs.indexOf(document.activeElement as HTMLElement);
    const next = step && at >= 0 ? tabs[(at + step + tabs.length) % tabs.length] : undefined;
    if (!next) return;
    show(list, next);
    next.focus();
  });
}

// “12 more →” in a column of the page opens the tab that holds all of them.
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-tab]") : null;
  const tab = link && document.getElementById(`tab-${link.dataset.tab}`);
  if (!tab) return;
  event.preventDefault();
  tab.click();
  tab.scrollIntoView({ block: "start" });
});

document.querySelectorAll<HTMLElement>("[role=tablist]").forEach(prepare);
document.addEventListener("htmx:load", (event) => {
  for (const tab of (event.target as Element).querySelectorAll(".nav .nav-link.active")) bringIntoView(tab);
});
