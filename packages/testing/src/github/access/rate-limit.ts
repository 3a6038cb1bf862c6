import type { EmulatedPrincipal } from "./principal.ts";
import type { EmulatorState } from "../state.ts";

export interface Rate {
  readonly limit: number;
  readonly used: number;
  readonly resetAtMs: number;
}

const hourMs = 60 * 60 * 1000;

/** Counts a request against the caller's hourly allowance. */
export function spendRequest(state: EmulatorState, principal: EmulatedPrincipal): Rate {
  const counter = counterOf(state, principal);
  counter.used += 1;
  return rateOf(state, principal);
}

export function rateOf(state: EmulatorState, principal: EmulatedPrincipal): Rate {
  const { used, resetAtMs } = counterOf(state, principal);
  return { limit: limitOf(principal), used, resetAtMs };
}

export function rateHeaders({ limit, used, resetAtMs }: Rate): Readonly<Record<string, string>> {
  return {
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-used": String(used),
    "x-ratelimit-remaining": String(Math.max(0, limit - used)),
    "x-ratelimit-reset": String(Math.floor(resetAtMs / 1000)),
    "x-ratelimit-resource": "core",
  };
}

function limitOf(principal: EmulatedPrincipal): number {
  return principal.kind === "anonymous" || principal.kind === "rejected" ? 60 : 5000;
}

function counterOf(state: EmulatorState, principal: EmulatedPrincipal): { used: number; resetAtMs: number } {
  const name =
    principal.kind === "installation" ? `installation ${principal.token.installationId}` : principal.kind;
  const known = state.rates.get(name);
  if (known !== undefined && state.clock() < known.resetAtMs) return known;
  const fresh = { used: 0, resetAtMs: state.clock() + hourMs };
  state.rates.set(name, fresh);
  return fresh;
}
