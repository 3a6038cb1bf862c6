import { aforo } from "@keywarden/key-format";
import { scannerFor } from "@keywarden/repository-scan";
import type { ExposureStorage } from "@keywarden/storage";
import type { JudgeContext } from "../../src/decisions/judge.ts";
import { makeConfirmStage } from "../../src/jobs/confirm.ts";
import { makeDeadlineStage } from "../../src/jobs/deadline.ts";
import { sweptScanKind } from "../../src/jobs/job-payloads.ts";
import { makeReportStage } from "../../src/jobs/report.ts";
import { makeRevokeStage } from "../../src/jobs/revoke.ts";
import { makeScanStage } from "../../src/jobs/scan.ts";
import type { Stage } from "../../src/jobs/stage.ts";
import type { ProviderApis } from "../../src/provider-apis.ts";
import { makeRevokeGate } from "../../src/revoke-gate.ts";
import { makeAskRepositoryStage } from "../../src/sweeps/ask-repository.ts";
import { makeBackfillStage } from "../../src/sweeps/backfill.ts";
import { sweepDeliveries } from "../../src/sweeps/sweep-deliveries.ts";
import { makeSweepRefsStage } from "../../src/sweeps/sweep-refs.ts";
import { makeSweepRepositoriesStage } from "../../src/sweeps/sweep-repositories.ts";
import { judgeAgainKind } from "../../src/sweeps/sweep-jobs.ts";
import type { FakeHost } from "./fake-host.ts";

const noLog = (): void => {};

/** What the App needs to read an event of the fake host. */
export const input = { host: "github.test", appId: 1, scanner: scannerFor([aforo]), providers: [aforo] };

/** The App's own stages, over a storage and what lies outside of the process. */
export function makeStages(
  storage: ExposureStorage,
  { remotes, github }: FakeHost,
  apis: ProviderApis,
): readonly Stage[] {
  const { host, scanner, providers } = input;
  const judging: JudgeContext = { mode: "armed", history: "report", ownTokens: new Set() };
  const scanning = {
    storage,
    remotes,
    github,
    scanner,
    providers,
    judging,
    host,
    log: noLog,
    sweepDeliveries: () => sweepDeliveries({ storage, github, input, log: noLog }),
    listedAfterMs: 15_000,
  };
  const gate = makeRevokeGate({
    config: {
      mode: "armed",
      killSwitch: false,
      breaker: { revocations: 1_000, windowMs: 600_000, share: null },
    },
    dataDirectory: "/without-files",
    storage,
    countLive: apis.countLive,
  });
  const scan = makeScanStage(scanning);
  const sweepRefs = makeSweepRefsStage(scanning);
  return [
    scan,
    makeConfirmStage({ storage, apis, judging, log: noLog }),
    makeRevokeStage({ storage, apis, judging, gate, log: noLog }),
    makeReportStage({
      storage,
      github: github as never,
      providers,
      asked: apis.names,
      mode: "armed",
      log: noLog,
    }),
    { ...scan, kind: sweptScanKind },
    makeBackfillStage(scanning),
    { ...sweepRefs, kind: judgeAgainKind },
    sweepRefs,
    makeDeadlineStage(),
    makeSweepRepositoriesStage({ storage, github: github as never }),
    makeAskRepositoryStage({ storage, github: github as never, judging }),
  ];
}
