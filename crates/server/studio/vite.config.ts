import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// Where a server runs that `npm run dev` asks.
const server = process.env.CONNECTOR_SERVER ?? "http://127.0.0.1:8930";

export default defineConfig({
  plugins: [react()],
  // The form's package has a helper for its own tests that wants this validator; nothing of either is left.
  resolve: { alias: { "@rjsf/validator-ajv8": fileURLToPath(new URL("src/form/validator.ts", import.meta.url)) } },
  // Nothing inline: the server's policy runs scripts from its own files only.
  build: { target: "es2022", chunkSizeWarningLimit: 1000, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: {
    proxy: Object.fromEntries(["/v1", "/connect", "/callback", "/mcp", "/openapi.json"].map((path) => [path, server])),
  },
  test: { environment: "node", include: ["test/**/*.test.ts"] },
});
