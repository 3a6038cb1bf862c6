import { keywarden as keywardenProvider } from "@keywarden/key-format";
import { assertNoKey, makeKey, makeOwnProvider, makeRepository, ownDefinition } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { keywarden } from "./command.ts";

const variables = [{ name: "ACME_API_KEY" }];
const definition = { ...ownDefinition, variables };

describe.each([
  ["a token of keywarden-server", keywardenProvider, "KEYWARDEN_TOKEN", "{}"],
  [
    "a key of the user's own provider",
    makeOwnProvider({ variables }),
    "ACME_API_KEY",
    JSON.stringify({ providers: [definition] }),
  ],
] as const)("%s", (_what, provider, variable, config) => {
  const secret = makeKey(provider, { kind: "secret", environment: "production" }, 77);
  const name = provider.name;

  async function place() {
    const repository = await makeRepository();
    repository.write("keywarden.json", config);
    await repository.commit("config");
    const run = async (...args: readonly string[]) => {
      const result = await keywarden(args, { directory: repository.path, env: repository.env });
      assertNoKey(result.stdout + result.stderr, [secret]);
      return result;
    };
    return { repository, run, [Symbol.dispose]: () => repository.remove() };
  }

  it("is found with high confidence, and blocks what is staged", async () => {
    using at = await place();
    at.repository.write("deploy.sh", `export ${variable}=${secret.reveal()}\n`);
    const { status, stdout } = await at.run("scan", "--format", "json");
    expect([status, JSON.parse(stdout)]).toMatchObject([
      1,
      { findings: [{ provider: provider.id, confidence: "high", action: "block" }] },
    ]);
    await at.repository.git("add", "deploy.sh");
    const staged = await at.run("scan", "--staged");
    expect([staged.status, staged.stdout]).toEqual([1, expect.stringContaining(name)]);
  });

  it("is found by check-env in a file that git tracks", async () => {
    using at = await place();
    at.repository.write(".env", `${variable}=${secret.reveal()}\n`);
    await at.repository.git("add", ".env");
    const { status, stdout } = await at.run("check-env");
    expect([status, stdout]).toEqual([1, expect.stringContaining("A .env file with keys is in git")]);
  });

  it("is masked where an error quotes it", async () => {
    using at = await place();
    const { status, stderr } = await at.run("scan", `./${secret.reveal()}`);
    expect(status).toBe(2);
    expect(stderr).toContain(secret.redacted);
  });
});
