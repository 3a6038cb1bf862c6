import { setImmediate } from "node:timers/promises";
import { policyStateSchema, sealedSecretSchema, type PolicyState } from "@keywarden/management";
import type { KeyCursor } from "@keywarden/storage";
import * as z from "zod";
import type { OperatorRoute } from "../http/route.ts";
import { findVisibleKey } from "../keys/find-visible-key.ts";
import { isoOf } from "../keys/view-key.ts";
import { dueDaysOf, renderCalendar, type DueDay } from "./calendar.ts";
import type { PolicyRun } from "./policy-run.ts";
import { sealedRequestOf } from "./sealed-request.ts";
import { done, refuse } from "../refusal.ts";

export const showPolicyRoute: OperatorRoute = {
  method: "GET",
  path: "/v1/policy",
  right: "list",
  contract: {
    summary: "Show what the server does by itself: its policy, and what the last run did or would do",
    status: 200,
    answer: policyStateSchema,
    isCompressed: true,
  },
  handle: async ({ policy }) => {
    const current = policy.policy();
    const run = policy.last();
    const body: PolicyState = {
      isConfigured: current !== null,
      isArmed: current?.armed ?? false,
      everyMinutes: current?.everyMinutes ?? null,
      lastRun: run === null ? null : viewRun(run),
    };
    return done({ status: 200, body });
  },
};

function viewRun({
  atMs,
  isArmed,
  acts,
  count,
  purged,
  failed,
  unjudged,
}: PolicyRun): PolicyState["lastRun"] {
  return {
    at: isoOf(atMs),
    isArmed,
    acts: acts.map((one) => {
      const { id, name, provider, owner } = one.key;
      const deadline = "deadlineMs" in one ? isoOf(one.deadlineMs) : null;
      return { act: one.act, key: { id, name, provider, owner }, deadline };
    }),
    count,
    purged,
    failed,
    unjudged,
  };
}

const KEYS_AT_ONCE = 1000;
const HORIZON_MS = 400 * 86_400_000;

export const showCalendarRoute: OperatorRoute = {
  method: "GET",
  path: "/v1/policy/calendar.ics",
  right: "list",
  keepsLimits: true,
  contract: {
    summary: "Subscribe to what is due: rotations, expiries and ends of grace periods, as a calendar",
    status: 200,
    answer: z.string(),
    mediaType: "text/calendar",
    isCompressed: true,
  },
  handle: async ({ storage, policy }, { caller }) => {
    const days: DueDay[] = [];
    let unjudged = 0;
    for (let after: KeyCursor | null = null; ;) {
      const within = caller.principal.type !== "key" ? caller.principal.limits : null;
      const page = await storage.keys.listKeys({
        limit: KEYS_AT_ONCE,
        after,
        state: "active",
        ...(within !== null && { within }),
      });
      for (const key of page.keys) {
        const hygiene = policy.hygieneOf(key.provider);
        if (hygiene === null) unjudged += 1;
        days.push(...dueDaysOf(key, hygiene, { horizonMs: HORIZON_MS }));
      }
      after = page.next;
      if (after === null) break;
      await setImmediate();
    }
    return done({ status: 200, body: await renderCalendar(days, { nowMs: storage.now(), unjudged }) });
  },
};

export const showSealedSecretRoute: OperatorRoute = {
  method: "GET",
  path: "/v1/keys/{id}/sealed-secret",
  right: "rotate",
  keepsLimits: true,
  contract: {
    summary: "Fetch the new secret of a key that policy rotated, sealed to whom the policy says",
    status: 200,
    answer: sealedSecretSchema,
  },
  handle: async ({ storage }, { caller, params }) => {
    const key = await findVisibleKey({ storage }, caller.principal, params["id"] ?? "");
    if (!key.ok) return key;
    const { id, generation } = key.value;
    const { sealed = null } = (await storage.requests.find(sealedRequestOf(id, generation).id)) ?? {};
    if (sealed === null)
      return refuse(
        "KEY_NOT_FOUND",
        "policy did not make the current secret of this key, or did so long ago",
      );
    return done({ status: 200, body: { keyId: id, generation, sealed } });
  },
};
