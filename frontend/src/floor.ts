/** The map of a warehouse: wheel and buttons zoom, dragging moves. Without this script it is drawn whole. */

const STEP = 1.4;
const CLOSEST = 20; // times nearer than the whole

const plan = document.querySelector<SVGSVGElement>("[data-floor]");
const tools = document.querySelector<HTMLElement>("[data-floor-tools]");

if (plan && tools) {
  const whole = plan.viewBox.baseVal;
  const { x, y, width, height } = whole;
  let dragged = false;
  let from: { x: number; y: number } | null = null;
  tools.hidden = false;

  const show = (left: number, top: number, wide: number): void => {
    const size = Math.min(width, Math.max(width / CLOSEST, wide));
    const high = (size * height) / width;
    const keep = (at: number, least: number, most: number): number => Math.min(Math.max(at, least), most);
    plan.setAttribute(
      "viewBox",
      `${keep(left, x, x + width - size)} ${keep(top, y, y + height - high)} ${size} ${high}`,
    );
  };
  const zoom = (factor: number, at?: DOMPoint): void => {
    const now = plan.viewBox.baseVal;
    const px = at?.x ?? now.x + now.width / 2;
    const py = at?.y ?? now.y + now.height / 2;
    const wide = Math.min(width, Math.max(width / CLOSEST, now.width / factor));
    const real = now.width / wide;
    show(px - (px - now.x) / real, py - (py - now.y) / real, wide);
  };
  const point = (event: MouseEvent): DOMPoint =>
    new DOMPoint(event.clientX, event.clientY).matrixTransform(plan.getScreenCTM()?.inverse());

  tools.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-zoom]") : null;
    if (button?.dataset.zoom === "in") zoom(STEP);
    if (button?.dataset.zoom === "out") zoom(1 / STEP);
    if (button?.dataset.zoom === "all") show(x, y, width);
  });
  plan.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && plan.viewBox.baseVal.width >= width && event.deltaY > 0) return; // let the page scroll on
      event.preventDefault();
      zoom(event.deltaY < 0 ? STEP : 1 / STEP, point(event));
    },
    { passive: false },
  );
  plan.addEventListener("pointerdown", (event) => {
    from = { x: event.clientX, y: event.clientY };
    dragged = false;
  });
  addEventListener("pointermove", (event) => {
    if (!from || !event.buttons) return;
    const now = plan.viewBox.baseVal;
    const scale = now.width / plan.clientWidth;
    if (Math.abs(event.clientX - from.x) + Math.abs(event.clientY - from.y) > 4) dragged = true;
    if (!dragged) return;
    show(now.x - (event.clientX - from.x) * scale, now.y - (event.clientY - from.y) * scale, now.width);
    from = { x: event.clientX, y: event.clientY };
  });
  addEventListener("pointerup", () => (from = null));
  plan.addEventListener("dragstart", (event) => event.preventDefault());
  plan.addEventListener("click", (event) => dragged && event.preventDefault(), true);
}
