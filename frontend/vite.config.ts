import { copyFileSync, mkdirSync } from "node:fs";
import tabler from "@iconify-json/tabler/icons.json" with { type: "json" };
import { defineConfig, type Plugin } from "vite";
import icons from "./src/icons.json" with { type: "json" };

/** icons.svg: one symbol for each name in src/icons.json, so that a page loads the few it uses and no icon font. */
function sprite(): Plugin {
  const drawn: Record<string, { body: string }> = tabler.icons;
  const symbol = (name: string): string => {
    const icon = drawn[name];
    if (!icon) throw new Error(`src/icons.json: tabler has no icon "${name}"`);
    return `<symbol id="${name}" viewBox="0 0 24 24">${icon.body}</symbol>`;
  };
  return {
    name: "sprite",
    generateBundle() {
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${icons.map(symbol).join("\n")}</svg>\n`;
      this.emitFile({ type: "asset", fileName: "icons.svg", source });
    },
  };
}

/** The typeface of printed labels, beside the built files: the server alone reads it, so it is not served. */
function typeface(): Plugin {
  const from = "node_modules/@expo-google-fonts/noto-sans-sc";
  const to = "../src/suyuan/static/fonts";
  return {
    name: "typeface",
    writeBundle() {
      mkdirSync(to, { recursive: true });
      copyFileSync(`${from}/500Medium/NotoSansSC_500Medium.ttf`, `${to}/NotoSansSC-Medium.ttf`);
    },
  };
}

export default defineConfig({
  base: "/static/",
  publicDir: false,
  plugins: [sprite(), typeface()],
  build: {
    outDir: "../src/suyuan/static/built",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    rolldownOptions: {
      checks: { eval: false }, // htmx has one, which main.ts switches off
      input: { main: "src/main.ts", graph: "src/graph.ts" },
    },
  },
});
