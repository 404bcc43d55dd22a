/** How the pages are built: five documents at the top of dist/, everything else hashed under dist/assets/, nothing inlined. */
import { defineConfig } from "vite";
import type { Plugin } from "vite";

const PAGES = {
  index: "signaling/web/index.html",
  kiosk: "kiosk/web/kiosk.html",
  counter: "counter/web/counter.html",
  review: "counter/web/review.html",
  window: "counter/web/window.html",
};

/** The documents lie in their rooms; the server finds them side by side as index.html, kiosk.html, counter.html, review.html and window.html. */
function documentsOnTop(): Plugin {
  return {
    name: "documents-on-top",
    enforce: "post",
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.fileName.endsWith(".html")) file.fileName = file.fileName.replace(/^.*\//, "");
      }
    },
  };
}

export default defineConfig({
  base: "/",
  publicDir: false,
  plugins: [documentsOnTop()],
  build: {
    target: "chrome120",
    outDir: "dist",
    emptyOutDir: true,
    assetsDir: "assets",
    assetsInlineLimit: 0, // the page's policy allows files of this origin only, no data: addresses
    modulePreload: { polyfill: false },
    rolldownOptions: { input: PAGES },
  },
  server: {
    proxy: { "/api": { target: "http://127.0.0.1:8080", ws: true } },
  },
});
