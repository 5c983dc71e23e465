// Short notes at the edge of the page.
const DELAY = 8000;

export function toast(text, tone) {
  const note = document.createElement("div");
  note.className = `xh-toast xh-toast-${tone}`;
  note.setAttribute("role", "status");
  note.textContent = text;
  document.getElementById("toasts")?.append(note);
  clearToasts(document);
}

/** Takes each note away after a while; refusals stay until they are clicked. */
export function clearToasts(root) {
  for (const note of root.querySelectorAll?.(".xh-toast:not([data-seen])") ?? []) {
    note.dataset.seen = "";
    note.addEventListener("click", () => note.remove());
    if (!note.classList.contains("xh-toast-danger")) setTimeout(() => note.remove(), DELAY);
  }
}
