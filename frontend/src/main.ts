import "@tabler/core/dist/css/tabler.min.css";
import "./style.css";
import "./sheet.css";
import "./page";
import "./scan";
import "./turns";
import "./failed";
import "./office";
import "./floor";
import "./tabs";
import "./grid";
import "./sign";
import htmx from "htmx.org";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}

// The content security policy forbids eval and inline styles; htmx works without both.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.attributesToSettle = ["class"];
htmx.config.selfRequestsOnly = true;
htmx.config.defaultSettleDelay = 0; // the cursor is in the scan field as soon as the answer is there, not a moment later
window.htmx = htmx;
