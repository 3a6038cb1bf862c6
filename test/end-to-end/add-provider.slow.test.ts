import { execFile, execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

/** The profile that the recipe's first step asks for; the others are in {@link followRecipe}. */
const nimbus = `import type { BodyRule, ManagedProvider } from "../profile.ts";

const body: BodyRule = { alphabet: "base62", length: 32, stated: true, issuedLength: 32 };

export const nimbus: ManagedProvider = {
  id: "nimbus",
  name: "Nimbus",
  formats: [
    { prefix: "nb_test_", kind: "secret", environment: "sandbox", label: "test", body },
    { prefix: "nb_live_", kind: "secret", environment: "production", label: "live", body },
  ],
  publishedExamples: [],
  variables: [{ name: "NIMBUS_API_KEY", holds: "key" }],
  hosts: [{ host: "api.nimbus.test", purpose: "management", environment: null }],
  rotation: { schedule: null, graceSeconds: 600, procedure: "server-side" },
  hygiene: {},
  dialect: "standard",
};
`;

const directory = makeTemporaryDirectory();
const copy = join(directory.path, "copy");
afterAll(() => directory.remove());

beforeAll(async () => {
  copyRepository();
  await followRecipe();
});

/** Copies what is committed; what is installed is linked, except the workspaces, which have to be the copied ones. */
function copyRepository(): void {
  const committed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  for (const path of committed.split("\0").filter((name) => name !== "" && existsSync(join(root, name)))) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path));
  }
  const installed = join(copy, "node_modules");
  mkdirSync(join(installed, "@keywarden"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (name !== "@keywarden") symlinkSync(join(root, "node_modules", name), join(installed, name));
  }
  for (const name of readdirSync(join(copy, "packages"))) {
    symlinkSync(join("..", "..", "packages", name), join(installed, "@keywarden", name));
  }
  for (const room of ["packages", "apps"]) {
    for (const name of readdirSync(join(copy, room))) {
      const own = join(root, room, name, "node_modules");
      if (existsSync(own)) symlinkSync(own, join(copy, room, name, "node_modules"));
    }
  }
}

async function followRecipe(): Promise<void> {
  const providers = "packages/key-format/src/providers";
  writeFileSync(join(copy, providers, "nimbus.ts"), nimbus);
  edit(`${providers}/built-in-providers.ts`, (text) =>
    text
      .replace(/^import { example }.*$/m, '$&\nimport { nimbus } from "./nimbus.ts";')
      .replace(/(builtInProviders.*= \[[^\]]*)\]/, "$1, nimbus]"),
  );
  edit("packages/hygiene/src/sentences.ts", (text) =>
    text.replace(/^ {2}aforo: {$/m, '  nimbus: { ...rotation("Rotate keys.") },\n$&'),
  );
  for (const workspace of ["hygiene", "scan"]) {
    await run(process.execPath, ["test/programs/generate.ts"], { cwd: join(copy, "packages", workspace) });
  }
}

function edit(path: string, change: (text: string) => string): void {
  const before = readFileSync(join(copy, path), "utf8");
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(join(copy, path), after);
}

const suites: readonly (readonly [name: string, ...args: readonly string[]])[] = [
  ["the pure packages", "--project", "key-format", "--project", "hygiene", "--project", "scan"],
  ["management and rotation", "--project", "management", "--project", "rotation"],
  [
    "the key server",
    "--project",
    "key-server",
    ...[
      "contract",
      "create-key",
      "lost-answers",
      "plaintext",
      "reference",
      "sample-endpoints",
      "verify-key",
    ].map((name) => `apps/key-server/test/${name}.test.ts`),
  ],
];

test.each(suites)("a sixth provider, added by the recipe, leaves %s green", async (_, ...args) => {
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const { TURBO_HASH: _turbo, VITEST: _vitest, ...env } = process.env;
  const output = join(directory.path, "report.json");
  const flags = ["--maxWorkers=1", "--reporter=json", `--outputFile=${output}`];
  // Its exit status says no more than the report does.
  await run(process.execPath, [vitest, "run", ...flags, ...args], {
    cwd: copy,
    env,
    maxBuffer: 1 << 28,
  }).catch(() => {});
  const report = JSON.parse(readFileSync(output, "utf8")) as {
    readonly success: boolean;
    readonly testResults: readonly {
      readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
    }[];
  };
  rmSync(output);
  const failed = report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.flatMap(({ status, fullName }) => (status === "failed" ? [fullName] : [])),
  );
  expect({ failed, success: report.success }).toEqual({ failed: [], success: true });
});
