import cytoscape from "cytoscape";
import dagre from "cytoscape-dagre";

cytoscape.use(dagre);

/** Draw the graph whose elements a page carries as JSON: `<div data-graph="id of the script element">`. */
function draw(container: HTMLElement): void {
  const source = document.getElementById(container.dataset.graph ?? "");
  if (!source?.textContent) return;
  cytoscape({
    container,
    elements: JSON.parse(source.textContent) as cytoscape.ElementDefinition[],
    layout: { name: "dagre", rankDir: "LR" } as cytoscape.LayoutOptions,
  });
}

document.querySelectorAll<HTMLElement>("[data-graph]").forEach(draw);
