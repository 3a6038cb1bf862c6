import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
// What users copy and what runs with the rights of a pipeline; CHANGELOG.md tells of the past.
const copied = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\0")
  .filter((path) => /\.(md|ya?ml)$|(^|\/)(Docker|Container)file|^templates\//.test(path))
  .filter((path) => path !== "CHANGELOG.md" && existsSync(join(root, path)));
const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** Lists the actions of a text that are named by something that their owner can move. */
function findMovableActions(text: string): readonly string[] {
  return [...text.matchAll(/^\s*(?:-\s+)?uses:\s*["']?([^\s"'#]+)/gm)]
    .map(([, action = ""]) => action)
    .filter((action) => !action.startsWith("./") && !/@[0-9a-f]{40}$/.test(action));
}

const program = String.raw`keywarden(?:-server|-github-app|-tui)?`;
const fromRegistry = new RegExp(
  [
    // npx asks the registry for what is not installed, and --yes does not even ask the user.
    String.raw`\bnpx\s+(?!--no(?:-install)?\s)(?:-\S+\s+)*(${program})(?![\w@./-])`,
    String.raw`\bnpm\s+(?:i|install|add|exec)\s[^\n|&;]*?\s(${program})(?![\w@./-])`,
  ].join("|"),
  "g",
);
const installs = new RegExp(
  [
    // The clone's own programs, which npm start and npm run build link.
    String.raw`\bnpm (?:start|run build)\b`,
    String.raw`\bnpm (?:i|install)\s[^\n]*(?:/${program}-\d[\w.-]*\.tgz|\s${program}@\d)`,
  ].join("|"),
);

/** Lists the commands of a text that would run whatever the registry has under our names. */
function findTrustInRegistry(text: string): readonly string[] {
  return [...text.matchAll(fromRegistry)]
    .filter(
      ({ 0: command, index }) =>
        /\s(?:-y|--yes)\s|^npm/.test(command) || !installs.test(text.slice(0, index)),
    )
    .map(([command]) => command);
}

describe("what documents, templates and workflows run", () => {
  test("is an action of a fixed commit", () => {
    expect(copied).toEqual(expect.arrayContaining(["action.yml", ".github/workflows/ci.yml", "README.md"]));
    expect(
      copied.flatMap((path) => findMovableActions(read(path)).map((uses) => `${path}: ${uses}`)),
    ).toEqual([]);
  });

  test("is never what the registry has under the programs' names, which are nobody's yet", () => {
    expect(
      copied.flatMap((path) => findTrustInRegistry(read(path)).map((line) => `${path}: ${line}`)),
    ).toEqual([]);
  });

  test.each([
    ["  - uses: actions/checkout@v4", ["actions/checkout@v4"]],
    ['    uses: "owner/name/sub@main"', ["owner/name/sub@main"]],
    [`- uses: owner/name@${"0a".repeat(20)} # v1.2.3`, []],
    [`- uses: owner/name@${"0a".repeat(19)}`, [`owner/name@${"0a".repeat(19)}`]],
    ["- uses: ./", []],
  ])("finds in %j the actions %j", (text, found) => {
    expect(findMovableActions(text)).toEqual(found);
  });

  test.each([
    ["npx keywarden scan", ["npx keywarden"]],
    ["npx -y keywarden-server", ["npx -y keywarden-server"]],
    ["npm i -D ./keywarden-0.1.0.tgz\nnpx --yes keywarden", ["npx --yes keywarden"]],
    ["npm install --save-dev keywarden", ["npm install --save-dev keywarden"]],
    ["npm install --omit=dev keywarden @google-cloud/secret-manager", ["npm install --omit=dev keywarden"]],
    ["npm exec -- keywarden scan", ["npm exec -- keywarden"]],
    ["npx --no-install keywarden scan", []],
    ["npx --yes keywarden@0.1.0 scan", []],
    ["npm i -D ./keywarden-0.1.0.tgz\nnpx keywarden scan", []],
    ["npm ci && npm start\nnpx keywarden-tui", []],
    ["npm install keywarden@0.1.0", []],
    ["npm run build --workspace keywarden", []],
  ])("finds in %j the commands %j", (text, found) => {
    expect(findTrustInRegistry(text)).toEqual(found);
  });
});
