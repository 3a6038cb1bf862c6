import { aforo, fingerprint } from "@keywarden/key-format";
import type { Secret } from "@keywarden/key-format";
import { sha256 } from "@keywarden/testing";
import type { ProviderApis } from "../../src/provider-apis.ts";
import type { Fuse } from "./fuse.ts";
import type { World } from "./world.ts";

/** A provider without a network, that counts how often each key is revoked. */
export function makeFakeProvider(
  { keys }: World,
  secrets: readonly Secret[],
  fuse: Fuse,
): ProviderApis & { readonly revokeCalls: readonly number[] } {
  const states = keys.map(({ state }) => state);
  const revokeCalls = keys.map(() => 0);
  const prints = secrets.map((secret) => fingerprint(secret.reveal(), sha256));
  const lookUp: ProviderApis["lookUp"] = (_, { fingerprint: print }) =>
    fuse.pass(() => {
      const index = prints.indexOf(print);
      const key = keys[index];
      if (key === undefined || key.state === "unknown") return Promise.resolve(null);
      return Promise.resolve({
        provider: aforo.id,
        keyId: `key-${index}`,
        ownership: states[index] === "active" ? ("mine-active" as const) : ("mine-inactive" as const),
        kind: "secret",
        environment: key.environment,
      });
    });
  return {
    names: [aforo.id],
    greet: () => Promise.resolve(),
    countLive: async () => null,
    down: () => [],
    revokeCalls,
    lookUp,
    findIssued: (key) => lookUp(aforo.id, key),
    revoke: (_, keyId) =>
      fuse.pass(() => {
        const index = Number(keyId.slice(4));
        revokeCalls[index] = (revokeCalls[index] ?? 0) + 1;
        states[index] = "revoked";
        return Promise.resolve("revoked" as const);
      }),
  };
}
