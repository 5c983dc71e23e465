// The links by which the rows of a list are opened, in their order; none where the page has no such list.
function rowLinks() {
  return [...document.querySelectorAll("table[data-rows] tbody tr")].map((row) => row.querySelector("a")).filter(Boolean);
}

// j and k go down and up a list, from row to row; Enter then opens the row.
function walkRows(key) {
  const links = rowLinks();
  const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  links[Math.min(Math.max(here + (key === "j" ? 1 : -1), 0), links.length - 1)]?.focus();
}

// "/" goes to the search box; Escape leaves it; j and k walk a list.
export function listenForKeys() {
  document.addEventListener("keydown", (event) => {
    const search = document.getElementById("search");
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && search) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if ((event.key === "j" || event.key === "k") && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      walkRows(event.key);
    } else if (event.key === "Escape" && event.target === search) {
      search.blur();
    }
  });
}
