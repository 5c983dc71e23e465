// Forms with data-signing: what is drawn on the canvas goes along as a picture; an empty canvas sends none.
export function signings(root) {
  for (const form of root.querySelectorAll?.("form[data-signing]") ?? []) {
    if (form.dataset.signingReady !== undefined) continue;
    form.dataset.signingReady = "";
    prepare(form);
  }
}

function prepare(form) {
  const canvas = form.querySelector("[data-signing-canvas]");
  const field = form.querySelector('[name="drawing"]');
  const pen = canvas.getContext("2d");
  let drawing = false;
  let drawn = false;
  pen.lineWidth = 4;
  pen.lineCap = "round";
  pen.lineJoin = "round";
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) * canvas.width) / box.width,
      ((event.clientY - box.top) * canvas.height) / box.height,
    ];
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    drawing = drawn = true;
    pen.beginPath();
    pen.moveTo(...place(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    pen.lineTo(...place(event));
    pen.stroke();
  });
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => (drawing = false));
  form.querySelector("[data-signing-clear]").addEventListener("click", () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    drawn = false;
  });
  form.addEventListener("submit", () => {
    field.value = drawn ? canvas.toDataURL("image/png") : "";
  });
}
