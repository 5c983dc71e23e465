// Forms with data-scanning: each code a reader types is answered at once, and the field keeps the focus.
import { words } from "./words.js";

export function scanning(root) {
  for (const form of root.querySelectorAll?.("form[data-scanning]") ?? []) {
    if (form.dataset.scanningReady !== undefined) continue;
    form.dataset.scanningReady = "";
    const field = form.querySelector('[name="code"]');
    field.focus();
    document.addEventListener("click", (event) => {
      if (!event.target.closest("a, button, input, select, label")) field.focus();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      const sent = new FormData(form);
      field.value = "";
      field.focus();
      if (sent.get("code").trim()) read(form, sent);
    });
  }
}

async function read(form, sent) {
  const list = document.querySelector("[data-scanning-list]");
  const line = document.createElement("li");
  line.append(document.createElement("span"), document.createElement("span"));
  line.firstChild.textContent = sent.get("code");
  list.prepend(line);
  let answer;
  try {
    const told = await fetch(form.action, { method: "POST", body: sent, headers: { Accept: "application/json" } });
    answer = await told.json();
  } catch {
    answer = { result: "refused", word: words("unreachable") };
  }
  const bad = answer.is_bad || answer.result === "refused";
  line.lastChild.className = `xh-mark xh-mark-${bad ? "bad" : answer.result === "right" ? "good" : "note"}`;
  line.lastChild.textContent = [answer.word, answer.title, answer.belongs].filter(Boolean).join(" · ");
  if (answer.result === "place") {
    form.querySelector('[name="place"]').value = answer.place;
    document.querySelector("[data-scanning-place]").textContent = answer.place;
  } else if (!["refused", "twice"].includes(answer.result)) {
    const count = document.querySelector("[data-scanning-count]");
    count.textContent = Number(count.textContent) + 1;
  }
  if (bad) navigator.vibrate?.(200);
}
