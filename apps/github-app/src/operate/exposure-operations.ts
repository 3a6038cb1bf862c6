import type { Decision } from "@keywarden/storage";
import * as z from "zod";
import { AppError } from "../app-error.ts";
import { isOpenToPeople } from "../decisions/decide.ts";
import { approveDecision } from "../decisions/approve.ts";
import { isKilled } from "../revoke-gate.ts";
import type { OperateContext } from "./operate-context.ts";
import { defineOperation } from "./operation.ts";
import { readExposureView } from "./views.ts";
import type { ExposureView } from "./views.ts";

const states = ["waiting", "revoke", "revoked", "held", "would-revoke", "reported"] as const;

const listSchema = z.object({
  /** One state, or several with commas between them. */
  state: z
    .string()
    .transform((text) => text.split(","))
    .pipe(z.array(z.enum(states)))
    .optional(),
  /** The id after which the page begins. */
  after: z.coerce.number().int().nonnegative().default(0),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});
const idSchema = z.object({ id: z.coerce.number().int().positive() });
const verdictSchema = idSchema;

export interface ExposurePage {
  readonly data: readonly ExposureView[];
  /** Ask for what comes `after` this id; null when there is no more. */
  readonly nextAfter: number | null;
}

/** What was found, what was decided about it, and the decisions of people. */
export const exposureOperations = {
  listExposures: defineOperation({
    summary: "List the keys that were found, with what was decided of each.",
    method: "GET",
    path: "/v1/exposures",
    right: "read",
    input: listSchema,
    run: async ({ storage }, { state, after, limit }): Promise<ExposurePage> => {
      const decisions = await storage.decisions.list({
        ...(state === undefined ? {} : { states: state }),
        afterId: after,
        limit,
      });
      const data: ExposureView[] = [];
      for (const decision of decisions) data.push(await viewOf(storage, decision));
      const isFull = decisions.length === limit;
      return { data, nextAfter: isFull ? (decisions.at(-1)?.exposureId ?? null) : null };
    },
  }),
  showExposure: defineOperation({
    summary: "Show one key that was found: where, whose, what was decided and why.",
    method: "GET",
    path: "/v1/exposures/{id}",
    right: "read",
    input: idSchema,
    run: async ({ storage }, { id }): Promise<ExposureView> =>
      viewOf(storage, await requireDecision(storage, id)),
  }),
  approve: defineOperation({
    summary: "Let one held decision through: the key is revoked.",
    method: "POST",
    path: "/v1/decisions/{id}/approve",
    right: "decide",
    input: verdictSchema,
    run: (context, { id }, person) => settle(context, id, "approved", person),
  }),
  reject: defineOperation({
    summary: "Decide that one key stays: it is not revoked.",
    method: "POST",
    path: "/v1/decisions/{id}/reject",
    right: "decide",
    input: verdictSchema,
    run: (context, { id }, person) => settle(context, id, "rejected", person),
  }),
} as const;

async function settle(
  { storage, judging, config, dataDirectory }: OperateContext,
  id: number,
  verdict: "approved" | "rejected",
  person: string,
): Promise<ExposureView> {
  const decision = await requireDecision(storage, id);
  if (!isOpenToPeople(decision)) {
    const { state, reason } = decision;
    throw new AppError(
      "APP_CONFLICT",
      `exposure ${id} is ${state} (${reason}): an approval or rejection would change nothing`,
    );
  }
  // It would be used up, and the key held again.
  if (verdict === "approved" && (await isKilled({ config, dataDirectory, storage })))
    throw new AppError(
      "APP_CONFLICT",
      `the kill switch is on, so an approval of exposure ${id} would revoke nothing; turn it off first (keywarden-github-app resume, the file kill-switch, killSwitch in the config)`,
    );
  await approveDecision(storage, judging, { exposureId: id, verdict, by: person });
  return viewOf(storage, await requireDecision(storage, id));
}

async function requireDecision(storage: OperateContext["storage"], id: number): Promise<Decision> {
  const decision = await storage.decisions.get(id);
  if (decision === null) throw new AppError("APP_NOT_FOUND", `there is no exposure ${id}`);
  return decision;
}

async function viewOf(storage: OperateContext["storage"], decision: Decision): Promise<ExposureView> {
  const exposure = await storage.exposures.getById(decision.exposureId);
  if (exposure === null) throw new TypeError("a decision is about an exposure that is there");
  return readExposureView(storage, exposure, decision);
}
