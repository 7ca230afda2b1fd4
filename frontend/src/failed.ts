/** A scan that came to nothing is counted, so that bad labels, printers and scanners are found: the page still holds what
 * was scanned and says what is wrong. So is a code that the scanner gave twice. */

const AGAIN = 2000; // milliseconds in which nobody scans the same label twice on purpose
const KEPT = "scanned";

interface Scanned {
  text: string;
  at: number;
  told: boolean;
}

function lastScan(): Scanned | null {
  const text = sessionStorage.getItem(KEPT);
  return text ? (JSON.parse(text) as Scanned) : null;
}

function count(kind: string, text: string): void {
  const token = document.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value;
  if (!token) return;
  const said = new URLSearchParams({ kind, text, page: location.pathname.split("/")[1] ?? "" });
  void fetch("/labels/failed", { method: "POST", body: said, headers: { "X-CSRFToken": token }, keepalive: true }).catch(
    () => undefined,
  );
}

function noted(): void {
  const text = document.querySelector<HTMLInputElement>("[data-scan]")?.value.trim();
  if (!text) return;
  const last = lastScan();
  if (last && last.text === text && Date.now() - last.at < AGAIN) count("twice", text);
  sessionStorage.setItem(KEPT, JSON.stringify({ text, at: Date.now(), told: false }));
}

function settled(): void {
  const text = document.querySelector<HTMLInputElement>("[data-scan]")?.value.trim();
  const last = lastScan();
  if (!text || !last || last.told || last.text !== text || !document.querySelector("[role=alert]")) return;
  sessionStorage.setItem(KEPT, JSON.stringify({ ...last, told: true }));
  count("failed", text);
}

document.addEventListener("submit", noted, true);
document.addEventListener("htmx:afterSettle", settled);
settled();

export {};
