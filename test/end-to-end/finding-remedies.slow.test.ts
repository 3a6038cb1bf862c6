import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { rules, type RuleId } from "@keywarden/hygiene";
import { makeKey, makeTemporaryDirectory, ownDefinition, type TemporaryDirectory } from "@keywarden/testing";
import { startKeyServer, type KeyServerProgram } from "@keywarden/testing/programs";
import { aforo, azotte } from "@keywarden/key-format";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeShell, type Shell } from "./shell.ts";
import { programOf } from "./run-built.ts";

// Its grace period can be waited for.
const definition = {
  ...ownDefinition,
  variables: [{ name: "ACME_API_KEY", holds: "key" }],
  rotation: { schedule: { every: "days", days: 30 }, graceSeconds: 1, procedure: "create-deploy-revoke" },
};

let data: TemporaryDirectory;
let server: KeyServerProgram;
let folder: string;
let shell: Shell;
beforeAll(async () => {
  data = makeTemporaryDirectory();
  folder = join(data.path, "it's a folder");
  mkdirSync(folder);
  const config = join(folder, "keywarden.json");
  writeFileSync(config, JSON.stringify({ providers: [definition] }));
  server = await startKeyServer({
    file: programOf("key-server"),
    directory: join(data.path, "keys"),
    env: process.env,
    args: ["--providers", config],
  });
  shell = makeShell(data.path, {
    KEYWARDEN_SERVER: server.url,
    KEYWARDEN_TOKEN_FILE: server.tokenFile,
    CI: undefined,
    NODE_ENV: undefined,
  });
});
afterAll(async () => {
  await server.program.stop();
  data.remove();
});

const rulesOf = (command: string): readonly RuleId[] =>
  Object.entries(rules).flatMap(([id, { commands }]) =>
    (commands as readonly string[]).includes(command) ? [id as RuleId] : [],
  );

const day = 86_400_000;
const ago = (days: number): string => new Date(Date.now() - days * day).toISOString();
const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

interface Finding {
  readonly rule: string;
  readonly key: { readonly id: string; readonly name: string };
  readonly next: string;
}

/** Runs a printed command, and then each that its output prints, until one prints none. */
async function follow(command: string, directory = folder): Promise<readonly string[]> {
  const done: string[] = [];
  for (let next: string | undefined = command; next !== undefined;) {
    const { status, stdout, stderr } = await shell(next, directory);
    expect({ next, status, stderr }).toMatchObject({ status: 0 });
    done.push(next);
    if (done.length > 4) throw new Error(`it goes on for ever: ${done.join("\n")}`);
    next = /^ {2}(keywarden .*)$/m.exec(stdout)?.[1];
  }
  return done;
}

const prefixes: Readonly<Record<string, readonly string[]>> = {
  example: ["sk_live_", "sk_test_"],
  "aurora-solar": ["sk_prod_", "sk_sand_"],
};

async function importKey(name: string, more: object): Promise<void> {
  const record = {
    id: `key_${name}`,
    provider: "acme",
    name,
    kind: "secret",
    environment: "production",
    owner: "ben",
    permissions: null,
    restrictions: { ipRanges: ["192.0.2.0/24"] },
    createdAt: ago(2),
    trackingSince: ago(2),
    secrets: [secret(name, 2)],
    ...more,
  };
  if (record.provider !== "acme")
    for (const one of record.secrets)
      one.prefix = prefixes[record.provider]?.[record.environment === "sandbox" ? 1 : 0] ?? "sk_live_";
  writeFileSync(join(folder, "import.jsonl"), `${JSON.stringify(record)}\n`);
  expect(await shell("keywarden keys import import.jsonl --yes", folder)).toMatchObject({ status: 0 });
}

async function audit(rule: RuleId, name: string, flags: string): Promise<readonly Finding[]> {
  const { stdout, stderr } = await shell(`keywarden audit --format json ${flags}`, folder);
  if (stdout === "") throw new Error(stderr);
  const { findings } = JSON.parse(stdout) as { readonly findings: readonly Finding[] };
  return findings.filter((finding) => finding.rule === rule && finding.key.name.startsWith(name));
}

const secret = (name: string, days: number, more: object = {}) => ({
  sha256: hashOf(`${name} ${days}`),
  prefix: "acme_live_",
  lastFour: "test",
  createdAt: ago(days),
  notBefore: ago(days),
  ...more,
});

