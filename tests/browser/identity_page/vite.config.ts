/** Builds the page on which identity cards are read, under the policy of the real pages: files of this origin, nothing inlined. */
import { defineConfig } from "vite";

const here = decodeURIComponent(new URL(".", import.meta.url).pathname);

export default defineConfig({
  root: here,
  base: "/",
  publicDir: false,
  build: {
    target: "chrome120",
    assetsDir: "assets",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: `${here}index.html` },
  },
});
