import { existsSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// One project per workspace plus the end-to-end suite, so that turbo can run and cache each alone.
const workspaces = ["packages", "apps"].flatMap((room) =>
  readdirSync(new URL(room, import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => ({ name: entry.name, root: `${room}/${entry.name}` })),
);

// Their files share a worker and what they import: reading hundreds of modules anew for each costs more than the tests.
// No test of theirs may change a global. Those of the others change the environment, or watch what a process loads.
const sharesWorkers = new Set([
  "git",
  "github-app",
  "hygiene",
  "inventory",
  "key-format",
  "key-server",
  "rotation",
  "scan",
  "storage",
  "testing",
  "verifier",
]);

// Each worker and each program that a test starts reads what another has compiled; to strip the types of the sources and
// to compile them costs a worker more than to run them.
process.env["NODE_COMPILE_CACHE"] ??= new URL("node_modules/.cache/compiled", import.meta.url).pathname;

// `vitest run --mode slow` runs the files *.slow.test.ts and nothing else: chaos, large inputs, long end-to-end loops.
export default defineConfig(({ mode }) => {
  const kind = mode === "slow" ? "slow.test" : "test";
  return {
    test: {
      // Turbo runs as many projects at once as there are cores. Vitest by itself would leave one core idle.
      maxWorkers: process.env["TURBO_HASH"] === undefined ? availableParallelism() : 1,
      // test/suite.test.ts names a workspace without tests.
      passWithNoTests: true,
      projects: [...workspaces, { name: "end-to-end", root: "test" }].map(({ name, root }) => ({
        test: {
          name,
          root: new URL(root, import.meta.url).pathname,
          include: [
            `test/**/*.${kind}.{ts,tsx}`,
            // The contract of the storages runs on PostgreSQL in the slow suite alone.
            ...(name === "storage" && mode === "slow" ? ["test/contract/*.test.ts"] : []),
            ...(name === "end-to-end" ? [`*.${kind}.ts`, `{documents,end-to-end}/**/*.${kind}.ts`] : []),
          ],
          exclude: mode === "slow" ? [] : ["**/*.slow.test.{ts,tsx}"],
          isolate: !sharesWorkers.has(name),
          // Node runs the sources as they are, which costs less than to transform them; it knows no JSX.
          experimental: { viteModuleRunner: name === "tui" || name === "end-to-end" },
          env: { SUITE: mode === "slow" ? "slow" : "quick" },
          // What all files of a project share, for example a database server.
          globalSetup: [new URL(`${root}/test/global-setup.ts`, import.meta.url).pathname].filter((file) =>
            existsSync(file),
          ),
          // Real git, real processes and real databases on a machine that may be busy: patience, not sleeps. It ends what
          // hangs and is no test's business, so no test sets a smaller one (test/suite.test.ts).
          testTimeout: mode === "slow" ? 600_000 : 180_000,
          hookTimeout: 180_000,
          expect: { poll: { timeout: mode === "slow" ? 90_000 : 30_000 } },
          // A test that needs a second try is broken: it fails the run, by name.
          retry: 0,
        },
      })),
    },
  };
});