type Case = readonly [RuleId, object, { readonly flags?: string }];
const ofAudit: readonly Case[] = [
  ["owner-departed", { owner: "ann" }, { flags: `--departed ann=${ago(1)}` }],
  ["rotation-overdue", { createdAt: ago(60), secrets: [secret("overdue", 60)] }, {}],
  ["rotation-due", { createdAt: ago(25), secrets: [secret("due", 25)] }, {}],
  ["dormant", { createdAt: ago(400), trackingSince: ago(400), lastUsedAt: ago(200) }, {}],
  ["never-used", { createdAt: ago(400), trackingSince: ago(400) }, {}],
  ["no-owner", { owner: null }, {}],
  ["expiring-soon", { expiresAt: ago(-5) }, {}],
  ["several-environments", { tags: ["env:production", "env:ci", "team:x"] }, {}],
  ["live-key-in-development", { provider: "example", tags: ["environment=dev"] }, {}],
  ["test-key-in-production", { provider: "example", environment: "sandbox", tags: ["env:live"] }, {}],
  ["several-services", { tags: ["service:web", "service:it's", "app:crm"] }, {}],
  [
    "grace-exceeded",
    {
      secrets: [secret("g", 9, { validUntil: ago(-1) }), secret("g", 3)].map((one, at) => ({
        ...one,
        generation: at + 1,
      })),
    },
    {},
  ],
  // Nobody has counted its use for long enough to say what it needs.
  ["unrestricted", { restrictions: undefined, provider: "example" }, {}],
];

describe("keywarden audit: the command that a finding prints, run verbatim, and what that prints, make it go away", () => {
  test.each(ofAudit)("%s", async (rule, record, { flags = "" }) => {
    const name = rule.replaceAll("-", "");
    await importKey(name, record);
    const [finding, ...others] = await audit(rule, name, flags);
    expect([finding?.rule, others]).toEqual([rule, []]);
    const done = await follow(finding?.next ?? "");
    expect({ done, left: await audit(rule, name, flags) }).toMatchObject({ left: [] });
  });

  test("grace-exceeded of a key that has a successor", async () => {
    await importKey("replaced", {});
    await importKey("successor", { createdAt: ago(1), replaces: "key_replaced", secrets: [secret("s", 1)] });
    const [finding] = await audit("grace-exceeded", "replaced", "");
    await follow(finding?.next ?? "");
    expect(await audit("grace-exceeded", "replaced", "")).toEqual([]);
  });

  // A server takes no second one, so it is an inventory from elsewhere that says whose they are.
  test("several-standard-keys: all commands together leave the tenant the key that it used last", async () => {
    const more = { provider: "aurora-solar" };
    await importKey("standard1", { ...more, restrictions: { tenant: "t1" }, lastUsedAt: ago(1) });
    await importKey("standard2", { ...more, restrictions: { tenant: "t2" } });
    await importKey("standard3", { ...more, restrictions: { tenant: "t3" }, createdAt: ago(1) });
    const judged = async (): Promise<readonly Finding[]> => {
      const { stdout } = await shell("keywarden keys list provider:aurora-solar --all --json", folder);
      writeFileSync(join(folder, "elsewhere.json"), stdout.replaceAll(/"t[23]"/g, '"t1"'));
      return audit("several-standard-keys", "standard", "--from elsewhere.json");
    };
    const found = await judged();
    expect(found.map(({ key }) => key.name).toSorted()).toEqual(["standard1", "standard2", "standard3"]);
    for (const { next } of found) await follow(next);
    expect(await judged()).toEqual([]);
    const left = await shell("keywarden keys list provider:aurora-solar --format jsonl", folder);
    expect(left.stdout.match(/"name":"standard."/g)).toEqual(['"name":"standard1"']);
  });

  test("every rule of audit is here", () => {
    const known = [...ofAudit.map(([rule]) => rule), "several-standard-keys"];
    expect(rulesOf("audit").filter((id) => !known.includes(id))).toEqual([]);
  });

  test("a provider's own API is asked by the command as it was by the audit", async () => {
    await importKey("elsewhere", {
      provider: "example",
      createdAt: ago(400),
      trackingSince: ago(400),
      lastUsedAt: ago(200),
      secrets: [secret("p", 400)],
    });
    const flags = `--provider example --provider-url ${server.url}/example --token-file ${server.tokenFile}`;
    const bare = makeShell(data.path, { KEYWARDEN_SERVER: undefined, KEYWARDEN_TOKEN_FILE: undefined });
    const { stdout } = await bare(`keywarden audit --format json ${flags}`, folder);
    const { findings } = JSON.parse(stdout) as { readonly findings: readonly Finding[] };
    const mine = findings.filter(({ key }) => key.id === "key_elsewhere");
    expect(mine.map(({ rule }) => rule)).toEqual(expect.arrayContaining(["rotation-overdue", "dormant"]));
    for (const { next } of mine) {
      const { status, stderr } = await bare(next, folder);
      expect({ next, status, stderr }).toMatchObject({ status: 0 });
    }
    const revoke = mine.find(({ rule }) => rule === "dormant")?.next ?? "";
    await follow(revoke);
    const again = await bare(`keywarden audit --format json ${flags}`, folder);
    expect(again.stdout).not.toContain("key_elsewhere");
  });
});

interface EnvFinding {
  readonly rule: string;
  readonly file: string;
  readonly next: string | null;
}

