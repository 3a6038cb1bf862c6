import { createHmac, randomUUID } from "node:crypto";
import { request } from "node:http";
import type { Agent } from "node:http";
import { webhookSecret } from "./world.ts";

/** Delivers a push as GitHub does, and gives how long its answer took. @throws Error unless it is accepted */
export function deliverOnce(agent: Agent, url: string, body: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const startedAtMs = performance.now();
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "x-github-event": "push",
    "x-github-delivery": randomUUID(),
    "x-hub-signature-256": `sha256=${createHmac("sha256", webhookSecret).update(body).digest("hex")}`,
  };
  request(url, { agent, method: "POST", headers }, (answer) => {
    answer.resume().once("end", () => {
      if (answer.statusCode === 202) resolve(performance.now() - startedAtMs);
      else reject(new Error(`${url} answered ${answer.statusCode}`));
    });
  })
    .once("error", reject)
    .end(body);
  return promise;
}
