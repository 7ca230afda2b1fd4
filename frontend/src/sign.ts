/** A signature drawn with a finger, a pen or the mouse. Without this script the field stays hidden, and a photo does. */

export {};

const INK = "#10233a"; // on white, whatever the theme: it is a picture that is kept

function prepare(box: HTMLElement): void {
  const canvas = box.querySelector("canvas");
  const kept = box.querySelector<HTMLInputElement>("input[type=hidden]");
  const context = canvas?.getContext("2d");
  const form = box.closest("form");
  if (!canvas || !kept || !context || !form) return;
  box.hidden = false;
  let drawn = false;
  let last: { x: number; y: number } | null = null;

  const clear = (): void => {
    const size = canvas.getBoundingClientRect();
    const scale = Math.min(window.devicePixelRatio || 1, 2);
    canvas.width = Math.max(1, Math.round(size.width * scale));
    canvas.height = Math.max(1, Math.round(size.height * scale));
    context.scale(scale, scale);
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, size.width, size.height);
    context.strokeStyle = INK;
    context.lineWidth = 2.5;
    context.lineCap = context.lineJoin = "round";
    drawn = false;
    kept.value = "";
  };
  const at = (event: PointerEvent): { x: number; y: number } => {
    const size = canvas.getBoundingClientRect();
    return { x: event.clientX - size.left, y: event.clientY - size.top };
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = at(event);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    const to = at(event);
    context.beginPath();
    context.moveTo(last.x, last.y);
    context.lineTo(to.x, to.y);
    context.stroke();
    last = to;
    drawn = true;
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (last = null));
  box.querySelector("[data-sign-clear]")?.addEventListener("click", clear);
  form.addEventListener("submit", () => {
    if (drawn) kept.value = canvas.toDataURL("image/png");
  });
  clear();
  // It has no size while it is folded away, and another one when the phone is turned.
  new ResizeObserver(() => {
    if (!drawn) clear();
  }).observe(canvas);
}

/** A form that is on its way is not sent again by an impatient thumb. */
function once(form: HTMLFormElement): void {
  form.addEventListener("submit", () => {
    const button = form.querySelector<HTMLButtonElement>("button:not([type=button])");
    if (button) setTimeout(() => (button.disabled = true));
    window.addEventListener("pageshow", () => button && (button.disabled = false), { once: true });
  });
}

for (const box of document.querySelectorAll<HTMLElement>("[data-sign]")) prepare(box);
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-once]")) once(form);
