// A text area with line numbers; Ctrl+S saves, a fault leads to its line, and leaving with changes is asked about.
const DONE = "numbered";

function number(editor) {
  const text = editor.querySelector("textarea");
  const lines = editor.querySelector(".xh-editor-lines");
  let drawn = 0;
  const draw = () => {
    const count = text.value.split("\n").length;
    if (drawn === count) return;
    drawn = count;
    lines.textContent = Array.from({ length: count }, (_, place) => place + 1).join("\n");
  };
  text.addEventListener("input", draw);
  text.addEventListener("scroll", () => { lines.scrollTop = text.scrollTop; });
  draw();
}

function watch(form) {
  const text = form.querySelector("textarea");
  const kept = text.defaultValue;
  let leaving = false;
  form.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && text.value !== kept) event.preventDefault();
  });
  form.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s" && !text.readOnly) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}

function goTo(line) {
  const text = document.querySelector("[data-editor] textarea");
  if (!text) return;
  const before = text.value.split("\n").slice(0, line - 1);
  const start = before.reduce((sum, one) => sum + one.length + 1, 0);
  const end = text.value.indexOf("\n", start);
  text.focus();
  text.setSelectionRange(start, end < 0 ? text.value.length : end);
  const height = text.scrollHeight / text.value.split("\n").length;
  text.scrollTop = Math.max(0, (line - 5) * height);
}

export function editors(root) {
  for (const editor of root.querySelectorAll?.("[data-editor]") ?? []) {
    if (editor.dataset[DONE]) continue;
    editor.dataset[DONE] = "yes";
    number(editor);
    const form = editor.closest("[data-editor-form]");
    if (form) watch(form);
  }
}

document.addEventListener("click", (event) => {
  const fault = event.target.closest("[data-line]");
  if (fault) goTo(Number(fault.dataset.line));
});
