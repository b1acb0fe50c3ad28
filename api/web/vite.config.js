// What the facade serves below /web/: each page of `input` is a script and its style, named by
// content, and found by the facade in the manifest.
import { defineConfig } from "vite";

export default defineConfig({
  base: "/web/",
  publicDir: false,
  clearScreen: false,
  logLevel: "warn",
  build: {
    target: "es2022",
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { episode: "src/episode/main.ts", landing: "src/landing/main.ts" },
    },
  },
});
