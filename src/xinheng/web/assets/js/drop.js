// A field that takes a file by choosing or by dropping it.
export function drop() {
  return {
    name: "",
    over: false,
    get empty() {
      return this.name === "";
    },
    enter() {
      this.over = true;
    },
    leave() {
      this.over = false;
    },
    take(event) {
      this.over = false;
      if (event.dataTransfer.files.length !== 1) return;
      this.$refs.file.files = event.dataTransfer.files;
      this.show();
    },
    show() {
      const file = this.$refs.file.files[0];
      this.name = file ? `${file.name} · ${size(file.size)}` : "";
    },
  };
}

function size(bytes) {
  const units = ["B", "KB", "MB", "GB"];
  const step = Math.min(Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1024)), units.length - 1);
  return `${(bytes / 1024 ** step).toFixed(step ? 1 : 0)} ${units[step]}`;
}
