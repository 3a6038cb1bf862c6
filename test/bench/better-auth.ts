import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { startProgram } from "@keywarden/testing/programs";
import { drive, requestBytes } from "./drive.ts";
import { processorMs } from "./process-costs.ts";
import { times, type Row, type Section } from "./report.ts";
import { withKeys } from "./server-with-keys.ts";
import { median, medianRatio } from "./statistics.ts";
import { anyOf, type Asked, connections, verifyRequest } from "./verify-rounds.ts";

const rounds = 5;
const peerRequests = 1_000;
const ownRequests = 10_000;

/** Two releases of one day that go together. */
const packages = ["better-auth@1.7.5", "@better-auth/api-key@1.7.5"];
const peerFile = fileURLToPath(new URL("peers/better-auth.ts", import.meta.url));

/**
 * Keywarden and the api-key plugin of better-auth by turns: the same keys in SQLite on the same disk, both with
 * node:sqlite. The plugin is installed for the run only; without a registry the section says that it was skipped.
 */
export async function benchBetterAuth(): Promise<Section> {
  const title = "Verify, beside better-auth's api-key plugin";
  using directory = makeTemporaryDirectory();
  const missing = await install(directory.path);
  if (missing !== null) return { title, method: `Skipped: ${missing}.`, rows: [] };
  return await withKeys(async (server, { secrets }) => {
    const keysFile = join(directory.path, "keys.txt");
    writeFileSync(keysFile, secrets.map((secret) => secret.reveal()).join("\n"), { mode: 0o600 });
    const peer = await startProgram({
      name: "better-auth",
      file: peerFile,
      args: [directory.path, keysFile],
      env: process.env,
    });
    try {
      const peerUrl = peer.readyLine;
      const samples: Record<string, number[]> = {};
      const note = (name: string, perSecond: number): void => {
        samples[name] = [...(samples[name] ?? []), perSecond];
      };
      const ask = verifyRequest(server.token);
      // As a server that has been up for a while; the peer remembers no key.
      await overHttp(server, secrets.length, (index) => ask(anyOf(secrets, index)));
      for (let round = 0; round <= rounds; round += 1) {
        const own = await overHttp(server, ownRequests, (index) =>
          ask(anyOf(secrets, index + round * ownRequests)),
        );
        const theirs = await overHttp({ program: peer, url: peerUrl }, peerRequests, (index) =>
          requestBytes({
            method: "POST",
            path: "/verify",
            bearer: "none",
            body: JSON.stringify({ key: anyOf(secrets, index + round * peerRequests).reveal() }),
          }),
        );
        const inProcess = await runInProcess(peerUrl, round);
        // The first round fills caches and lets V8 compile.
        if (round === 0) continue;
        note("own over HTTP", own.perSecond);
        note("theirs over HTTP", theirs.perSecond);
        note("own processor", own.processorUs);
        note("theirs processor", theirs.processorUs);
        note("own in process", inProcess.own);
        note("theirs in process", inProcess.theirs);
      }
      return {
        title,
        method: `${packages.join(" and ")}, rate limits off, journal in WAL with synchronous=NORMAL (Keywarden: FULL, but for counts and last use), ANALYZE done; ${secrets.length} keys each; HTTP: ${connections} connections, every key asked for before; median of ${rounds} rounds in turns.`,
        rows: [
          ...(["over HTTP", "in process"] as const).flatMap((where) =>
            rowsOf(where, samples[`own ${where}`] ?? [], samples[`theirs ${where}`] ?? []),
          ),
          {
            measure: "processor time over HTTP",
            value: `${median(samples["own processor"] ?? []).toFixed(0)} µs`,
            compared: `1 / ${medianRatio(samples["theirs processor"] ?? [], samples["own processor"] ?? []).toFixed(1)} of better-auth's`,
          },
        ],
      };
    } finally {
      await peer.stop();
    }
  });
}

async function overHttp(
  { program, url }: Asked,
  count: number,
  requestAt: (index: number) => Buffer,
): Promise<{ readonly perSecond: number; readonly processorUs: number }> {
  const beforeMs = processorMs(program.processId) ?? NaN;
  const { elapsedMs } = await drive({ url, connections, count, requestAt });
  const usedMs = (processorMs(program.processId) ?? NaN) - beforeMs;
  return { perSecond: count / (elapsedMs / 1e3), processorUs: (usedMs * 1e3) / count };
}

async function runInProcess(
  url: string,
  round: number,
): Promise<{ readonly own: number; readonly theirs: number }> {
  const answer = await fetch(`${url}/in-process?round=${round}`);
  return (await answer.json()) as { own: number; theirs: number };
}

function rowsOf(where: string, own: readonly number[], theirs: readonly number[]): readonly Row[] {
  const perSecond = (values: readonly number[]) => `${Math.round(median(values))}/s`;
  return [
    { measure: `better-auth ${where}`, value: perSecond(theirs), compared: "" },
    {
      measure: `Keywarden ${where}`,
      value: perSecond(own),
      compared: `${times(medianRatio(own, theirs))} better-auth`,
    },
  ];
}

/** Why it cannot be compared; null once it is installed. */
async function install(directory: string): Promise<string | null> {
  writeFileSync(join(directory, "package.json"), '{ "private": true, "type": "module" }\n');
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps", ...packages];
  // Peers of the plugin that the resolver would otherwise take newer than it allows.
  args.push("better-call@1.4.0", "@better-auth/core@1.7.5", "@better-auth/utils@0.4.2");
  try {
    await promisify(execFile)("npm", args, { cwd: directory, timeout: 180_000 });
    return null;
  } catch {
    return "npm could not install better-auth here; the section needs a package registry";
  }
}
