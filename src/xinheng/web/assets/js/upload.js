// Forms with data-upload: files are dropped, chosen or photographed, and sent one after another, each told apart.
import { words } from "./words.js";

export function uploads(root) {
  for (const form of root.querySelectorAll?.("form[data-upload]") ?? []) {
    if (form.dataset.uploadReady !== undefined) continue;
    form.dataset.uploadReady = "";
    prepare(form);
  }
}

function prepare(form) {
  const field = form.querySelector("[data-upload-field]");
  const area = field.querySelector(".xh-drop");
  const waiting = [];
  const take = (files) => {
    for (const file of files) waiting.push({ file, line: lineOf(field, file) });
  };
  for (const input of field.querySelectorAll('input[type="file"]')) {
    input.addEventListener("change", () => {
      take(input.files);
      input.value = "";
    });
  }
  area.addEventListener("dragover", (event) => {
    event.preventDefault();
    area.classList.add("xh-drop-over");
  });
  area.addEventListener("dragleave", () => area.classList.remove("xh-drop-over"));
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    area.classList.remove("xh-drop-over");
    take(event.dataTransfer.files);
  });
  form.addEventListener("submit", (event) => {
    if (!waiting.length) return;
    event.preventDefault();
    sendAll(form, field, waiting.splice(0));
  });
}

function lineOf(field, file) {
  const line = document.createElement("li");
  line.append(document.createElement("span"), document.createElement("span"));
  line.firstChild.textContent = file.name;
  line.lastChild.textContent = words("waits");
  field.querySelector("[data-upload-list]").append(line);
  return line;
}

async function sendAll(form, field, files) {
  const button = form.querySelector('[type="submit"]');
  const bar = field.querySelector("[data-upload-bar]");
  const total = files.reduce((sum, { file }) => sum + file.size, 0) || 1;
  let done = 0;
  let next = "";
  let refused = 0;
  button.disabled = true;
  bar.hidden = false;
  for (const { file, line } of files) {
    const answer = await send(form, file, (sent) => {
      bar.firstElementChild.style.width = `${(100 * (done + sent)) / total}%`;
    });
    done += file.size;
    line.lastChild.textContent = answer.words;
    line.lastChild.className = answer.kept ? "xh-mark xh-mark-good" : "xh-mark xh-mark-bad xh-wrap";
    if (answer.kept) next = answer.next;
    else refused += 1;
  }
  button.disabled = false;
  form.classList.remove("xh-busy");
  if (next && !refused) window.location.assign(next);
  const link = field.querySelector("[data-upload-next]");
  link.hidden = !next;
  link.href = next;
}

function send(form, file, progress) {
  const told = new FormData(form);
  told.delete("files");
  told.append("files", file);
  return new Promise((answered) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action || window.location.href);
    request.setRequestHeader("X-Upload", "one");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => progress(event.loaded));
    request.addEventListener("loadend", () => answered(request.response ?? { kept: false, words: words("unreachable") }));
    request.send(told);
  });
}
