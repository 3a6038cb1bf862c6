import { execFileSync } from "node:child_process";
import { chmodSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { azotte, aero2, type ProviderProfile } from "@keywarden/key-format";
import { makeKey } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { live, publishable, restricted, test as sandbox } from "./command.ts";
import { said, useRepository, type Files, type Run } from "./env-folder.ts";
import { runHere } from "./terminal.ts";

const { repository, write, check } = useRepository();

const keyOf = (
  provider: ProviderProfile,
  kind: "secret" | "publishable",
  environment: "production" | "development",
) => makeKey(provider, { kind, environment }, 21).reveal();
const azotteLive = keyOf(azotte, "secret", "production");
const azotteDevelopment = keyOf(azotte, "secret", "development");
const aero2Live = keyOf(aero2, "secret", "production");

describe("what a place is for", () => {
  it.each<[string, Files, Run, readonly string[]]>([
    ["a plain .env is for development", { ".env": `K=${live}` }, {}, ["live-key-in-development .env:1"]],
    ["a test key belongs there", { ".env": `K=${sandbox}` }, {}, []],
    [
      "the name of the file",
      { ".env.production": `K=${sandbox}` },
      {},
      ["test-key-in-production .env.production:1"],
    ],
    ["the name of its folder", { "prod/.env": `K=${live}` }, {}, []],
    [
      "nothing in a key that does not say",
      { ".env.production": `ALGOLIA_API_KEY=${"0a1b5c7d9e2f4a6b".repeat(2).replace("9", "3")}` },
      {},
      [],
    ],
    [
      "the name before --environment",
      { ".env.test": `K=${live}` },
      { args: ["--environment", "production"] },
      ["live-key-in-development .env.test:1"],
    ],
    [
      "--environment before what is usual",
      { ".env": `K=${live}` },
      { args: ["--environment", "production"] },
      [],
    ],
    [
      "NODE_ENV in the file",
      { ".env": `NODE_ENV=production\nK=${sandbox}` },
      {},
      ["test-key-in-production .env:2"],
    ],
    ["CI in the process", {}, { env: { CI: "true", K: live } }, ["live-key-in-development process"]],
    ["NODE_ENV before CI in the process", {}, { env: { CI: "true", NODE_ENV: "production", K: live } }, []],
    ["nothing in the process", {}, { env: { K: live } }, []],
    [
      "a workflow",
      { ".github/workflows/a.yml": `env:\n  K: ${live}` },
      {},
      ["live-key-in-development .github/workflows/a.yml:2"],
    ],
    [
      "a job that deploys",
      { ".github/workflows/test.yml": `jobs:\n  a:\n    environment: production\n    env: { K: ${live} }` },
      {},
      [],
    ],
    ["a provider without test keys leaves no choice", { ".env": `AERO2_KEY=${aero2Live}` }, {}, []],
    ["a publishable key may be anywhere", { ".env": `K=${publishable}` }, {}, []],
  ])("%s", async (_, files, run, expected) => {
    const told = await check(files, run);
    expect(said(told)).toEqual(expected);
    expect(told.status).toBe(expected.length === 0 ? 0 : 1);
  });

  it("is said to be unknown where nothing says it", async () => {
    const { checked } = await check({}, { env: { K: live } });
    expect(checked).toMatchObject({ process: true, keys: 1, unplaced: 1 });
  });

  it("leads to the command that makes the right key there", async () => {
    const { findings } = await check({ "svc/.env": `AFORO_API_KEY=${live}` });
    expect(findings[0]?.next).toBe(
      "keywarden keys create --provider aforo --name aforo_api_key --environment sandbox --to env:svc/.env#AFORO_API_KEY",
    );
  });
});

describe("a key and what stands beside it", () => {
  const tenant = (value: string, key: string) => ({
    ".env": `AZOTTE_API_KEY=${key}\nAZOTTE_TENANT_ID=${value}\nNODE_ENV=production`,
  });

  it("must be of its tenant's environment", async () => {
    expect(said(await check(tenant("tenant_dev_a1", azotteLive)))).toEqual(["tenant-mismatch .env:1"]);
    const told = await check(tenant("tenant_prod_a1", azotteDevelopment));
    expect(said(told)).toEqual(["test-key-in-production .env:1", "tenant-mismatch .env:1"]);
    expect(told.findings[1]?.message).toBe(
      "a development key beside AZOTTE_TENANT_ID of production; its tenant starts with tenant_dev_",
    );
    expect(said(await check(tenant("tenant_prod_a1", azotteLive)))).toEqual([]);
    expect(said(await check(tenant("acme", azotteLive)))).toEqual([]);
  });

  it("must go to the host of its environment, which endpointFor knows", async () => {
    const told = await check({
      ".env.staging": `AFORO_API_KEY=${sandbox}\nAFORO_URL=https://ingest.aforo.ai/v1/events`,
    });
    expect(told.findings).toMatchObject([
      {
        rule: "wrong-host",
        line: 1,
        message:
          "a sandbox key beside AFORO_URL, which is the host for production keys; this key goes to ingest-sandbox.aforo.ai",
        next: "keywarden check-env --fix wrong-host .env.staging",
      },
    ]);
    for (const host of [
      "ingest-sandbox.aforo.ai",
      "https://ingest-sandbox.aforo.ai:443/",
      "api.aforo.ai",
      "proxy.acme.test",
    ])
      expect(said(await check({ ".env.staging": `AFORO_API_KEY=${sandbox}\nAFORO_URL=${host}` }))).toEqual(
        [],
      );
  });

  it("is judged within its own part of a file, and with what the parts around it say", async () => {
    const workflow = (outer: string, inner: string) => ({
      ".github/workflows/a.yml": `env: { URL: ${outer} }\njobs:\n  a:\n    env: { URL: ${inner} }\n  b:\n    env: { AFORO_API_KEY: ${sandbox} }\n`,
    });
    expect(said(await check(workflow("ingest.aforo.ai", "ingest-sandbox.aforo.ai")))).toEqual([
      "wrong-host .github/workflows/a.yml:6",
    ]);
    expect(said(await check(workflow("ingest-sandbox.aforo.ai", "ingest.aforo.ai")))).toEqual([]);
  });
});

describe("the name of a variable", () => {
  it.each([
    [`VITE_KEY=${sandbox}`, ["secret-in-public-variable .env:1"]],
    [`NEXT_PUBLIC_KEY=${restricted}`, ["secret-in-public-variable .env:1"]],
    [`STRIPE_PUBLISHABLE_KEY=${sandbox}`, ["secret-in-public-variable .env:1"]],
    [`VITE_KEY=${publishable}`, []],
    [`API_SECRET_KEY=${publishable}`, ["publishable-for-secret .env:1"]],
    [`PUBLICATION_KEY=${sandbox}`, []],
  ])("%#", async (text, expected) => {
    const told = await check({ ".env": `NODE_ENV=staging\n${text}`.split("\n").toReversed().join("\n") });
    expect(said(told).filter((line) => !line.startsWith("live-key"))).toEqual(expected);
  });
});

describe("a value that is no whole key", () => {
  it("is malformed for the provider whose variable it is in", async () => {
    const { findings } = await check({ ".env": `AFORO_API_KEY=${sandbox.slice(0, 46)}` });
    expect(findings).toMatchObject([
      { rule: "malformed-key", message: expect.stringContaining("46 of 48 characters") },
    ]);
  });

  it("is nothing when it is a placeholder or somebody else's", async () => {
    const told = await check({ ".env": "AFORO_API_KEY=sk_live_YOUR_KEY_HERE\nB=sk_live_\nC=hello" });
    expect([told.status, said(told)]).toEqual([0, []]);
  });
});

describe("one key in several places", () => {
  it("is found for several services, and for several environments", async () => {
    const told = await check({
      "web/.env": `A=${sandbox}`,
      "billing/.env": `B=${sandbox}`,
      ".env.test": "C=1",
    });
    expect(said(told)).toEqual(["several-services web/.env:1"]);
    expect(told.findings[0]?.message).toContain(
      "one key for 2 services (billing, web): billing/.env:1, web/.env:1",
    );
    const both = await check({
      "web/.env": "",
      "billing/.env": "",
      ".env.test": `C=${sandbox}`,
      ".env.staging": `C=${sandbox}`,
    });
    expect(said(both)).toEqual(["several-environments .env.test:1"]);
  });

  it("quotes the key's own provider alone", async () => {
    write({ "web/.env": `AFORO_API_KEY=${sandbox}`, "billing/.env": `AFORO_API_KEY=${sandbox}` });
    const { stdout } = await runHere(["check-env", "web", "billing"], { directory: repository().path });
    expect(stdout).toContain("several-services");
    expect(stdout).not.toMatch(/Aero2|Example/);
  });

  it("is fine twice for one service, and in the process that read the file", async () => {
    const files = { ".env": `A=${sandbox}`, ".env.local": `A=${sandbox}` };
    expect(said(await check(files, { env: { A: sandbox } }))).toEqual([]);
  });
});

describe("the file itself", () => {
  it.runIf(process.platform !== "win32")(
    "may be read by its owner alone, when a secret is in it",
    async () => {
      const files = { ".env": `A=${sandbox}`, ".env.test": `A=${publishable}` };
      await check(files);
      for (const file of Object.keys(files)) chmodSync(join(repository().path, file), 0o640);
      const run = await runHere(["check-env", ".env", ".env.test"], {
        directory: repository().path,
        env: repository().env,
      });
      expect(run.status).toBe(1);
      expect(run.stdout).toContain("its mode is 0640, with 1 secret key in it");
      expect(run.stdout).toContain("→ chmod 600 .env\n");
      expect(run.stdout).not.toContain(".env.test\n");
    },
  );

  it("is not called untracked where git cannot say it", async () => {
    write({ ".env": `A=${sandbox}` });
    writeFileSync(join(repository().path, ".git/index"), "not an index");
    const { status, stdout, stderr } = await runHere(["check-env"], {
      directory: repository().path,
      env: repository().env,
    });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^keywarden: cannot list files in .*index file smaller than expected/);
    expect(stderr).not.toContain("should not happen");
  });

  it.skipIf(process.platform === "win32")("is read behind a link and below any name", async () => {
    write({ "a\nb/.env": "A=1", "c\r.env": "C=1", "kept/settings": "D=1" });
    symlinkSync("kept/settings", join(repository().path, ".env.local"));
    symlinkSync("nowhere", join(repository().path, ".env.gone"));
    expect(await check({})).toMatchObject({ checked: { files: 3 }, problems: [], status: 0 });
  });

  it("must not be tracked by git, when a secret is in it", async () => {
    write({ ".env": `A=${sandbox}`, "b.env": "B=1" });
    await repository().git("add", "-f", ".env", "b.env");
    const told = await check({});
    expect(said(told)).toEqual(["env-file-tracked .env"]);
    expect(told.findings[0]?.next).toBe("git rm --cached .env");
  });
});

