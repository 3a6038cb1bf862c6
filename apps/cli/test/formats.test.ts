import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalogueProviders } from "@keywarden/key-format";
import { makePatternKey, makeRepository, makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { runHere } from "./terminal.ts";

/** A key of the catalogue, made at run time. */
function keyOf(provider: string, sort: string): string {
  const pattern = catalogueProviders
    .find(({ id }) => id === provider)
    ?.patterns?.find(({ id }) => id === sort);
  const variant = pattern?.variants[0];
  if (pattern === undefined || variant === undefined) throw new Error(`${provider}/${sort}`);
  return makePatternKey(pattern, variant, 7);
}

/** Where there is no keywarden.json. */
const inRoot = (argv: readonly string[], { input = "" }: { readonly input?: string } = {}) =>
  runHere(argv, { directory: tmpdir(), input });

describe("keywarden formats", () => {
  it("lists what is found, all of it or what holds the words", async () => {
    const all = await inRoot(["formats", "list", "--format", "json"]);
    expect((JSON.parse(all.stdout) as unknown[]).length).toBeGreaterThan(280);
    const some = await inRoot(["formats", "list", "github", "pat"]);
    expect(some.status).toBe(0);
    expect(some.stdout).toContain("github/classic-pat");
    expect(some.stdout).not.toContain("slack");
    expect((await inRoot(["formats", "list", "no-such-provider"])).status).toBe(1);
  });

  it("says of one where it is described, how sure it is, and how its keys are revoked", async () => {
    const { stdout } = await inRoot(["formats", "show", "github/classic-pat"]);
    for (const words of [
      "ghp_{base62:36}",
      "https://github.blog/",
      "crc32",
      "credentials/revoke",
      "stops it",
    ])
      expect(stdout).toContain(words);
    const wrong = await inRoot(["formats", "show", "github/clasic-pat"]);
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining('"github/classic-pat"?')]);
    const provider = await inRoot(["formats", "show", "github"]);
    expect([provider.status, provider.stderr]).toEqual([
      2,
      expect.stringContaining('"github" is a provider; keywarden formats list github'),
    ]);
  });

  it("looks for keys of one format in a text, and shows none of them whole", async () => {
    const key = keyOf("github", "classic-pat");
    const found = await inRoot(["formats", "test", "github/classic-pat"], { input: `a\ntoken: ${key}\n` });
    expect(found.status).toBe(0);
    expect(found.stdout).toMatch(/^2:8 {2}ghp_….{4} {2}key, confidence high: .*checksum is right\n$/);
    expect(found.stdout).not.toContain(key);
    const other = await inRoot(["formats", "test", "npm/access-token"], { input: key });
    expect([other.status, other.stdout]).toEqual([
      1,
      "No key of npm/access-token is in the text; it holds github/classic-pat.\n",
    ]);
  });

  it("tries a pattern before it is in keywarden.json, and says what is wrong with it", async () => {
    const body = keyOf("github", "classic-pat").slice(4, 24);
    const tried = await inRoot(["formats", "test", "acme-{base62:20}"], { input: `acme-${body}` });
    expect([tried.status, tried.stdout.slice(0, 4)]).toEqual([0, "1:1 "]);
    const wrong = await inRoot(["formats", "test", "acme-{base62:20-30}{hex:40}"], { input: "" });
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining("nothing shows where it ends")]);
  });
});

describe("the catalogue in keywarden.json", () => {
  it("accepts keys of one of its formats, and names one that is not there with its line", async () => {
    using place = makeTemporaryDirectory();
    const config = (format: string): void =>
      writeFileSync(
        join(place.path, "keywarden.json"),
        `{\n  "allow": [{ "format": "${format}", "reason": "made for a test" }]\n}\n`,
      );
    writeFileSync(
      join(place.path, "a.txt"),
      `${keyOf("github", "classic-pat")}\n${keyOf("npm", "access-token")}\n`,
    );
    config("github/classic-pat");
    const scan = await runHere(["scan", "--format", "jsonl"], { directory: place.path });
    expect(scan.status).toBe(1);
    expect(scan.stdout).toContain("npm/access-token");
    expect(scan.stdout).toMatch(/"type":"suppressed".*"format":"github\/classic-pat"/);
    config("github/clasic-pat");
    const wrong = await runHere(["scan"], { directory: place.path });
    expect([wrong.status, wrong.stdout]).toEqual([
      2,
      expect.stringMatching(/keywarden\.json:2:\d+: .*did you mean "github\/classic-pat"\?/),
    ]);
  });

  it("is searched for by field, where fields are chosen", async () => {
    using place = makeTemporaryDirectory();
    writeFileSync(join(place.path, "keywarden.json"), '{ "catalogue": ["packages"] }\n');
    writeFileSync(
      join(place.path, "a.txt"),
      `${keyOf("github", "classic-pat")}\n${keyOf("npm", "access-token")}\n`,
    );
    const { stdout } = await runHere(["scan", "--format", "jsonl"], { directory: place.path });
    expect(stdout).toContain("npm/access-token");
    expect(stdout).not.toContain("github/");
  });

  it("is masked by keywarden redact, every key of it", async () => {
    using place = makeTemporaryDirectory();
    const [github, slack, pem] = [
      keyOf("github", "classic-pat"),
      keyOf("slack", "bot-token"),
      keyOf("any-provider", "pem-private-key"),
    ];
    writeFileSync(join(place.path, "log.txt"), `a ${github} b\n${slack}\n${pem}\nend\n`);
    const { status, stdout } = await runHere(["redact", "log.txt"], { directory: place.path });
    expect([status, stdout]).toEqual([0, expect.stringContaining("3 keys masked")]);
    expect((await runHere(["scan", "log.txt"], { directory: place.path })).status).toBe(0);
  });

  it("has forms and sorts that a hook leaves to others, and says so: scan, formats test and redact read them", async () => {
    using repository = await makeRepository();
    const rare = `APILAYER_API_KEY=${keyOf("apilayer", "api-key")}\n`;
    repository.write("a.env", `${rare}${Buffer.from(keyOf("github", "classic-pat")).toString("hex")}\n`);
    await repository.git("add", ".");
    const place = { directory: repository.path, env: repository.env };
    const look = async (...argv: readonly string[]) => {
      const { stdout } = await runHere(["scan", ...argv, "--format", "json"], place);
      const { findings, summary } = JSON.parse(stdout) as {
        readonly findings: readonly unknown[];
        readonly summary: { readonly notLookedFor?: readonly string[] };
      };
      return [findings.length, summary.notLookedFor?.length ?? 0];
    };
    expect([await look("--staged"), await look()]).toEqual([
      [0, 2],
      [2, 0],
    ]);
    const staged = await runHere(["scan", "--staged"], place);
    expect(staged.stdout).toMatch(/^no keys found: .*; rare forms and sorts are left to keywarden scan\n$/);
    const explained = async (...argv: readonly string[]) =>
      (await runHere(["scan", "--explain", "a.env", ...argv], place)).stdout;
    expect(await explained("--staged")).toMatch(/not sought +keys of the catalogue[^]*not sought +keys that/);
    expect(await explained()).not.toContain("not sought");
    const tested = await runHere(["formats", "test", "apilayer/api-key"], { ...place, input: rare });
    expect([tested.status, tested.stdout]).toEqual([0, expect.stringMatching(/^1:18 /)]);
    repository.write("b.env", rare);
    const masked = await runHere(["redact", "b.env"], place);
    expect([masked.status, masked.stdout]).toEqual([0, expect.stringContaining("1 key masked")]);
  });
});
