import cluster from "node:cluster";
import process from "node:process";
import { AggregatorRegistry, type Registry } from "prom-client";

const asking = "keywarden:metrics";
const PATIENCE_MS = 5000;

interface Asked {
  readonly type: typeof asking;
  readonly id: number;
  readonly text?: string;
}

const isAsked = (message: unknown): message is Asked =>
  typeof message === "object" && message !== null && "type" in message && message.type === asking;

/** In the process that started the workers: adds up what they counted, whichever of them is asked. */
export function answerForAll(): void {
  const all = new AggregatorRegistry();
  cluster.on("message", (worker, message: unknown) => {
    if (!isAsked(message)) return;
    const { type, id } = message;
    void all.clusterMetrics().then(
      (text) => worker.send({ type, id, text }),
      // Without an answer the worker says that it could not tell.
      () => {},
    );
  });
}

let lastId = 0;

/** In a worker: makes its counts known, and returns what renders those of all; null in a process that serves alone. */
export function shareMetrics(registry: Registry): (() => Promise<string>) | null {
  const send = process.send?.bind(process);
  if (!cluster.isWorker || send === undefined) return null;
  AggregatorRegistry.setRegistries([registry]);
  // Whatever is made of this class in a worker tells the process that adds up what is counted here.
  void new AggregatorRegistry();
  return () =>
    new Promise((resolve, reject) => {
      const id = (lastId += 1);
      const end = (): void => {
        clearTimeout(timer);
        process.off("message", receive);
      };
      const receive = (message: unknown): void => {
        if (!isAsked(message) || message.id !== id || message.text === undefined) return;
        end();
        resolve(message.text);
      };
      const timer = setTimeout(() => {
        end();
        reject(new Error("the counts of the other workers could not be had"));
      }, PATIENCE_MS);
      process.on("message", receive);
      send({ type: asking, id });
    });
}
