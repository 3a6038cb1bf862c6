import type { JudgeContext } from "../decisions/judge.ts";
import type { Log } from "../log.ts";
import { recordReplacement } from "../replacements/record-replacement.ts";
import { revokeJobSchema } from "./job-payloads.ts";
import { makeStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

/** Ends the wait for a successor at its deadline: a sink that hangs must not keep an exposed key alive. */
export function makeOverdueStage({
  judging,
  log,
}: {
  readonly judging: JudgeContext;
  readonly log: Log;
}): Stage {
  return makeStage({
    kind: "overdue",
    retry: { attempts: 300, firstDelayMs: 500, longestDelayMs: 60_000 },
    schema: revokeJobSchema,
    run: async (key) => ({
      record: async (stores) => {
        const replacement = await stores.replacements.get(key);
        if (replacement?.state !== "under-way") return;
        const why = replacement.why ?? "no try has ended";
        await recordReplacement(stores, judging, key, { state: "overdue", why });
        log("warn", `no successor of ${key.provider} ${key.keyId} was delivered in time`, {
          rotation: replacement.rotation,
          why,
        });
      },
    }),
  });
}
