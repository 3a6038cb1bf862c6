import { Agent, request } from "node:http";
import { aforo, type Secret } from "@keywarden/key-format";
import { makeManagementClient } from "@keywarden/management";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { startKeyServer } from "@keywarden/testing/programs";
import { programs } from "./programs.ts";
import { milliseconds, type Section } from "./report.ts";
import { percentile } from "./statistics.ts";

const connections = 16;
const requests = 20_000;
const keyCount = 500;

/** How many calls a second the server verifies, with the load generator on the same machine. */
export async function benchVerify(): Promise<Section> {
  using directory = makeTemporaryDirectory();
  const server = await startKeyServer({
    file: programs.keyServer,
    directory: directory.path,
    env: process.env,
  });
  try {
    const baseUrl = `${server.url}/aforo`;
    const client = makeManagementClient({ dialect: "aforo", baseUrl, token: server.token });
    const keys: Secret[] = [];
    for (let index = 0; index < keyCount; index += 1) {
      keys.push(
        (await client.create({ name: `bench ${index}`, kind: "secret", environment: "sandbox" })).secret,
      );
    }
    const url = `${baseUrl}/v1/entitlements/cust_1`;
    await load(url, keys, 2_000);
    const { latenciesMs, elapsedMs } = await load(url, keys, requests);
    return {
      title: "Verify",
      method: `One server process, SQLite on disk, ${keyCount} ${aforo.name} keys, ${requests} calls over ${connections} connections from this process on the same machine.`,
      rows: [
        {
          measure: "calls verified per second",
          value: `${Math.round(requests / (elapsedMs / 1e3))}/s`,
          compared: "",
        },
        { measure: "latency p50", value: milliseconds(percentile(latenciesMs, 0.5)), compared: "" },
        { measure: "latency p99", value: milliseconds(percentile(latenciesMs, 0.99)), compared: "" },
      ],
    };
  } finally {
    await server.program.stop();
  }
}

async function load(
  url: string,
  keys: readonly Secret[],
  count: number,
): Promise<{ readonly latenciesMs: readonly number[]; readonly elapsedMs: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latenciesMs: number[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      const key = keys[(next += 1) % keys.length];
      if (key === undefined) throw new Error("no keys");
      const startedAtMs = performance.now();
      await call(url, key, agent);
      latenciesMs.push(performance.now() - startedAtMs);
    }
  };
  const startedAtMs = performance.now();
  await Promise.all(Array.from({ length: connections }, work));
  agent.destroy();
  return { latenciesMs, elapsedMs: performance.now() - startedAtMs };
}

function call(url: string, key: Secret, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    request(url, { agent, headers: { authorization: `Bearer ${key.reveal()}` } }, (response) => {
      response.resume();
      response.once("end", () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`answered ${response.statusCode}`)),
      );
    })
      .once("error", reject)
      .end();
  });
}
