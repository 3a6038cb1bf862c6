import type { Environment, KeyKind } from "@keywarden/key-format";
import { confidenceRank } from "./policy.ts";
import type { PolicyAction, ScanPolicy } from "./policy.ts";

/** Gives the stricter of two policies in every respect: a repository's own may add to a server's and take nothing from it. */
export function tightenPolicy(server: ScanPolicy, repository: ScanPolicy): ScanPolicy {
  const tightenKind = (kind: KeyKind): Readonly<Record<Environment, PolicyAction>> => ({
    production: stricter(server.actions[kind].production, repository.actions[kind].production),
    sandbox: stricter(server.actions[kind].sandbox, repository.actions[kind].sandbox),
    development: stricter(server.actions[kind].development, repository.actions[kind].development),
  });
  const isLower = confidenceRank[repository.minConfidence] < confidenceRank[server.minConfidence];
  return {
    honoursForeignAllow: server.honoursForeignAllow === true && repository.honoursForeignAllow === true,
    minConfidence: isLower ? repository.minConfidence : server.minConfidence,
    actions: {
      secret: tightenKind("secret"),
      restricted: tightenKind("restricted"),
      publishable: tightenKind("publishable"),
    },
  };
}

const strictness = { ignore: 0, warn: 1, block: 2 } as const satisfies Record<PolicyAction, number>;

const stricter = (one: PolicyAction, other: PolicyAction): PolicyAction =>
  strictness[one] >= strictness[other] ? one : other;
