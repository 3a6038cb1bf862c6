import { setTimeout as wait } from "node:timers/promises";
import { aforo, type Secret } from "@keywarden/key-format";
import { makeManagementClient } from "@keywarden/management";
import { makeRepository, makeTemporaryDirectory, startGitHubEmulator } from "@keywarden/testing";
import { startGitHubApp, startKeyServer } from "@keywarden/testing/programs";
import { join } from "node:path";
import { programs } from "./programs.ts";
import { milliseconds, type Section } from "./report.ts";
import { percentile } from "./statistics.ts";

const pushes = 20;
const giveUpAfterMs = 30_000;

/** From the end of `git push` until the key answers 401, with the built programs and the emulator on this machine. */
export async function benchPushToRevoked(): Promise<Section> {
  using directory = makeTemporaryDirectory();
  using repository = await makeRepository();
  await using github = await startGitHubEmulator({ directory: directory.path, webhookSecret: "bench" });
  const server = await startKeyServer({
    file: programs.keyServer,
    directory: join(directory.path, "server"),
    env: process.env,
  });
  const app = await startGitHubApp({
    file: programs.githubApp,
    directory: join(directory.path, "app"),
    env: process.env,
    mode: "armed",
    github,
    providers: ["aforo"],
    keyServerUrl: server.url,
    token: server.token,
    breaker: pushes + 1,
  });
  try {
    github.setWebhookUrl(app.webhookUrl);
    const remote = await github.createRepository({ owner: "acme", name: "webshop" });
    await repository.git("remote", "add", "origin", remote.pushUrlFor("dana"));
    const client = makeManagementClient({
      dialect: "aforo",
      baseUrl: `${server.url}/aforo`,
      token: server.token,
    });
    const samples: number[] = [];
    for (let index = 0; index < pushes; index += 1) {
      const { secret } = await client.create({
        name: `push ${index}`,
        kind: "secret",
        environment: "production",
      });
      repository.write("config.env", `AFORO_API_KEY=${secret.reveal()}\n`);
      await repository.commit(`push ${index}`);
      await repository.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
      samples.push(await untilRefused(`${server.url}/aforo/v1/entitlements/cust_1`, secret));
    }
    return {
      title: "Push to revoked",
      method: `${pushes} pushes of one commit with one new ${aforo.name} live key; from the end of git push to the first 401, asked every 5 ms.`,
      rows: [
        { measure: "p50", value: milliseconds(percentile(samples, 0.5)), compared: "" },
        { measure: "p95", value: milliseconds(percentile(samples, 0.95)), compared: "" },
      ],
    };
  } finally {
    await app.program.stop();
    await server.program.stop();
  }
}

async function untilRefused(url: string, key: Secret): Promise<number> {
  const startedAtMs = performance.now();
  while (performance.now() - startedAtMs < giveUpAfterMs) {
    const response = await fetch(url, { headers: { authorization: `Bearer ${key.reveal()}` } });
    await response.body?.cancel();
    if (response.status === 401) return performance.now() - startedAtMs;
    await wait(5);
  }
  throw new Error(`the key still works ${giveUpAfterMs / 1e3} s after the push`);
}
