/** Builds a page of the tests' own, whose folder the command line names, as the real pages are built: files of this origin, nothing inlined. */
import { defineConfig } from "vite";

export default defineConfig({
  base: "/",
  publicDir: false,
  build: {
    target: "chrome120",
    assetsDir: "assets",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
