import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startAppProcess } from "./rig/process.ts";
import { startRig } from "./rig/rig.ts";

const mebibyte = 1 << 20;
// So much is fetched, unpacked and read that a busy machine needs minutes.
const patience = { timeout: 240_000 };

/** The most that a process has had resident, git's processes beside it left out. */
function peakMebibytes(pid: number): number {
  const [, kibibytes = ""] =
    /^VmHWM:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, "latin1")) ?? [];
  return Number(kibibytes) / 1_024;
}

function writeLarge(file: string, end: string): void {
  const line = "export const value = compute(input, options);\n";
  const block = line.repeat(Math.ceil(mebibyte / line.length));
  const descriptor = openSync(file, "w");
  for (let written = 0; written < 300 * mebibyte; written += block.length) writeSync(descriptor, block);
  writeSync(descriptor, end);
  closeSync(descriptor);
}

test.skipIf(process.platform !== "linux")(
  "a blob of 300 MB is read in parts, also when another branch brings it in once more",
  async () => {
    await using rig = await startRig({ withoutApp: true });
    await rig.work.git("config", "core.compression", "1");
    await rig.commit({ "README.md": "a shop\n" });
    await rig.push("HEAD:refs/heads/main");
    await rig.emulator.settled();
    const app = await startAppProcess(rig.configFile, rig.dataDirectory, {
      PATH: process.env["PATH"] ?? "",
    });
    rig.emulator.setWebhookUrl(`${app.url}/webhooks/github`);
    const large = join(rig.work.path, "large.ts");
    const key = rig.provider.issue({ kind: "secret", environment: "production" });
    const titleOf = (sha: string) => rig.checkRun(sha)?.output.title;
    const content = `const key = "${key.reveal()}";\n`;
    writeLarge(large, content);
    const first = await rig.work.commit("bring it in");
    await rig.push("HEAD:refs/heads/main");
    await expect.poll(() => titleOf(first), patience).toBe("1 key found: 1 revoked");
    // What a scanned branch holds is not listed again, so the file is read for its location alone.
    await rig.work.git("checkout", "--quiet", "-b", "other", "HEAD~1");
    writeLarge(large, content);
    const again = await rig.work.commit("bring it in again");
    await rig.push("HEAD:refs/heads/other");
    await expect.poll(() => titleOf(again), patience).toBe("1 key found: 1 revoked");
    expect(rig.checkRun(again)?.annotations).toMatchObject([{ path: "large.ts" }]);
    const peak = peakMebibytes(app.pid);
    await app.end("SIGTERM");
    expect(peak).toBeLessThan(250);
  },
);
