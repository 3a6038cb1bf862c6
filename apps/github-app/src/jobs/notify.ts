import type { ExposureStorage } from "@keywarden/storage";
import type { Channel } from "@keywarden/channels";
import { noticeJobSchema } from "../channels/notice-jobs.ts";
import { makeNotice } from "../channels/notice.ts";
import type { Log } from "../log.ts";
import { readExposureView } from "../operate/views.ts";
import { makeStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

/** Tells one private channel of one decision, unless something else has been decided since. */
export function makeNotifyStage({
  storage,
  channels,
  log,
}: {
  readonly storage: ExposureStorage;
  readonly channels: readonly Channel[];
  readonly log: Log;
}): Stage {
  return makeStage({
    kind: "notify",
    // Two days: a mail server that is down over a weekend's maintenance loses nothing.
    retry: { attempts: 60, firstDelayMs: 1_000, longestDelayMs: 3_600_000 },
    schema: noticeJobSchema,
    run: async ({ channel: name, exposure: id, state, reason }) => {
      const channel = channels.find((one) => one.name === name);
      const decision = await storage.decisions.get(id);
      const exposure = await storage.exposures.getById(id);
      if (channel === undefined || decision === null || exposure === null) return {};
      if (decision.state !== state || decision.reason !== reason) return {};
      await channel.send(makeNotice(await readExposureView(storage, exposure, decision)));
      log("info", `told ${name} of exposure ${id}`, { state });
      return {};
    },
  });
}
