import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Secret } from "@keywarden/key-format";
import { assertNoKey, makeTemporaryDirectory, type TemporaryDirectory } from "@keywarden/testing";
import { startKeyServer, type KeyServerProgram } from "@keywarden/testing/programs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { programOf, runBuilt, type Result } from "./run-built.ts";

let data: TemporaryDirectory;
let place: TemporaryDirectory;
let server: KeyServerProgram;
beforeAll(async () => {
  data = makeTemporaryDirectory();
  place = makeTemporaryDirectory();
  server = await startKeyServer({ file: programOf("key-server"), directory: data.path, env: process.env });
});
afterAll(async () => {
  await server.program.stop();
  data.remove();
  place.remove();
});

const made: Secret[] = [];

async function keywarden(...args: readonly string[]): Promise<Result> {
  const env = {
    ...process.env,
    KEYWARDEN_SERVER: server.url,
    KEYWARDEN_TOKEN_FILE: server.tokenFile,
    KEYWARDEN_STATE: join(place.path, "state"),
  };
  const result = await runBuilt("cli", args, { directory: place.path, env });
  assertNoKey(result.stdout + result.stderr, made);
  return result;
}

async function create(
  variable: string,
  provider: string,
  environment: string,
  ...flags: readonly string[]
): Promise<string> {
  const common = ["--provider", provider, "--name", variable.toLowerCase(), "--environment", environment];
  const { status, stderr } = await keywarden(
    "keys",
    "create",
    ...common,
    ...flags,
    "--to",
    `env:.env#${variable}`,
  );
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const [, text = ""] =
    new RegExp(`^${variable}=(.*)$`, "m").exec(readFileSync(join(place.path, ".env"), "utf8")) ?? [];
  made.push(new Secret(text));
  return /\((key_\w+)\)/.exec(stderr)?.[1] ?? "";
}

interface Told {
  readonly findings: readonly {
    readonly rule: string;
    readonly key: { readonly id: string };
    readonly next: string;
  }[];
  readonly audited: { readonly live: number };
}

async function audit(...args: readonly string[]): Promise<Told & Pick<Result, "status">> {
  const { status, stdout, stderr } = await keywarden("audit", "--format", "json", ...args);
  if (stdout === "") throw new Error(stderr);
  return { ...(JSON.parse(stdout) as Told), status };
}

const said = ({ findings }: Told) => findings.map(({ rule, key }) => `${rule} ${key.id}`);

describe("keywarden audit of a real server", () => {
  test("goes from nothing over findings to a plan, a table and back to clean", async () => {
    expect((await keywarden("audit")).status).toBe(2);

    const shared = await create(
      "SHARED",
      "aforo",
      "production",
      "--owner",
      "ann",
      "--tag",
      "env:ci",
      "--tag",
      "service:web",
      "--tag",
      "service:crm",
    );
    const fine = await create("FINE", "example", "sandbox", "--owner", "ben", "--tag", "env:ci");
    const now = await audit();
    expect([now.status, now.audited.live]).toEqual([1, 2]);
    expect(said(now)).toEqual([
      `live-key-in-development ${shared}`,
      `several-services ${shared}`,
      `unrestricted ${shared}`,
    ]);

    // A key on a server stands in no file, and GitHub refuses a log in which a result has none.
    const sarif = await keywarden("audit", "--format", "sarif", "--min-severity", "high");
    expect((JSON.parse(sarif.stdout) as { runs: object[] }).runs).toMatchObject([
      {
        results: [
          {
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: "keywarden.json" },
                  region: { startLine: 1 },
                },
                logicalLocations: [{ name: shared }],
              },
            ],
          },
        ],
      },
    ]);

    const left = await audit("--departed", "ben", "--min-severity", "critical");
    expect(said(left)).toEqual([`owner-departed ${fine}`]);
    expect(left.findings[0]?.next).toBe(`keywarden rotate ${fine}`);
    // The server's own audit says whose token made the keys.
    expect(said(await audit("--departed", "bootstrap", "--min-severity", "critical"))).toEqual([
      `owner-departed ${shared}`,
      `owner-departed ${fine}`,
    ]);

    const table = await keywarden("audit", "--format", "csv", "--now", "2027-06-01");
    writeFileSync(join(place.path, "keys.csv"), table.stdout);
    const again = await audit("--from", "keys.csv", "--now", "2027-06-01");
    expect(said(again)).toEqual(said(await audit("--now", "2027-06-01")));
    expect(said(again)).toContain(`rotation-overdue ${fine}`);

    for (const args of [["list", "--all", "--format", "json"], ["export"], ["export", "--format", "csv"]]) {
      const { stdout } = await keywarden("keys", ...args);
      writeFileSync(join(place.path, "exported"), stdout);
      expect(said(await audit("--from", "exported"))).toEqual(said(now));
    }

    expect((await keywarden("revoke", shared, "--yes")).status).toBe(0);
    const clean = await keywarden("audit");
    expect([clean.status, clean.stdout]).toEqual([0, expect.stringContaining("clean: audited 1 live key")]);
    expect(clean.stdout).toContain("1 revoked or expired left out");
  });

  test("asks a provider's own API, which tells less, and says so", async () => {
    const key = await create("LATE", "example", "production");
    const told = await audit(
      "--provider",
      "example",
      "--provider-url",
      `${server.url}/example`,
      "--now",
      "2027-06-01",
    );
    expect(said(told)).toContain(`rotation-overdue ${key}`);
    expect(told.findings.find(({ key: { id } }) => id === key)?.next).toBe(
      `keywarden rotate --provider example --provider-url ${server.url}/example ${key}`,
    );
    const { stdout } = await keywarden(
      "audit",
      "--provider",
      "example",
      "--provider-url",
      `${server.url}/example`,
    );
    expect(stdout).toContain("the inventory names no owners");
  });

  test("sees a predecessor that outlives its grace period", async () => {
    const old = await create("PAIR", "aforo", "production", "--owner", "ann");
    const rotation = await keywarden("rotate", old, "--to", "env:.env#PAIR", "--yes", "--no-wait");
    expect(rotation.status).toBe(1);
    const inTime = await audit();
    expect(said(inTime)).not.toContain(`grace-exceeded ${old}`);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    expect(said(await audit("--now", tomorrow))).toContain(`grace-exceeded ${old}`);
  });
});

test("check-env finds what audit cannot: where the keys of the server lie", async () => {
  const { status, stdout } = await keywarden("check-env", ".env");
  expect(status).toBe(1);
  expect(stdout).toContain("live-key-in-development");
  expect(stdout).toContain("keywarden keys create --provider");
});
