import { aero2, aforo, type Secret } from "@keywarden/key-format";
import { capabilitiesOf } from "@keywarden/management";
import type { KeyApi, RotatableKey } from "@keywarden/rotation";
import { makeKey, sha256 } from "@keywarden/testing";
import type { JournalFact, FactOf } from "../../src/journal/entry.ts";
import { replay, type RotationState } from "../../src/journal/replay.ts";
import type { RotationTools, StepWork } from "../../src/rotation-tools.ts";
import { seal } from "../../src/seal.ts";

export const startMs = Date.parse("2026-06-01T00:00:00Z");
export const sealingKey = new Uint8Array(32).fill(7);
export const newSecret: Secret = makeKey(aforo, { kind: "secret", environment: "production" }, 11);

const at = new Date(startMs).toISOString();
export const oldKey: RotatableKey = {
  id: "key_1",
  provider: "aforo",
  name: "billing",
  kind: "secret",
  environment: "production",
  prefix: "sk_live_",
  lastFour: "0000",
  generation: 1,
  state: "active",
  createdAt: at,
  secretCreatedAt: at,
  lastUsedAt: null,
  trackingSince: at,
  expiresAt: null,
  revokedAt: null,
  grace: null,
  owner: null,
  tags: [],
  permissions: null,
};

type Capabilities = FactOf<"planned">["contract"];
type Procedure = Capabilities["procedure"];

export interface Situation {
  readonly procedure: Procedure;
  readonly contract?: Partial<Capabilities>;
  readonly plan?: Partial<FactOf<"planned">>;
  readonly state?: Partial<RotationState>;
}

/** The new key as it was created: another one, or the old one's next generation. */
export function createdBy(procedure: Procedure, change: Partial<FactOf<"created">> = {}): FactOf<"created"> {
  const isOwnKey = procedure === "create-deploy-revoke";
  return {
    type: "created",
    keyId: isOwnKey ? "key_2" : "key_1",
    generation: isOwnKey ? 1 : 2,
    fingerprint: sha256(newSecret.reveal()),
    redacted: newSecret.redacted,
    oldUntilMs: null,
    sealed: seal(newSecret, sealingKey, "0a1b2c3d"),
    ...change,
  };
}

/** A rotation by that procedure, as a journal would have it. */
export function stateOf({ procedure, contract, plan, state }: Situation): RotationState {
  const planned: FactOf<"planned"> = {
    type: "planned",
    version: 1,
    rotation: "0a1b2c3d",
    server: "http://127.0.0.1:1",
    directory: "/work",
    key: { ...oldKey, tags: [...oldKey.tags] },
    contract: { ...capabilitiesOf(procedure === "server-side" ? aero2 : aforo), procedure, ...contract },
    graceSeconds: 300,
    successorName: "billing (0a1b2c3d)",
    sinks: ["memory:one", "memory:two"],
    ...plan,
  };
  return { ...replay([{ ...planned, sequence: 0, atMs: startMs }]), ...state };
}

/** Does a step with tools that fail where a test does not give them; tells what it recorded and how it ended. */
export async function work(
  step: StepWork,
  state: RotationState,
  {
    keyApi = {},
    ...tools
  }: Partial<Omit<RotationTools, "keyApi">> & { readonly keyApi?: Partial<KeyApi> } = {},
) {
  const facts: JournalFact[] = [];
  const destroyed: true[] = [];
  const error = await step(
    state,
    {
      clock: () => startMs,
      sealingKey: () => sealingKey,
      destroySealingKey: () => destroyed.push(true),
      sinks: [],
      ...tools,
      keyApi,
    } as unknown as RotationTools,
    (fact) => facts.push(fact),
  ).then(
    () => null,
    (thrown: Error & { readonly code?: string }) => thrown,
  );
  return { facts, error, destroyed: destroyed.length };
}
