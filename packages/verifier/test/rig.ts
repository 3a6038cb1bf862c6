import { aforo, azotte } from "@keywarden/key-format";
import type { DenialCode } from "@keywarden/management";
import { makeClock, makeKey, sha256 } from "@keywarden/testing";
import { createVerifier } from "@keywarden/verifier";
import type { FoundSecret, VerifiableKey, VerifierOptions, VerifyRequest } from "@keywarden/verifier";

export type Found = FoundSecret<VerifiableKey>;

export const text = makeKey(azotte, { kind: "secret", environment: "production" }, 7).reveal();
export const key: VerifiableKey = {
  id: "key_1",
  provider: "azotte",
  kind: "secret",
  permissions: ["read"],
  environment: "production",
};

/** A verifier that knows one key, as it is found when a test asks. */
export function makeRig({
  found = {},
  ...options
}: Partial<VerifierOptions<VerifiableKey>> & { readonly found?: Partial<Found> } = {}) {
  const clock = makeClock();
  const known: Found = { key, state: "active", restrictions: {}, ...found };
  const lookedUp: string[] = [];
  const verifier = createVerifier({
    providers: [aforo, azotte],
    find: (digest) => {
      lookedUp.push(digest);
      return digest === sha256(text) ? known : null;
    },
    now: clock,
    ...options,
  });
  const verify = (request: Partial<VerifyRequest> = {}) =>
    verifier.verify({ text, ip: "10.1.2.3", ...request });
  return {
    clock,
    lookedUp,
    useProviders: (others: VerifierOptions<VerifiableKey>["providers"]) => verifier.useProviders(others),
    verify,
    ask: async (request: Partial<VerifyRequest> = {}): Promise<DenialCode | "ok"> => {
      const verdict = await verify(request);
      return verdict.ok ? "ok" : verdict.code;
    },
  };
}
