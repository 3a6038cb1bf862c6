import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { KeyStorage } from "@keywarden/storage";
import { shareMetrics } from "../workers/metrics-of-all.ts";
import type { ReadinessCheck } from "./readiness.ts";

/** Counts what the server does, for Prometheus. No label holds an id, a name or an address. */
export interface Metrics {
  answered(request: {
    readonly route: string;
    readonly method: string;
    readonly status: number;
    readonly elapsedMs: number;
  }): void;
  /** `valid`, or the code of the refusal. */
  verified(outcome: string): void;
  readonly contentType: string;
  render(): Promise<string>;
}

export function makeMetrics(
  storage: Pick<KeyStorage, "keys" | "behindMs">,
  readiness: ReadinessCheck,
): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: "keywarden_server_requests_total",
    help: "Requests that were answered",
    labelNames: ["route", "method", "status"] as const,
    registers,
  });
  const durations = new Histogram({
    name: "keywarden_server_request_seconds",
    help: "Time from a request's first byte to its answer's last",
    labelNames: ["route"] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers,
  });
  // Every request of a product is one of these: they are added up here and named when somebody asks.
  const verified = new Map<string, number>();
  void new Counter({
    name: "keywarden_server_verifications_total",
    help: "Verifications, by their outcome",
    labelNames: ["outcome"] as const,
    registers,
    collect() {
      for (const [outcome, count] of verified) this.inc({ outcome }, count);
      verified.clear();
    },
  });
  const gauges = [
    new Gauge({
      name: "keywarden_server_keys",
      help: "Keys in the storage by state",
      // Of workers all see the same storage, and their counts of it are not added up.
      aggregator: "first",
      labelNames: ["state"] as const,
      registers: [],
      async collect() {
        // While the storage cannot be read nothing is said of it, rather than what was so before.
        this.reset();
        try {
          for (const state of ["active", "disabled", "expired", "revoked"] as const)
            this.set({ state }, await storage.keys.countKeys({ state }));
        } catch {
          this.reset();
        }
      },
    }),
    new Gauge({
      name: "keywarden_server_ready",
      help: "1 while changes can be stored and the disk has room, else 0",
      aggregator: "min",
      registers: [],
      async collect() {
        this.set((await readiness()).isReady ? 1 : 0);
      },
    }),
    new Gauge({
      name: "keywarden_server_clock_behind_seconds",
      help: "How far the machine's clock is behind the storage's time",
      aggregator: "max",
      registers: [],
      collect() {
        this.set(storage.behindMs() / 1000);
      },
    }),
  ];
  for (const gauge of gauges) registry.registerMetric(gauge);
  const renderAll = shareMetrics(registry);
  return {
    answered({ route, method, status, elapsedMs }) {
      requests.inc({ route, method, status });
      durations.observe({ route }, elapsedMs / 1000);
    },
    verified: (outcome) => void verified.set(outcome, (verified.get(outcome) ?? 0) + 1),
    contentType: registry.contentType,
    render: renderAll ?? (() => registry.metrics()),
  };
}
