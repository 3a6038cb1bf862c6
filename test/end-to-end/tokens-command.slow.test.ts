import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Secret } from "@keywarden/key-format";
import { assertNoKey, makeTemporaryDirectory, type TemporaryDirectory } from "@keywarden/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Result } from "./run-built.ts";
import { startTwoServers } from "./two-servers.ts";

let place: TemporaryDirectory;
let servers: Awaited<ReturnType<typeof startTwoServers>>;

beforeAll(async () => void (servers = await startTwoServers()));
afterAll(() => servers.stop());
beforeEach(() => void (place = makeTemporaryDirectory()));
afterEach(() => place.remove());

const keywarden = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Result> =>
  servers.run(args, { directory: place.path, env });

async function idOf(name: string): Promise<string> {
  const { stdout } = await keywarden(["tokens", "list", "--json"]);
  const { tokens } = JSON.parse(stdout) as { tokens: { id: string; name: string }[] };
  return tokens.find((token) => token.name === name)?.id ?? "";
}

describe("tokens", () => {
  test("are made into a file of one's own, listed without their texts, and revoked at once", async () => {
    const made = await keywarden(["tokens", "create", "--name", "ann", "--role", "admin", "--output", "t"]);
    const file = join(place.path, "t");
    const token = new Secret(readFileSync(file, "utf8").trim());
    expect([made.status, made.stdout, statSync(file).mode & 0o777]).toEqual([0, "", 0o600]);
    const asAnn = { KEYWARDEN_TOKEN_FILE: file };
    expect((await keywarden(["whoami"], asAnn)).stdout).toContain("token:ann (admin)");

    const id = await idOf("ann");
    const plan = await keywarden(["tokens", "revoke", id]);
    expect([plan.status, plan.stdout]).toEqual([0, expect.stringContaining("Nothing was changed")]);
    expect((await keywarden(["whoami"], asAnn)).status).toBe(0);

    const revoked = await keywarden(["tokens", "revoke", id, "--yes"]);
    expect([revoked.status, revoked.stdout]).toEqual([
      0,
      `${id}  admin  ann\nRevoked: it no longer works.\n`,
    ]);
    expect((await keywarden(["whoami"], asAnn)).status).toBe(2);
    expect((await keywarden(["tokens", "revoke", id, "--yes"])).stdout).toContain("It was already revoked.");

    const listed = await keywarden(["tokens", "list"]);
    const lines = listed.stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^ID +ROLE +STATE +CREATED +USED +ENDS +LIMITS +NAME$/);
    expect(lines.find((line) => line.startsWith(id))).toMatch(
      /admin +revoked +\d{4}-.*\d{4}-\d\d-\d\d +ann$/,
    );
    assertNoKey(made.stderr + plan.stdout + revoked.stdout + listed.stdout, [token]);
  });

  test("are printed where that is asked for, and not made where they have nowhere to go", async () => {
    const create = (...more: readonly string[]) =>
      keywarden(["tokens", "create", "--name", "nowhere", "--role", "reader", ...more]);
    writeFileSync(join(place.path, "taken"), "mine");
    for (const where of [[], ["--output", "taken"], ["--output", "no/folder"], ["--output", "t", "--print"]])
      expect([where, (await create(...where)).status]).toEqual([where, 2]);
    expect(readFileSync(join(place.path, "taken"), "utf8")).toBe("mine");
    expect(existsSync(join(place.path, "t"))).toBe(false);
    expect(await idOf("nowhere")).toBe("");
    expect((await create("--print")).stdout).toMatch(/^kwt_[\w-]{43}\n$/);
  });

  test("leave no file behind where the server makes none", async () => {
    await keywarden(["tokens", "create", "--name", "ops", "--role", "operator", "--output", "ops"]);
    const asOps = { KEYWARDEN_TOKEN_FILE: join(place.path, "ops") };
    const refused = await keywarden(
      ["tokens", "create", "--name", "x", "--role", "admin", "--output", "x"],
      asOps,
    );
    expect([refused.status, existsSync(join(place.path, "x"))]).toEqual([2, false]);
  });

  test("include the last admin token, which stays", async () => {
    const refused = await keywarden(["tokens", "revoke", await idOf("bootstrap"), "--yes"]);
    expect([refused.status, refused.stderr]).toEqual([
      2,
      expect.stringContaining("make another one with the role admin first"),
    ]);
    expect((await keywarden(["tokens", "revoke", "tok_0"])).stderr).toContain("No token tok_0");
  });
});
