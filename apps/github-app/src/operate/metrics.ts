import type { Counter, Gauge, Histogram } from "prom-client";
import type { ExposureStorage } from "@keywarden/storage";
import type { AppConfig } from "../config.ts";
import type { RevokeGate } from "../revoke-gate.ts";
import type { Reception } from "../receiver/server.ts";

/** What of the App the metrics are read from. */
export interface Measured {
  readonly config: AppConfig;
  readonly gate: Pick<RevokeGate, "isKilled">;
  /** The kinds of jobs by the name of their lane. */
  readonly kindsByLane: Readonly<Record<string, readonly string[]>>;
}

export interface Metrics {
  received(reception: Reception): void;
  /** A key was revoked, so long after the push that showed it. */
  revoked(afterMs: number): void;
  render(): Promise<{ readonly contentType: string; readonly text: string }>;
}

const secondsToRevoke = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1_800, 86_400];

/** Makes the metrics of one App, in Prometheus' text format; gauges are read when somebody asks. */
export async function makeMetrics(storage: ExposureStorage, measured: () => Measured): Promise<Metrics> {
  const { default: prometheus } = await import("prom-client");
  const registry = new prometheus.Registry();
  const registers = [registry];
  const gauge = <L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    read: (gauge: Gauge<L>) => Promise<void>,
  ): void => {
    void new prometheus.Gauge<L>({
      name: `keywarden_app_${name}`,
      help,
      labelNames: [...labelNames],
      registers,
      async collect() {
        await read(this);
      },
    });
  };
  const deliveries: Counter<"event" | "status"> = new prometheus.Counter({
    name: "keywarden_app_deliveries_total",
    help: "Deliveries with a right signature, by event and status of the answer.",
    labelNames: ["event", "status"],
    registers,
  });
  const refused: Counter<"why"> = new prometheus.Counter({
    name: "keywarden_app_refused_total",
    help: "Requests to the webhook that were refused: unsigned, forged, slow, crowded or too large.",
    labelNames: ["why"],
    registers,
  });
  for (const why of ["unsigned", "forged", "slow", "crowded", "too-large"]) refused.inc({ why }, 0);
  const revocation: Histogram = new prometheus.Histogram({
    name: "keywarden_app_revocation_seconds",
    help: "Seconds from the receipt of a push to the revocation of a key that it showed.",
    buckets: secondsToRevoke,
    registers,
  });
  gauge(
    "queue_age_seconds",
    "How long the oldest due job of each lane has waited.",
    ["lane"],
    async (one) => {
      for (const [lane, kinds] of Object.entries(measured().kindsByLane)) {
        const dueAtMs = await storage.jobs.nextDueAtMs(kinds);
        one.set({ lane }, dueAtMs === null ? 0 : Math.max(0, storage.now() - dueAtMs) / 1_000);
      }
    },
  );
  gauge("jobs", "Jobs by state; buried ones were given up.", ["state"], async (one) => {
    for (const [state, count] of Object.entries(await storage.jobs.counts())) one.set({ state }, count);
  });
  gauge("decisions", "Decisions about exposed keys by state.", ["state"], async (one) => {
    for (const [state, count] of Object.entries(await storage.decisions.counts())) one.set({ state }, count);
  });
  gauge(
    "replacements",
    "Successors that are delivered before an exposed key is revoked, by state.",
    ["state"],
    async (one) => {
      for (const [state, count] of Object.entries(await storage.replacements.counts()))
        one.set({ state }, count);
    },
  );
  gauge("replacements_stuck", "Successors that somebody has to look at.", [], async (one) => {
    one.set((await storage.replacements.listStuck()).length);
  });
  gauge("breaker_revocations", "Revocations within the window of the circuit breaker.", [], async (one) => {
    one.set(await storage.intents.countRevocationsSince(storage.now() - measured().config.breaker.windowMs));
  });
  gauge("breaker_limit", "Revocations after which the circuit breaker holds the rest.", [], async (one) => {
    one.set(measured().config.breaker.revocations);
  });
  gauge("armed", "1 while the App revokes, 0 in dry-run.", [], async (one) => {
    one.set(measured().config.mode === "armed" ? 1 : 0);
  });
  gauge("kill_switch", "1 while the kill switch holds every revocation.", [], async (one) => {
    one.set((await measured().gate.isKilled()) ? 1 : 0);
  });
  return {
    received: (reception) => {
      if (reception.outcome === "refused") refused.inc({ why: reception.why });
      else deliveries.inc({ event: reception.event, status: String(reception.status) });
    },
    revoked: (afterMs) => revocation.observe(Math.max(0, afterMs) / 1_000),
    render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
