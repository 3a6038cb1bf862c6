import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Secret } from "@keywarden/key-format";
import { makeInventoryClient, type InventoryClient, type ManagedKey } from "@keywarden/management";
import { assertNoKey, makeTemporaryDirectory, type TemporaryDirectory } from "@keywarden/testing";
import { startKeyServer, type KeyServerProgram } from "@keywarden/testing/programs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const serverFile = fileURLToPath(new URL("../../apps/key-server/dist/main.js", import.meta.url));
const program = fileURLToPath(
  new URL("../../packages/rotation/test/programs/rotate-and-die.ts", import.meta.url),
);

/** Replaces secrets in place as Aero2 does, with a grace period that a test can wait for. */
const acme = {
  id: "acme",
  formats: [
    {
      prefix: "acme_live_",
      kind: "secret",
      environment: "production",
      body: { alphabet: "base62", length: 40 },
    },
  ],
  rotation: { procedure: "server-side", graceSeconds: 2 },
};

let directory: TemporaryDirectory;
let server: KeyServerProgram;
let client: InventoryClient;
let providersFile: string;

beforeAll(async () => {
  directory = makeTemporaryDirectory();
  providersFile = join(directory.path, "providers.json");
  writeFileSync(providersFile, JSON.stringify([acme]));
  server = await startKeyServer({
    file: serverFile,
    directory: join(directory.path, "server"),
    env: process.env,
    args: ["--providers", providersFile],
  });
  client = makeInventoryClient({ baseUrl: server.url, token: server.token, timeoutMs: 120_000 });
});

afterAll(async () => {
  await server.program.stop();
  directory.remove();
});

interface Death {
  readonly entry: number;
  readonly when: "before" | "after";
}

interface Life {
  readonly isKilled: boolean;
  readonly outcome: string | null;
  /** Without those of failures and of second tries. */
  readonly entries: number;
  /** Why it failed last, so that a failed comparison says it. */
  readonly message: string | null;
}

class Story {
  readonly folder: string;
  readonly state: string;
  readonly #rotation: string;

  readonly #provider: string | undefined;

  constructor(name: string, rotation: string, provider?: string) {
    this.#provider = provider;
    this.folder = join(directory.path, name);
    this.state = join(this.folder, "state");
    this.#rotation = rotation;
    mkdirSync(this.folder, { recursive: true });
  }

