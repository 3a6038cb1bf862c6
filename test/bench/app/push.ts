import { connect } from "node:net";
import type { Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { milliseconds, times } from "../report.ts";
import type { Row } from "../report.ts";
import { medianRatio, percentile } from "../statistics.ts";
import { untilRefused, webhookSecret } from "./world.ts";
import type { World } from "./world.ts";

const rounds = 20;
const strangers = 60;
const loadSeconds = 10;
const pushesPerSecond = 10;
const commitsPerPush = 10;

/** From the end of a push to the first refusal of its key, in turns with a script that does the same work. */
export async function measurePushes(world: World): Promise<readonly Row[]> {
  const { github, server, remote, directory } = world;
  const bare = await world.startBare(
    "bare-revoker",
    webhookSecret,
    join(directory, "bare.git"),
    remote.pushUrlFor("script"),
    `${server.url}/aforo`,
    server.token.reveal(),
  );
  const samples = { bare: [] as number[], app: [] as number[], crowded: [] as number[] };
  const pushTo = async (url: string): Promise<number> => {
    github.setWebhookUrl(url);
    const elapsedMs = await pushOnce(world);
    await github.settled();
    return elapsedMs;
  };
  try {
    await pushTo(bare.url);
    await pushTo(world.app.webhookUrl);
    for (let round = 0; round < rounds; round += 1) {
      samples.bare.push(await pushTo(bare.url));
      samples.app.push(await pushTo(world.app.webhookUrl));
    }
    const crowd = await slowStrangers(world.app.url);
    for (let round = 0; round < rounds; round += 1) samples.crowded.push(await pushTo(world.app.webhookUrl));
    for (const socket of crowd) socket.destroy();
  } finally {
    await bare.program.stop();
  }
  const ratio = times(medianRatio(samples.app, samples.bare));
  return [
    {
      measure: "push to revoked p50",
      value: milliseconds(percentile(samples.app, 0.5)),
      compared: `${ratio} the bare script (goal: 1.6), ${milliseconds(percentile(samples.bare, 0.5))}`,
    },
    { measure: "push to revoked p95", value: milliseconds(percentile(samples.app, 0.95)), compared: "" },
    {
      measure: `push to revoked p50, ${strangers} slow strangers`,
      value: milliseconds(percentile(samples.crowded, 0.5)),
      compared: `${times(percentile(samples.crowded, 0.5) / percentile(samples.app, 0.5))} without them (goal: 2)`,
    },
    await measureLoad(world),
  ];
}

/** Pushes on schedule, whether or not those before are done, each with a key in one of its commits. */
async function measureLoad(world: World): Promise<Row> {
  const { github, work, app } = world;
  github.setWebhookUrl(app.webhookUrl);
  const keys = await Promise.all(
    Array.from({ length: loadSeconds * pushesPerSecond }, () => world.issueKey()),
  );
  // Made beforehand: the machine that pushes is not what is measured.
  for (const [index, key] of keys.entries()) {
    for (let commit = 1; commit < commitsPerPush; commit += 1) {
      work.write(`src/load-${index}.ts`, `export const version = ${commit};\n`);
      await work.commit("work");
    }
    work.write("config.env", `AFORO_API_KEY=${key.reveal()}\n`);
    await work.commit("leak");
    await work.git("tag", `load-${index}`);
  }
  const elapsed: Promise<number>[] = [];
  const startedAtMs = performance.now();
  for (const [index, key] of keys.entries()) {
    await wait(Math.max(0, startedAtMs + (index * 1_000) / pushesPerSecond - performance.now()));
    const refspec = `load-${index}^{commit}:refs/heads/load-${index}`;
    elapsed.push(work.git("push", "--quiet", "origin", refspec).then(() => untilRefused(world, key)));
  }
  const samples = await Promise.all(elapsed);
  return {
    measure: `push to revoked p99, ${pushesPerSecond} pushes/s of ${commitsPerPush} commits for ${loadSeconds} s`,
    value: milliseconds(percentile(samples, 0.99)),
    compared: `p50 ${milliseconds(percentile(samples, 0.5))} (goal for p99: 1 s)`,
  };
}

/** Pushes one commit with one new live key, and gives how long the key then worked. */
export async function pushOnce(world: World): Promise<number> {
  const { work } = world;
  const key = await world.issueKey();
  work.write("config.env", `AFORO_API_KEY=${key.reveal()}\n`);
  await work.commit(`push ${randomBytes(4).toString("hex")}`);
  await work.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
  return untilRefused(world, key);
}

/** Strangers who announce a body of a megabyte and never send it. */
async function slowStrangers(url: string): Promise<readonly Socket[]> {
  const { hostname, port } = new URL(url);
  const sockets = Array.from({ length: strangers }, () => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on("error", () => undefined);
    socket.write(
      [
        "POST /webhooks/github HTTP/1.1",
        `host: ${hostname}`,
        "content-type: application/json",
        "content-length: 1048576",
        `x-hub-signature-256: sha256=${"0".repeat(64)}`,
        "",
        "{",
      ].join("\r\n"),
    );
    return socket;
  });
  await wait(200);
  return sockets;
}
