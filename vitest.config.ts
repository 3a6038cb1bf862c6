import { existsSync, readdirSync } from "node:fs";
import { defineConfig } from "vitest/config";

// One project per workspace plus the end-to-end suite, so that turbo can run and cache each alone.
const workspaces = ["packages", "apps"].flatMap((room) =>
  readdirSync(new URL(room, import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => ({ name: entry.name, root: `${room}/${entry.name}` })),
);

export default defineConfig({
  test: {
    projects: [...workspaces, { name: "end-to-end", root: "test" }].map(({ name, root }) => ({
      test: {
        name,
        root: new URL(root, import.meta.url).pathname,
        include: [
          "test/**/*.test.{ts,tsx}",
          ...(name === "end-to-end" ? ["*.test.ts", "end-to-end/**/*.test.ts"] : []),
        ],
        // What all files of a project share, for example a database server.
        globalSetup: [new URL(`${root}/test/global-setup.ts`, import.meta.url).pathname].filter((file) =>
          existsSync(file),
        ),
        // Real git, real processes and real databases on a two-core machine: patience, not sleeps.
        testTimeout: 60_000,
        // A machine that others use can starve a real process once; what fails twice is broken.
        retry: process.env["CI"] === undefined ? 0 : 1,
        hookTimeout: 60_000,
      },
    })),
  },
});
