import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { serveFlags as appFlags } from "../../apps/github-app/src/options.ts";
import { serveFlags as serverFlags } from "../../apps/key-server/src/options.ts";

const root = join(import.meta.dirname, "../..");
const serverPort = serverFlags.port.default;
const appPort = appFlags.port.default;
const documents = execFileSync("git", ["ls-files", "-z", "*.md", "templates"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\0")
  .filter((path) => path !== "" && path !== "CHANGELOG.md");

/** Lists the ports of a text that readers would use, each with what the line says of it. */
function listPorts(text: string): readonly { readonly port: number; readonly line: string }[] {
  return text.split("\n").flatMap((line) =>
    [...line.matchAll(/(?:127\.0\.0\.1:|localhost:|--port[ =])(\d+)/g)].map(([, port]) => ({
      port: Number(port),
      line,
    })),
  );
}

describe("documents and templates", () => {
  const named = documents.flatMap((path) =>
    listPorts(readFileSync(join(root, path), "utf8")).map((each) => ({ path, ...each })),
  );

  test("name the default ports of the server and the App, and no other", () => {
    expect(new Set(named.map(({ port }) => port))).toEqual(new Set([serverPort, appPort]));
  });

  test("never put one program on the other's port", () => {
    const wrong = named.filter(({ port, line }) => {
      if (/keywarden-server|--server\b|KEYWARDEN_SERVER/.test(line)) return port !== serverPort;
      return /keywarden-github-app/.test(line) && port !== appPort;
    });
    expect(wrong).toEqual([]);
  });
});

test("a clone's programs are linked by npm start and npm run build alike", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  for (const name of ["start", "build"]) expect(scripts[name]).toContain("npm run --silent link-programs");
  expect(scripts["link-programs"]).toMatch(/ keywarden keywarden-server keywarden-github-app keywarden-tui$/);
});
