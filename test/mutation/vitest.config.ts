import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer } from "vitest/node";
import type { TestSpecification } from "vitest/node";
import { findArea } from "./areas.ts";
import { keptThread } from "./kept-thread.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { tests } = findArea(process.env["MUTATION_AREA"] ?? "");
const files = tests.flatMap((glob) => globSync(glob, { cwd: root }));

/** Runs files as the area lists them: a mutant in a constant is tried by all of them, until one notices. */
class ListedOrder extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => files.indexOf(moduleId.slice(root.length));
    return specifications.toSorted((one, other) => rank(one) - rank(other));
  }
}

// Stryker changes a copy of the repository whose node_modules lead back to the original packages; here they lead to the copy.
export default defineConfig({
  root,
  plugins: [
    {
      name: "keep-thread",
      // Stryker's runner names a pool by itself, so that the one of a config would not count.
      configureVitest({ project }) {
        Object.assign(project.config, { pool: keptThread.name, poolRunner: keptThread });
      },
    },
  ],
  resolve: {
    alias: [
      { find: "@keywarden/verifier/fastify", replacement: `${root}packages/verifier/src/fastify-plugin.ts` },
      { find: /^@keywarden\/([a-z-]+)$/, replacement: `${root}packages/$1/src/index.ts` },
    ],
  },
  test: {
    include: [...tests],
    isolate: false,
    sequence: { sequencer: ListedOrder },
    setupFiles: [`${root}test/mutation/forget-mutant.ts`],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
