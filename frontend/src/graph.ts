import cytoscape from "cytoscape";
import dagre from "cytoscape-dagre";

/** What suyuan/desk/graphs.py writes into the page. */
interface Node {
  id: string;
  kind: "goods" | "container" | "step" | "party" | "more";
  lines: string[];
  state: string;
  url: string;
  subject: boolean;
}
interface Edge {
  source: string;
  target: string;
  label: string;
}
interface Graph {
  nodes: Node[];
  edges: Edge[];
}

const WIDTH = 176;
const LINE = 17;
const LEGIBLE = 0.72; // below this zoom the cards can't be read; then the picture is moved instead of shrunk

cytoscape.use(dagre);

// Where this element stands, cytoscape does not inject its style element, which the security policy would refuse.
const stylesheet = document.createElement("meta");
stylesheet.id = "__________cytoscape_stylesheet";
document.head.append(stylesheet);

const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

/** A colour of the style sheet, of a state's class or of the page, in the one notation that cytoscape reads. */
function colour(name: string, state: string): string {
  const probe = document.createElement("span");
  probe.className = state ? `state-${state}` : "";
  probe.style.backgroundColor = `var(${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).backgroundColor;
  probe.remove();
  if (!pixel) return value;
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = value;
  pixel.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}

function element(node: Node): cytoscape.ElementDefinition {
  return {
    data: {
      ...node,
      label: node.lines.join("\n"),
      height: Math.max(1, node.lines.length) * LINE + 14,
      edge: node.state ? colour("--edge", node.state) : colour("--tblr-secondary-color", ""),
      fill: node.state ? colour("--bg", node.state) : colour("--tblr-bg-surface", ""),
      ink: node.state ? colour("--fg", node.state) : colour("--tblr-body-color", ""),
    },
    classes: `${node.kind}${node.subject ? " subject" : ""}`,
  };
}

function style(): cytoscape.StylesheetJson {
  const muted = colour("--tblr-secondary-color", "");
  const font = getComputedStyle(document.body).fontFamily;
  return [
    {
      selector: "node",
      style: {
        shape: "round-rectangle",
        width: WIDTH,
        height: "data(height)",
        label: "data(label)",
        "font-family": font,
        "font-size": 12,
        "line-height": 1.35,
        color: "data(ink)",
        "text-valign": "center",
        "text-halign": "center",
        "text-wrap": "wrap",
        "text-max-width": `${WIDTH - 16}px`,
        "background-color": "data(fill)",
        "border-color": "data(edge)",
        "border-width": 1.5,
      },
    },
    { selector: "node.container", style: { "border-style": "dashed", "border-width": 2 } },
    { selector: "node.party", style: { shape: "cut-rectangle", "border-width": 1 } },
    { selector: "node.step", style: { shape: "ellipse", width: 64, height: 40, "text-max-width": "60px", "font-size": 11 } },
    { selector: "node.more", style: { "border-style": "dotted" } },
    { selector: "node.subject", style: { "border-width": 4, "font-weight": "bold" } },
    {
      selector: "edge",
      style: {
        width: 1.5,
        "line-color": muted,
        "target-arrow-color": muted,
        "target-arrow-shape": "triangle",
        "arrow-scale": 0.8,
        "curve-style": "round-taxi",
        "taxi-direction": "rightward",
        "taxi-turn": "50%",
        "source-label": "data(label)",
        "source-text-offset": 44,
        "font-family": font,
        "font-size": 11,
        color: muted,
        "text-background-color": colour("--tblr-bg-surface", ""),
        "text-background-opacity": 1,
        "text-background-padding": "2px",
      },
    },
    { selector: ".dim", style: { opacity: 0.25 } },
  ] as cytoscape.StylesheetJson;
}

function light(cy: cytoscape.Core, node: cytoscape.NodeSingular): void {
  const path = node.predecessors().union(node.successors()).union(node);
  cy.elements().difference(path).addClass("dim");
}

function fit(cy: cytoscape.Core): void {
  cy.fit(undefined, 16);
  if (cy.zoom() > 1) cy.zoom(1);
  cy.center();
  if (cy.zoom() >= LEGIBLE) return;
  cy.zoom(LEGIBLE);
  cy.center(cy.$("node.subject"));
}

/** Draw the graph a page carries as JSON: `<div data-graph="id of the script element">`. */
function draw(container: HTMLElement): cytoscape.Core | null {
  const source = document.getElementById(container.dataset.graph ?? "");
  if (!source?.textContent) return null;
  const graph = JSON.parse(source.textContent) as Graph;
  const cy = cytoscape({
    container,
    elements: [...graph.nodes.map(element), ...graph.edges.map((edge) => ({ data: edge }))],
    style: style(),
    layout: { name: "dagre", rankDir: "LR", nodeSep: 10, rankSep: 110 } as cytoscape.LayoutOptions,
    userZoomingEnabled: matchMedia("(pointer: coarse)").matches, // elsewhere the wheel scrolls the page
    autoungrabify: true,
    boxSelectionEnabled: false,
  });
  cy.on("mouseover", "node", (event) => light(cy, event.target as cytoscape.NodeSingular));
  cy.on("mouseout", "node", () => cy.elements().removeClass("dim"));
  cy.on("tap", "node", (event) => {
    const url = String((event.target as cytoscape.NodeSingular).data("url") ?? "");
    if (url.startsWith("/")) location.assign(url);
    if (url.startsWith("#")) document.getElementById(`tab-${url.slice(1)}`)?.click();
  });
  new ResizeObserver(() => {
    if (cy.destroyed()) return;
    cy.resize();
    fit(cy);
  }).observe(container);
  fit(cy);
  container.dataset.drawn = String(cy.nodes().length);
  return cy;
}

function zoom(cy: cytoscape.Core, by: number): void {
  cy.zoom({ level: cy.zoom() * by, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
}

for (const container of document.querySelectorAll<HTMLElement>("[data-graph]")) {
  let cy = draw(container);
  new ResizeObserver(() => {
    cy?.resize();
    if (cy) fit(cy);
  }).observe(container);
  document.addEventListener("themechange", () => {
    cy?.destroy();
    cy = draw(container);
  });
  container.closest("section")?.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-zoom]") : null;
    if (!button || !cy) return;
    if (button.dataset.zoom === "fit") fit(cy);
    else zoom(cy, button.dataset.zoom === "in" ? 1.25 : 0.8);
  });
}
