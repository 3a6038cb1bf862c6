import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command, Program } from "@keywarden/command-line";
import { aforo, auroraSolar, azotte, type KeyKind, type ManagedProvider } from "@keywarden/key-format";
import { makeKey, makeOwnProvider, makeTemporaryDirectory, ownDefinition } from "@keywarden/testing";
import { channelSchema } from "@keywarden/channels";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { configSchema } from "../../apps/github-app/src/config.ts";
import { policySchema } from "../../apps/key-server/src/policy/policy.ts";
import { program as cli } from "../../apps/cli/src/program.ts";
import { program as githubApp } from "../../apps/github-app/src/program.ts";
import { program as keyServer } from "../../apps/key-server/src/program.ts";
import { program as tui } from "../../apps/tui/src/program.ts";
import { run as runTui } from "../../apps/tui/src/run.ts";
import { openVirtualTerminal } from "../../apps/tui/test/virtual-terminal.ts";
import { leftIn, writeInputs } from "./left-files.ts";
import { runInProcess } from "./run-in-process.ts";
import { signInDocument } from "./sign-in-document.ts";
import { type Json, type Schema, variantsOf, variantsOfAbsent } from "./secret-variants.ts";

const own = {
  ...ownDefinition,
  patterns: [{ id: "acme-app", pattern: "acme-app-{base62:30}", kind: "secret", evidence: "high" }],
  variables: [{ name: "ACME_API_KEY", holds: "key", prefixes: { production: "acme" } }],
  hosts: [{ host: "api.acme.example", purpose: "api", environment: "production" }],
  rotation: { schedule: { every: "days", days: 30 }, graceSeconds: 60, procedure: "server-side" },
  hygiene: { dormantAfterDays: 30, rotateWithinHoursOfDeparture: 24, neverLiveInDevelopment: true },
  management: { list: true },
  publishedExamples: ["0".repeat(64)],
  dialect: "standard",
};

const keyOf = (provider: ManagedProvider, kind: KeyKind): string =>
  makeKey(provider, { kind, environment: "production" }).reveal();

const secrets: readonly string[] = [
  keyOf(aforo, "secret"),
  keyOf(auroraSolar, "restricted"),
  keyOf(azotte, "publishable"),
  `kwt_${randomBytes(32).toString("base64url")}`,
  keyOf(makeOwnProvider(), "secret"),
  `acme-app-${randomBytes(15).toString("hex")}`,
];

/** Every secret in every place: all of them together, which hardly any place takes, and one alone, which more do. */
function textsOf(document: Json, schema: Schema): readonly string[] {
  const together = secrets.join(" ");
  const quoted = JSON.stringify(together);
  const whole = JSON.stringify(document);
  const variantsWith = (secret: string): readonly Json[] => [
    ...variantsOf(document, secret),
    ...variantsOfAbsent(document, schema, secret),
  ];
  const alone = secrets.map(variantsWith);
  return [
    ...variantsWith(together).flatMap((variant, index) => [
      JSON.stringify(variant),
      JSON.stringify(alone[index % secrets.length]?.[index]),
    ]),
    // What is not JSON can still be quoted in an error.
    `${whole}${together}`,
    `${quoted}${whole}`,
    `${whole.slice(0, -1)},${quoted}:1,${quoted}:1}`,
  ];
}

const keywardenJson = {
  $schema: "./docs/keywarden.schema.json",
  providers: [own],
  allow: [
    { path: "a/**", format: "sk_test_", reason: "made here", owner: "ann", expires: "2027-01-31" },
    { fingerprint: "0".repeat(64), reason: "made here" },
  ],
  policy: { minConfidence: "low", secret: { production: "block" }, restricted: "warn" },
  exclude: ["vendor/**"],
  hygiene: {
    preset: "cis45",
    rotateEveryDays: 30,
    minSeverity: "low",
    accept: [{ key: "key-1", rule: "dormant", reason: "made here", expires: "2027-01-31" }],
  },
} as const satisfies Json;

const appConfig = {
  mode: "dry-run",
  killSwitch: false,
  history: "report",
  breaker: { revocations: 10, windowMinutes: 10 },
  github: { apiUrl: "https://api.github.com", appId: 7, privateKeyFile: "pem", webhookSecretFile: "hook" },
  definitions: [own],
  providers: [{ provider: "acme", baseUrl: "https://keys.example.com/acme", tokenFile: "token" }],
  policy: [{ kind: ["secret"], provider: ["acme"], repository: ["acme/*"], action: "ask" }],
  protectedKeys: ["key-1"],
  channels: [
    { kind: "webhook", name: "hook", url: "https://example.com/", secretFile: "hook" },
    { kind: "slack", name: "chat", urlFile: "hook" },
    { kind: "email", name: "post", host: "example.com", port: 25, user: "u", from: "a@b.c", to: ["a@b.c"] },
  ],
} as const satisfies Json;

const serverPolicy = {
  armed: true,
  hygiene: { preset: "cis45" },
  departed: ["ann"],
  rotate: [{ provider: "aero2", sealTo: `x25519 ${Buffer.alloc(32, 9).toString("base64")}` }],
} as const satisfies Json;

