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

const PAUSE = 1500; // ms without a key before what is typed is saved

const words = (form) => new URLSearchParams(new FormData(form)).toString();

function showFaults(form, found) {
  const list = document.getElementById("faults");
  if (list && found.faults) list.outerHTML = found.faults;
  for (const beside of form.querySelectorAll("[data-fault-of]")) {
    beside.textContent = (found.places?.[beside.dataset.faultOf] ?? []).join(" ");
    const field = beside.parentElement.querySelector(":scope > input, :scope > select, :scope > textarea");
    field?.classList.toggle("is-invalid", beside.textContent !== "");
  }
}

// Saves while one types; stops where somebody else saved meanwhile, so that nothing of theirs is overwritten.
function saveWhileTyping(form) {
  const said = form.querySelector("[data-saved]");
  let kept = words(form);
  let timer = null;
  let underWay = false;
  let over = false;
  let waits = null; // the button pressed meanwhile
  const later = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };
  async function save() {
    if (over || form.classList.contains("xh-busy") || words(form) === kept) return;
    if (underWay) { later(PAUSE); return; }
    underWay = true;
    const sent = new FormData(form);
    const typed = words(form);
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: sent, headers: { Accept: "application/json" } });
      const told = await answer.json();
      said.textContent = told.said ?? told.problem;
      said.classList.toggle("xh-bad", !answer.ok);
      over = told.is_over === true;
      showFaults(form, told);
      if (answer.ok) {
        const same = words(form) === typed;
        for (const field of document.querySelectorAll('input[name="revision"]')) field.value = told.revision;
        document.querySelector("[data-undo]")?.removeAttribute("hidden");
        if (same) kept = words(form);
        else { kept = ""; later(PAUSE); }
      }
    } catch {
      said.textContent = said.dataset.unreachable;
      said.classList.add("xh-bad");
      later(10 * PAUSE);
    } finally {
      underWay = false;
      if (waits) form.requestSubmit(waits);
    }
  }
  form.addEventListener("submit", (event) => { // a save that is on its way comes first, and tells its revision
    if (!underWay) { clearTimeout(timer); return; }
    event.preventDefault();
    waits = event.submitter;
  });
  form.addEventListener("input", () => {
    if (over) return;
    said.textContent = said.dataset.typing;
    said.classList.remove("xh-bad");
    later(PAUSE);
  });
  return () => words(form) !== kept;
}

function watch(form) {
  const text = form.querySelector("textarea");
  const typed = form.dataset.autosave ? saveWhileTyping(form) : () => false;
  let leaving = false;
  form.addEventListener("submit", (event) => { leaving = !event.defaultPrevented; });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && typed()) event.preventDefault();
  });
  if (!form.matches("[data-editor-form]")) return;
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
  for (const form of root.querySelectorAll?.("[data-values-form]") ?? []) {
    if (form.dataset[DONE]) continue;
    form.dataset[DONE] = "yes";
    watch(form);
  }
}

document.addEventListener("click", (event) => {
  const fault = event.target.closest("[data-line]");
  if (fault) goTo(Number(fault.dataset.line));
});
