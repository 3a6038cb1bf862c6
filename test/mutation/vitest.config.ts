import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { findArea } from "./areas.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

// Stryker changes a copy of the repository whose node_modules lead back to the original packages; here they lead to the copy.
export default defineConfig({
  root,
  resolve: {
    alias: [
      { find: "@keywarden/verifier/fastify", replacement: `${root}packages/verifier/src/fastify-plugin.ts` },
      { find: /^@keywarden\/([a-z-]+)$/, replacement: `${root}packages/$1/src/index.ts` },
    ],
  },
  test: {
    include: [...findArea(process.env["MUTATION_AREA"] ?? "").tests],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