  run(options: { keyId?: string; graceSeconds?: number; death?: Death | undefined }): Promise<Life> {
    const { keyId, graceSeconds, death } = options;
    const orders = {
      server: server.url,
      tokenFile: server.tokenFile,
      state: this.state,
      directory: this.folder,
      providersFile,
      rotation: this.#rotation,
      death,
      ...(this.#provider !== undefined && { provider: this.#provider }),
      ...(keyId !== undefined && {
        start: { keyId, graceSeconds, sinks: ["env:.env#API_KEY", "command:cat >> taken; echo >> taken"] },
      }),
    };
    return new Promise((resolve, reject) => {
      execFile(process.execPath, [program, JSON.stringify(orders)], (error, stdout, stderr) => {
        if (error !== null && error.signal !== "SIGKILL") {
          reject(new Error(stderr, { cause: error }));
          return;
        }
        const said = stdout === "" ? null : (JSON.parse(stdout) as Omit<Life, "isKilled">);
        resolve({
          isKilled: error !== null,
          outcome: said?.outcome ?? null,
          entries: said?.entries ?? 0,
          message: said?.message ?? null,
        });
      });
    });
  }

  keyInSink(): Secret {
    const [, text = ""] = /^API_KEY=(.*)$/m.exec(readFileSync(join(this.folder, ".env"), "utf8")) ?? [];
    return new Secret(text);
  }

  /** Every new key that any sink ever saw. */
  taken(): readonly Secret[] {
    const lines = readFileSync(join(this.folder, "taken"), "utf8").split("\n").filter(Boolean);
    return lines.map((line) => new Secret(line));
  }

  stateFiles(): readonly string[] {
    return readdirSync(this.state, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  }
}

async function issue(story: Story, provider: string): Promise<{ key: ManagedKey; secret: Secret }> {
  const name = `chaos ${story.folder.slice(-12)}`;
  const issued = await client.create({ provider, name, kind: "secret", environment: "production" });
  writeFileSync(join(story.folder, ".env"), `# kept\nAPI_KEY=${issued.secret.reveal()}\nOTHER=1\n`);
  return issued;
}

async function statusOf(provider: string, sample: string, key: Secret): Promise<number> {
  const url = `${server.url}/${provider}${sample}`;
  return (await fetch(url, { headers: { authorization: `Bearer ${key.reveal()}` } })).status;
}

async function activeKeysLike(key: ManagedKey): Promise<readonly ManagedKey[]> {
  const found: ManagedKey[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await client.list({
      provider: key.provider,
      state: "active",
      ...(cursor === undefined ? {} : { cursor }),
    });
    found.push(...page.keys.filter(({ name }) => name.startsWith(key.name)));
    cursor = page.nextCursor;
  }
  return found;
}

const deaths = (entries: number): readonly Death[] =>
  Array.from({ length: entries }, (_, index) => index + 1).flatMap((entry) => [
    { entry, when: "before" as const },
    { entry, when: "after" as const },
  ]);

const ways = [
  {
    way: "create, deploy, revoke",
    provider: "aforo",
    sample: "/v1/entitlements/any",
    graceSeconds: 0,
    entries: 12,
    via: undefined,
    whens: ["before", "after"],
  },
  {
    way: "server-side",
    provider: acme.id,
    sample: "/v1/whoami",
    graceSeconds: undefined,
    entries: 11,
    via: undefined,
    whens: ["before", "after"],
  },
  // Nothing is outside between an entry and the next begin, so that deaths before entries are all that differ here.
  {
    way: "create, deploy, revoke at the provider's own API",
    provider: "aforo",
    sample: "/v1/entitlements/any",
    graceSeconds: 0,
    entries: 12,
    via: "aforo",
    whens: ["before"],
  },
  {
    way: "server-side at the provider's own API",
    provider: acme.id,
    sample: "/v1/whoami",
    graceSeconds: undefined,
    entries: 11,
    via: acme.id,
    whens: ["before"],
  },
] as const;

describe.each(ways)("a rotation by $way", ({ way, provider, sample, graceSeconds, entries, via, whens }) => {
  const lanes = 3;

  test("killed before or after any entry of its journal ends, once resumed, with one live key that works", async () => {
    const waiting = deaths(entries)
      .filter(({ when }) => (whens as readonly string[]).includes(when))
      .map((death, index) => ({ death, index }));
    const lane = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { death, index } = next;
        const rotation = `${provider === "aforo" ? "a" : "b"}${via === undefined ? "0" : "1"}${String(index).padStart(6, "0")}`;
        const story = new Story(
          `${provider}-${via === undefined ? "operator" : "provider"}-${index}-xxxx`,
          rotation,
          via,
        );
        const { key, secret } = await issue(story, provider);
        const what = `${way}, killed ${death.when} entry ${death.entry}`;

        const first = await story.run({
          keyId: key.id,
          ...(graceSeconds !== undefined && { graceSeconds }),
          death,
        });
        expect({ what, ...first }).toEqual({
          what,
          isKilled: true,
          outcome: null,
          entries: 0,
          message: null,
        });
        // Whoever reads the sink in the meantime never finds a dead key, as long as no grace period has passed.
        const inSink = story.keyInSink();
        const meanwhile = await statusOf(provider, sample, inSink);
        const { generation, grace } = await client.show(key.id);
        // A busy machine needs longer than the period.
        const isOver = inSink.reveal() === secret.reveal() && generation > 1 && grace === null;
        expect({ what, meanwhile }).toEqual({ what, meanwhile: isOver ? meanwhile : 200 });

        const second = await story.run({});
        expect({ what, ...second }).toMatchObject({ what, isKilled: false, outcome: "done" });

        const delivered = story.keyInSink();
        const live = await activeKeysLike(key);
        expect({
          what,
          isNew: delivered.reveal() !== secret.reveal(),
          isLastTaken: story.taken().at(-1)?.reveal() === delivered.reveal(),
          newKey: await statusOf(provider, sample, delivered),
          oldKey: await statusOf(provider, sample, secret),
          // One live key, without an older secret beside the current one.
          graces: live.map(({ grace }) => grace),
          sealingKeys: story.stateFiles().filter((file) => file.endsWith(".key")),
        }).toEqual({
          what,
          isNew: true,
          isLastTaken: true,
          newKey: 200,
          oldKey: 401,
          graces: [null],
          sealingKeys: [],
        });
        for (const file of story.stateFiles()) {
          assertNoKey(readFileSync(file), [secret, delivered, ...story.taken()]);
          expect({ file, open: statSync(file).mode & 0o077 }).toEqual({ file, open: 0 });
        }
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  });

  test("writes the number of entries that the deaths above are counted by", async () => {
    // A server knows the rotations of all keys by their ids.
    const rotation = `c000000${ways.findIndex((one) => one.way === way)}`;
    const story = new Story(`${way.replaceAll(/\W+/g, "-")}-count-xxxx`, rotation, via);
    const { key } = await issue(story, provider);
    const life = await story.run({ keyId: key.id, ...(graceSeconds !== undefined && { graceSeconds }) });
    expect(life).toEqual({ isKilled: false, outcome: "done", entries, message: null });
  });
});

test("the audit chain of the server is whole after all of it", async () => {
  expect(await client.verifyAudit()).toMatchObject({ ok: true });
});
