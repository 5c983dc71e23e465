// Bundles styles, scripts and the icons that pages name into ../static/dist.
import { build } from "esbuild";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const web = join(here, "..");
const dist = join(web, "static", "dist");

function* filesBelow(folder, endings) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path, endings);
    else if (endings.some((ending) => entry.name.endsWith(ending))) yield path;
  }
}

/** Names given to {% icon "name" %} and drawing="name" in templates and to icon="name" in code. */
function iconsInUse() {
  const names = new Set(["inbox"]);
  for (const folder of ["templates", "pages", "templatetags"].map((name) => join(web, name))) {
    if (!existsSync(folder)) continue;
    for (const path of filesBelow(folder, [".html", ".py"])) {
      const text = readFileSync(path, "utf8");
      for (const match of text.matchAll(/(?:\{%-?\s*icon\s+|\b(?:icon|drawing)=)["']([a-z0-9-]+)["']/g)) names.add(match[1]);
    }
  }
  return [...names].sort();
}

function sprite() {
  const icons = join(here, "node_modules", "@tabler", "icons", "icons", "outline");
  const symbols = iconsInUse().map((name) => {
    const path = join(icons, `${name}.svg`);
    if (!existsSync(path)) throw new Error(`no icon is called ${name}`);
    const drawing = readFileSync(path, "utf8").match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
    return `<symbol id="${name}" viewBox="0 0 24 24">${drawing.replace(/\s+/g, " ").trim()}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg"><!-- Tabler Icons, MIT License -->${symbols.join("\n")}</svg>\n`;
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
await build({
  entryPoints: { app: join(here, "js", "app.js"), style: join(here, "css", "app.css") },
  outdir: dist,
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  target: ["es2022", "chrome110", "firefox115", "safari16"],
  legalComments: "linked",
  logLevel: "warning",
  define: { "process.env.NODE_ENV": '"production"' },
});
writeFileSync(join(dist, "icons.svg"), sprite());
writeFileSync(join(dist, "mark.svg"), readFileSync(join(here, "mark.svg")));
