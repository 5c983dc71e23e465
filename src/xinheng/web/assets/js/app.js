// Everything a page needs from the start; charts come when a page has one.
import "@tabler/core/dist/js/tabler.esm.js";
import Alpine from "@alpinejs/csp";
import htmx from "htmx.org";

import { drop } from "./drop.js";
import { editors } from "./editor.js";
import { listenForKeys } from "./keys.js";
import { scanning } from "./scanning.js";
import { signings } from "./signing.js";
import { clearToasts, toast } from "./toasts.js";
import { uploads } from "./upload.js";
import { words } from "./words.js";

window.htmx = htmx;
Alpine.data("drop", drop);
Alpine.start();

async function drawCharts(root) {
  if (root.querySelector?.("[data-chart]") || root.matches?.("[data-chart]")) {
    const { draw } = await import("./charts.js");
    draw(root);
  }
}

function fitBars(root) {
  for (const bar of root.querySelectorAll?.("[data-percent]") ?? []) bar.style.width = `${bar.dataset.percent}%`;
}

function begin(root) {
  fitBars(root);
  editors(root);
  uploads(root);
  signings(root);
  scanning(root);
  clearToasts(root);
  drawCharts(root);
}

document.addEventListener("htmx:config:request", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token) event.detail.ctx.request.headers["X-CSRFToken"] = token;
});
document.addEventListener("htmx:after:swap", () => begin(document));
document.addEventListener("htmx:after:settle", (event) => begin(event.detail.task?.target ?? document));
document.addEventListener("htmx:error", () => toast(words("unreachable"), "danger"));
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
});
document.addEventListener("click", async (event) => {
  if (event.target.closest("[data-back]")) window.history.back();
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
  toast(words("copied"), "success");
});
document.addEventListener("submit", (event) => {
  const asks = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (asks && !window.confirm(asks)) event.preventDefault();
  else if (!event.defaultPrevented) event.target.classList.add("xh-busy");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll(".xh-busy")) form.classList.remove("xh-busy");
});
listenForKeys();
begin(document);
document.documentElement.dataset.ready = "";
