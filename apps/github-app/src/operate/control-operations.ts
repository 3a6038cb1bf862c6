import * as z from "zod";
import { gatherFacts } from "../decisions/judge.ts";
import { decideExposure } from "../decisions/decide.ts";
import { killSwitchControl, isKilled } from "../revoke-gate.ts";
import type { OperateContext } from "./operate-context.ts";
import { modeControl } from "./mode-control.ts";
import { defineOperation } from "./operation.ts";
import { isoTime, readExposureView, viewReplacement } from "./views.ts";
import type { ExposureView, ReplacementView } from "./views.ts";

const nothing = z.object({});
const open = ["waiting", "revoke", "held", "would-revoke", "reported"] as const;
const pageSize = 200;

/** How the App stands: what it may do, what it waits for and what fails. */
export interface Status {
  readonly mode: string;
  readonly killSwitch: { readonly isOn: boolean; readonly by: string | null; readonly since: string | null };
  readonly breaker: {
    /** By the number of revocations; whether the share of a provider's live keys is reached is seen at each key. */
    readonly isOpen: boolean;
    readonly revocations: number;
    readonly limit: number;
    readonly windowMinutes: number;
    /** Of one provider's live keys; null where only their number counts. */
    readonly share: number | null;
  };
  /** How many decisions there are in each state. */
  readonly decisions: Readonly<Record<string, number>>;
  /** Successors of exposed keys in each state, and those that somebody has to look at. */
  readonly replacements: {
    readonly counts: Readonly<Record<string, number>>;
    readonly stuck: readonly ReplacementView[];
  };
  readonly jobs: Readonly<Record<string, number>>;
  /** Names of what does not work now. */
  readonly failing: readonly string[];
}

/** What stops the App and lets it go. Every process that shares the storage follows. */
export const controlOperations = {
  status: defineOperation({
    summary: "Show mode, kill switch, circuit breaker, decisions, and what does not work.",
    method: "GET",
    path: "/v1/status",
    right: "read",
    input: nothing,
    run: (context) => readStatus(context),
  }),
  hold: defineOperation({
    summary: "Turn the kill switch on: nothing is revoked.",
    method: "POST",
    path: "/v1/hold",
    right: "steer",
    input: nothing,
    run: async (context, _input, person) => {
      await context.storage.controls.set(killSwitchControl, "on", person);
      await context.storage.audit.append({ action: "revocations.held", actor: person });
      return readStatus(context);
    },
  }),
  resume: defineOperation({
    summary: "Turn the kill switch off; what was held still waits for an approval.",
    method: "POST",
    path: "/v1/resume",
    right: "steer",
    input: nothing,
    run: async (context, _input, person) => {
      if (await context.storage.controls.clear(killSwitchControl))
        await context.storage.audit.append({ action: "revocations.resumed", actor: person });
      return readStatus(context);
    },
  }),
  previewArming: defineOperation({
    summary: "List what arming would revoke now.",
    method: "GET",
    path: "/v1/arm/preview",
    right: "read",
    input: nothing,
    run: (context) => previewArming(context),
  }),
  arm: defineOperation({
    summary: "Let the App revoke, or set it back to dry-run.",
    method: "POST",
    path: "/v1/arm",
    right: "steer",
    input: z.object({ mode: z.enum(["armed", "dry-run"]).default("armed") }),
    run: async (context, { mode }, person) => {
      await context.storage.controls.set(modeControl, mode, person);
      const action = mode === "armed" ? "app.armed" : "app.disarmed";
      await context.storage.audit.append({ action, actor: person });
      await context.refresh();
      return { mode };
    },
  }),
  verifyAudit: defineOperation({
    summary: "Check that nothing in the audit was changed.",
    method: "GET",
    path: "/v1/audit/verify",
    right: "read",
    input: nothing,
    run: ({ storage }) => storage.audit.verify(),
  }),
} as const;

async function readStatus({ storage, config, readiness, dataDirectory }: OperateContext): Promise<Status> {
  const control = await storage.controls.get(killSwitchControl);
  const { windowMs, share, revocations: limit } = config.breaker;
  const revocations = await storage.intents.countRevocationsSince(storage.now() - windowMs);
  return {
    mode: config.mode,
    killSwitch: {
      isOn: await isKilled({ config, dataDirectory, storage }),
      by: control?.setBy ?? null,
      since: isoTime(control?.setAtMs ?? null),
    },
    breaker: { isOpen: revocations >= limit, revocations, limit, windowMinutes: windowMs / 60_000, share },
    decisions: await storage.decisions.counts(),
    replacements: {
      counts: await storage.replacements.counts(),
      stuck: (await storage.replacements.listStuck()).map(viewReplacement),
    },
    jobs: { ...(await storage.jobs.counts()) },
    failing: await readiness.failing(),
  };
}

/** Decides about everything as if the App were armed, and changes nothing. */
async function previewArming({
  storage,
  judging,
}: OperateContext): Promise<{ readonly data: readonly ExposureView[] }> {
  const data: ExposureView[] = [];
  for (let afterId = 0; ;) {
    const page = await storage.decisions.list({ states: open, afterId, limit: pageSize });
    const last = page.at(-1);
    if (last === undefined) return { data };
    for (const decision of page) {
      const exposure = await storage.exposures.getById(decision.exposureId);
      if (exposure === null) continue;
      const facts = await gatherFacts(storage, { ...judging, mode: "armed" }, exposure, decision);
      const { state, reason } = decideExposure(facts);
      // What gets a successor first is revoked after it.
      if (state !== "revoke" && reason !== "replacing") continue;
      data.push(await readExposureView(storage, exposure, decision));
    }
    afterId = last.exposureId;
  }
}
