/** A grid of results: Enter goes down to the same check of the next piece, as in a spreadsheet; the last one ends it. */

function below(from: HTMLElement): HTMLElement | undefined {
  const column = [...document.querySelectorAll<HTMLElement>(`[data-grid="${from.dataset.grid}"]`)];
  return column[column.indexOf(from) + 1];
}

function nextColumn(from: HTMLElement): HTMLElement | undefined {
  const cells = [...document.querySelectorAll<HTMLElement>("[data-grid]")];
  const columns = [...new Set(cells.map((cell) => cell.dataset.grid))];
  const next = columns[columns.indexOf(from.dataset.grid) + 1];
  return cells.find((cell) => cell.dataset.grid === next);
}

document.addEventListener("keydown", (event) => {
  const at = event.target;
  if (event.key !== "Enter" || event.isComposing || !(at instanceof HTMLElement) || !at.dataset.grid) return;
  event.preventDefault();
  const to = below(at) ?? nextColumn(at);
  to?.focus();
  if (to instanceof HTMLInputElement) to.select();
});