const readSchema = (name: string): Schema =>
  JSON.parse(readFileSync(join(import.meta.dirname, "../../docs", name), "utf8")) as Schema;
const schemaOf = (schema: z.ZodType): Schema =>
  z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Schema;

/** What each file may hold, from the tables with which the programs read it. */
const schemas = {
  keywardenJson: readSchema("keywarden.schema.json"),
  terminalJson: readSchema("keywarden-terminal.schema.json"),
  appConfig: schemaOf(configSchema),
  serverPolicy: schemaOf(policySchema),
  channels: schemaOf(z.array(channelSchema)),
  signIn: readSchema("keywarden-oidc.schema.json"),
} as const;

interface Reader {
  readonly program: Program;
  readonly file: string;
  readonly document: Json;
  readonly schema: Schema;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const asProgram = (program: unknown): Program => program as Program;

// The process is told to stop before it starts, so it serves nothing.
const serving = ["--data", "data", "--port", "0", "--providers", "own.json"];

const readers: Readonly<Record<string, Reader>> = {
  "scan of keywarden.json": {
    program: asProgram(cli),
    file: "keywarden.json",
    document: keywardenJson,
    schema: schemas.keywardenJson,
    argv: ["scan", "clean.txt"],
  },
  "audit of keywarden.json": {
    program: asProgram(cli),
    file: "keywarden.json",
    document: keywardenJson,
    schema: schemas.keywardenJson,
    argv: ["audit", "keys.json"],
  },
  "the terminal UI's keywarden.json": {
    program: asProgram(tui),
    file: "keywarden.json",
    document: keywardenJson,
    schema: schemas.keywardenJson,
    argv: ["--once", "--server", "http://127.0.0.1:1", "--token-file", "token"],
  },
  "the server's providers": {
    program: asProgram(keyServer),
    file: "providers.json",
    document: [own],
    schema: schemas.keywardenJson.properties?.["providers"] ?? {},
    argv: ["audit", "verify", "--data", "data", "--providers", "providers.json"],
  },
  "the App's config": {
    program: asProgram(githubApp),
    file: "app.json",
    document: appConfig,
    schema: schemas.appConfig,
    argv: ["list", "--config", "app.json", "--data", "data"],
  },
  "the server's policy": {
    program: asProgram(keyServer),
    file: "policy.json",
    document: serverPolicy,
    schema: schemas.serverPolicy,
    argv: [...serving, "--policy", "policy.json", "--channels", "channels.json"],
  },
  "the server's sign-in": {
    program: asProgram(keyServer),
    file: "oidc.json",
    document: signInDocument,
    schema: schemas.signIn,
    argv: [...serving, "--oidc", "oidc.json"],
  },
  "the server's channels": {
    program: asProgram(keyServer),
    file: "channels.json",
    document: appConfig.channels,
    schema: schemas.channels,
    argv: [...serving, "--channels", "channels.json"],
  },
};

describe.each(Object.keys(readers))("%s", (name) => {
  const reader = readers[name];
  if (reader === undefined) throw new Error(name);
  const { program, file, document, schema, argv, env } = reader;

  test("never shows or keeps a secret, wherever it stands", async () => {
    const wrong: string[] = [];
    using directory = makeTemporaryDirectory();
    const channels = JSON.stringify(appConfig.channels.slice(0, 1));
    const others = {
      "clean.txt": "",
      "keys.json": "[]",
      token: "a-token",
      hook: "a-secret",
      pem: "none",
      "own.json": JSON.stringify([own]),
      "channels.json": channels,
    };
    for (const text of textsOf(document, schema)) {
      const inputs = writeInputs(directory.path, { ...others, [file]: text });
      const { text: said } = await runInProcess(program, argv, directory.path, env);
      const output = `${said}\n${leftIn(directory.path, inputs)}`;
      if (secrets.some((secret) => output.includes(secret))) wrong.push(`${text}\n${said}`);
    }
    expect(wrong).toEqual([]);
  });
});

test("a field that only a schema names is tried", () => {
  const tried = (document: Json, schema: Schema): string =>
    JSON.stringify(variantsOfAbsent(document, schema, "secret"));
  expect(tried(appConfig, schemas.appConfig)).toContain('"mirrors":{"mostGigabytes":"secret"}');
  expect(tried(appConfig, schemas.appConfig)).toContain('"passwordFile":"secret"');
  expect(tried(keywardenJson, schemas.keywardenJson)).toContain('"beside":["secret"]');
  expect(tried(serverPolicy, schemas.serverPolicy)).toContain('"owner":"secret"');
  expect(tried([], schemas.channels)).toContain('"urlFile":"secret"');
});

describe("a baseline", () => {
  const folder = ".keywarden/baseline";
  const files: readonly (readonly [string, (secret: string) => Readonly<Record<string, string>>])[] = [
    ["in its key", (secret) => ({ [`${folder}/key`]: `${secret}\n` })],
    [
      "in the name of a file",
      (secret) => ({ [`${folder}/key`]: "0".repeat(64), [`${folder}/${secret}`]: "" }),
    ],
    ["in a file without a key beside it", (secret) => ({ [`${folder}/${"1".repeat(64)}`]: secret })],
  ];
  const lines = [
    ["scan", "clean.txt"],
    ["scan"],
    ["scan", "--format", "json"],
    ["baseline", "audit"],
    ["baseline", "update"],
  ];

  test.each(files)("never shows a secret %s", async (_, filesOf) => {
    const wrong: string[] = [];
    for (const secret of secrets) {
      using directory = makeTemporaryDirectory();
      const inputs = { "keywarden.json": JSON.stringify({ providers: [own] }), "clean.txt": "" };
      for (const [path, text] of Object.entries({ ...inputs, ...filesOf(secret) })) {
        mkdirSync(dirname(join(directory.path, path)), { recursive: true });
        writeFileSync(join(directory.path, path), text);
      }
      for (const argv of lines) {
        const { text } = await runInProcess(asProgram(cli), argv, directory.path);
        if (text.includes(secret)) wrong.push(`${argv.join(" ")}\n${text}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe("terminal.json", () => {
  const document = {
    keys: { quit: ["x"] },
    views: { mine: "owner:ann" },
    theme: "mine",
    themes: { mine: { plain: "0" } },
    mouse: false,
  } as const satisfies Json;

  test("never brings a secret to the screen, to standard error or into a file", async () => {
    const wrong: string[] = [];
    using directory = makeTemporaryDirectory();
    const inputs = writeInputs(directory.path, {
      "keywarden.json": JSON.stringify({ providers: [own] }),
      token: "a-token",
      "terminal.json": "",
    });
    for (const text of textsOf(document, schemas.terminalJson)) {
      writeFileSync(join(directory.path, "terminal.json"), text);
      const args = ["--server", "http://127.0.0.1:1", "--token-file", "token"];
      const env = { PATH: process.env["PATH"] ?? "", KEYWARDEN_HOME: directory.path, TERM: "xterm" };
      const terminal = openVirtualTerminal(args, { columns: 2000, env, directory: directory.path });
      const ended = runTui(terminal.host);
      await Promise.race([ended, terminal.until((shown) => shown.includes("127.0.0.1"))]);
      terminal.type("?");
      await terminal.settled();
      terminal.stop({ kind: "signal", name: "SIGTERM" });
      await ended;
      const output = `${terminal.bytes()}${terminal.errors()}${leftIn(directory.path, inputs)}`;
      if (secrets.some((secret) => output.includes(secret))) wrong.push(text);
    }
    expect(wrong).toEqual([]);
  });
});

/** Every command line that names `file` where a file belongs. */
function linesWithFile({ main, commands }: Program, file: string): readonly (readonly string[])[] {
  const linesOf = ({ name, flags, actions, operands }: Command): readonly (readonly string[])[] => {
    const calls = Object.entries(Object.keys(actions).length === 0 ? { "": { operands } } : actions);
    return calls.flatMap(([action, call]) => {
      const start = [name, action].filter((word) => word !== "");
      const words = Array.from({ length: call.operands?.min ?? 0 }, () => "x");
      const all = { ...flags, ...("flags" in call ? call.flags : {}) };
      const inFlags = Object.keys(all)
        .filter((flag) => all[flag]?.kind === "file")
        .map((flag) => [...start, ...words, `--${flag}`, file]);
      return call.operands?.isPath === true ? [[...start, file], ...inFlags] : inFlags;
    });
  };
  return [...commands, ...(main === undefined ? [] : [main])].flatMap(linesOf);
}

const together = secrets.join(" ");
const contents: Readonly<Record<string, string>> = {
  lines: `${secrets.join("\n")}\n`,
  "a table": `id,name,provider,${together}\n${secrets.join(",")}\n${together}\n`,
  variables: secrets.map((secret, index) => `KEY_${index}=${secret}\n${secret}=x\n`).join(""),
  "a list": JSON.stringify([together, { id: together, [together]: 1 }]),
  "an object": JSON.stringify({ keys: [{ id: together, name: together }], [together]: together }),
};

describe.each(Object.entries({ cli, keyServer, githubApp, tui }))("%s", (_, program) => {
  test.each(Object.entries(contents))("never shows a secret of a file with %s", async (_name, content) => {
    using directory = makeTemporaryDirectory();
    const wrong: string[] = [];
    // What a file may set up, such as an own format, is in keywarden.json; the file itself is any.
    writeInputs(directory.path, { "keywarden.json": JSON.stringify({ providers: [own] }) });
    for (const argv of linesWithFile(asProgram(program), "input")) {
      writeInputs(directory.path, { input: content });
      const { text } = await runInProcess(asProgram(program), argv, directory.path);
      const known = argv.includes("redact") ? [] : secrets;
      if (known.some((secret) => text.includes(secret))) wrong.push(`${argv.join(" ")}\n${text}`);
    }
    expect(wrong).toEqual([]);
  });
});
