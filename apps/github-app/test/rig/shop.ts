import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Secret } from "@keywarden/key-format";
import { makeManagementClient } from "@keywarden/management";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { startKeyServer } from "./key-server.ts";
import { startRig } from "./rig.ts";

const policy = [{ action: "rotate-then-revoke" }];

/** A key server with one key of a shop, and an App that replaces it into a file before it revokes it. */
export async function startShop(
  options: {
    readonly role?: string;
    readonly rotation?: object;
    readonly to?: (folder: string) => string;
  } = {},
) {
  const directory = makeTemporaryDirectory();
  const server = await startKeyServer(join(directory.path, "keys"));
  const baseUrl = `${server.url}/aforo`;
  const { token } = await server.makeToken(options.role ?? "operator");
  const tokenFile = join(directory.path, "token");
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const folder = join(directory.path, "shop");
  mkdirSync(folder);
  const operator = makeManagementClient({ dialect: "aforo", baseUrl, token: new Secret(server.token) });
  const { id, secret } = await operator.create({ name: "shop", kind: "secret", environment: "production" });
  const to = [options.to?.(folder) ?? `env:${join(folder, ".env")}#SHOP_KEY`];
  const rig = await startRig({
    withoutApp: true,
    config: {
      policy,
      providers: [{ provider: "aforo", baseUrl, tokenFile }],
      rotation: { sinks: [{ provider: "aforo", key: "shop", to }], ...options.rotation },
    },
  });
  const statusOf = async (key: string) =>
    (await fetch(`${baseUrl}/v1/entitlements/c-1`, { headers: { authorization: `Bearer ${key}` } })).status;
  return {
    rig,
    operator,
    exposed: { id, secret },
    folder,
    envFile: join(folder, ".env"),
    delivered: () => /^SHOP_KEY=(\S+)$/mu.exec(readFileSync(join(folder, ".env"), "utf8"))?.[1] ?? "",
    statusOf,
    /** The live keys at the provider. */
    live: async () => (await operator.list()).keys.map(({ name }) => name),
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      directory.remove();
    },
  };
}
