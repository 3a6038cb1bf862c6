// `npm run mutate -- <area> [file[:line-line] …]`: changes the code that decides, one place at a time, and says which
// changes no test notices.
import { Stryker } from "@stryker-mutator/core";
import { areas, findArea } from "./areas.ts";

const [name = "", ...files] = process.argv.slice(2);
if (areas[name] === undefined) {
  process.stdout.write(
    `usage: npm run mutate -- <area> [file[:line-line] …]\nareas: ${Object.keys(areas).join(", ")}\n`,
  );
  process.exit(2);
}
const { mutate } = findArea(name);
// vitest.config.ts reads it, in a process of Stryker's own.
process.env["MUTATION_AREA"] = name;
await new Stryker({
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "test/mutation/vitest.config.ts", related: false },
  mutate: files.length > 0 ? files : [...mutate],
  // Our words in errors and logs are read by people; a test that pins each of them would only repeat them.
  mutator: { excludedMutations: ["StringLiteral"] },
  ignorePatterns: ["/docs", "**/dist", "**/.turbo", "/templates"],
  coverageAnalysis: "perTest",
  concurrency: 1,
  timeoutMS: 20_000,
  incremental: true,
  incrementalFile: `node_modules/.cache/mutation/${name}.json`,
  reporters: ["clear-text", "progress-append-only"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  // Below 90 % the run fails.
  thresholds: { high: 95, low: 90, break: 90 },
  tempDirName: ".stryker-tmp",
  disableTypeChecks: false,
  // Stryker would read it with a function that TypeScript 7 no longer has; nothing here needs it.
  tsconfigFile: "none",
}).runMutationTest();