describe("what a variable is written as elsewhere", () => {
  it.each<[string, Files, readonly string[]]>([
    [
      "an anchor that stands for all of them",
      { "compose.yml": `x-a: &a\n  K: ${live}\nservices:\n  web:\n    environment: *a` },
      ["live-key-in-development compose.yml:2"],
    ],
    [
      "an anchor merged into them",
      { "compose.yml": `x-a: &a { K: ${live} }\nservices:\n  web:\n    environment: { <<: [*a], A: b }` },
      ["live-key-in-development compose.yml:1"],
    ],
    [
      "an anchor of a value",
      { "compose.yml": `x-k: &k ${live}\nservices:\n  web:\n    environment: { K: *k }` },
      ["live-key-in-development compose.yml:1"],
    ],
  ])("is found where it stands: %s", async (_what, files, expected) => {
    expect(said(await check(files, { args: ["--environment", "development"] }))).toEqual(expected);
  });

  it.each(["utf16le", "utf16be"] as const)("is found in a file in %s", async (encoding) => {
    const bytes = Buffer.from(`\uFEFFK=${live}\n`, "utf16le");
    writeFileSync(join(repository().path, ".env"), encoding === "utf16be" ? bytes.swap16() : bytes, {
      mode: 0o600,
    });
    expect(said(await check({}))).toEqual(["live-key-in-development .env:1"]);
  });

  it.each<[what: string, file: string, text: string, line: number | null]>([
    ["in JSON", "a.json", `{ "K": "${live}" }`, 1],
    ["in words of its own", "a.conf", `A=1\nkey ${live}\n`, 2],
    ["in a command of YAML", "a.yml", `env:\n  A: b\nrun: login ${live}\n`, 3],
    ["as a value and outside", "a.env", `K=${sandbox}\nlogin ${live}\n`, 2],
    ["in a comment", "a.env", `A=1\n# K=${live}\n`, null],
    ["as a value that spans lines", "a.env", `A="\nK=${sandbox}\n"\n`, null],
    ["as a placeholder", "a.json", `{ "K": "sk_live_YOUR_KEY_HERE" }`, null],
  ])("is not said to be clean where no variable holds it: %s", async (_what, file, text, line) => {
    const told = await check({ [file]: text }, { args: [file] });
    const reason = `line ${line} holds a key outside of a variable, which keywarden scan judges`;
    expect(told.problems).toEqual(line === null ? [] : [{ file, reason }]);
    expect(told.status === 2).toBe(line !== null);
  });

  it("is not said to be clean where a variable that is not set names no file", async () => {
    expect(await check({}, { args: [""] })).toMatchObject({
      status: 2,
      problems: [{ reason: expect.stringContaining("names nothing") as string }],
    });
  });

  it("is not said to be clean in UTF-16 without a mark, or behind a pipe", async () => {
    writeFileSync(join(repository().path, ".env"), Buffer.from(`K=${live}\n`, "utf16le"));
    execFileSync("mkfifo", [join(repository().path, ".env.local")]);
    expect(await check({})).toMatchObject({
      status: 2,
      problems: [
        { file: ".env.local", reason: "it is a named pipe" },
        { file: ".env", reason: "it is UTF-16 without a mark, or no text" },
      ],
    });
    expect((await check({}, { args: [".env.local"] })).status).toBe(2);
  });
});