describe("keywarden check-env: the same", () => {
  const live = makeKey(aforo, { kind: "secret", environment: "production" }, 3).reveal();
  const sandbox = makeKey(aforo, { kind: "secret", environment: "sandbox" }, 4).reveal();
  const azotteLive = makeKey(azotte, { kind: "secret", environment: "production" }, 5).reveal();

  const azottePublishable = makeKey(azotte, { kind: "publishable", environment: "development" }, 6).reveal();

  const ofEnv: readonly (readonly [RuleId, Readonly<Record<string, string>>])[] = [
    ["env-file-readable", { "a b/it's.env": `AFORO_API_KEY=${sandbox}` }],
    ["env-file-tracked", { "a b/it's.env": `AFORO_API_KEY=${sandbox}` }],
    ["live-key-in-development", { "a b/.env": `AFORO_API_KEY=${live}` }],
    ["test-key-in-production", { "a b/.env.production": `AFORO_API_KEY=${sandbox}` }],
    [
      "several-environments",
      { "x/.env.test": `AFORO_API_KEY=${sandbox}`, "x/.env.staging": `AFORO_API_KEY=${sandbox}` },
    ],
    ["several-services", { "web/.env": `AFORO_API_KEY=${sandbox}`, "crm/.env": `AFORO_API_KEY=${sandbox}` }],
    ["tenant-mismatch", { "a b/.env": `AZOTTE_API_KEY=${azotteLive}\nAZOTTE_TENANT_ID=tenant_dev_1` }],
    ["wrong-host", { "a b/.env": `AFORO_API_KEY=${live}\nAFORO_INGEST_URL=https://ingest-sandbox.aforo.ai` }],
    [
      "wrong-host",
      { "a b/.env.prod": `AFORO_API_KEY=${live}\nAFORO_URL=https://Ingest-Sandbox.aforo.ai/v1` },
    ],
    ["wrong-host", { "k8s/a.yml": `env: { U: ingest-sandbox.aforo.ai, AFORO_API_KEY: ${live} }` }],
    ["secret-in-public-variable", { "a b/it's.env": `A=1\nVITE_AZOTTE_API_KEY=${azotteLive}` }],
    ["secret-in-public-variable", { ".env": `VITE_K=${azotteLive}\nK=2` }],
    ["publishable-for-secret", { "a b/.env": `AZOTTE_SECRET_KEY=${azottePublishable}` }],
    ["malformed-key", { "a b/.env": `AFORO_API_KEY=${sandbox.slice(0, 46)}` }],
  ];

  test.each(ofEnv)("%s", async (rule, files) => {
    using outer = makeTemporaryDirectory();
    const inner = join(outer.path, "sub folder");
    for (const [file, text] of Object.entries(files)) {
      const path = join(inner, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${text}\n`);
      chmodSync(path, rule === "env-file-readable" ? 0o644 : 0o600);
    }
    await shell("git init -q . && git config user.email a@b.test && git config user.name a", outer.path);
    if (rule === "env-file-tracked") await shell("git add -f .", outer.path);
    const check = async (): Promise<readonly EnvFinding[]> => {
      const { stdout, stderr } = await shell("keywarden check-env --format json .", inner);
      if (stdout === "") throw new Error(stderr);
      const { findings } = JSON.parse(stdout) as { readonly findings: readonly EnvFinding[] };
      return findings.filter((finding) => finding.rule === rule);
    };
    const [finding] = await check();
    expect(finding?.rule).toBe(rule);
    await follow(finding?.next ?? "exit 9", inner);
    expect({ next: finding?.next, left: await check() }).toMatchObject({ left: [] });
  });

  test("a secret in a public variable is looked up by its line, once the variable has another name", async () => {
    using outer = makeTemporaryDirectory();
    const file = join(outer.path, "it's.env");
    writeFileSync(file, `A=1\nVITE_AZOTTE_API_KEY=${azotteLive}\n`, { mode: 0o600 });
    const { stdout } = await shell(
      "keywarden check-env --format json --environment production .",
      outer.path,
    );
    const { findings } = JSON.parse(stdout) as { readonly findings: readonly EnvFinding[] };
    const next = findings.find(({ rule }) => rule === "secret-in-public-variable")?.next ?? "";
    const fixed = await shell(`${next} --yes`, outer.path);
    expect(readFileSync(file, "utf8")).toBe(`A=1\nAZOTTE_API_KEY=${azotteLive}\n`);
    const lookup = /^ {2}(sed .*)$/m.exec(fixed.stdout)?.[1] ?? "exit 9";
    expect((await shell(lookup, outer.path)).stdout).toBe(
      "No provider of this server has issued this key.\n",
    );
  });

  test("every rule of check-env is here", () => {
    const known = ofEnv.map(([rule]) => rule);
    expect(rulesOf("check-env").filter((id) => !known.includes(id))).toEqual([]);
  });
});
