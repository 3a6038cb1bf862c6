// Claims and completes jobs of a shared database until none is left, and says the id and attempt of each.
import { writeSync } from "node:fs";
import { openExposureStorage } from "@keywarden/storage";

const [databaseUrl = "", worker = ""] = process.argv.slice(2);
const storage = await openExposureStorage({ path: "", databaseUrl, clock: () => Date.now() });
writeSync(1, "open\n");
process.stdin.once("data", () => void work());

async function work(): Promise<void> {
  for (;;) {
    const job = await storage.jobs.claim({ kinds: ["revoke", "scan"], leaseMs: 60_000, worker });
    if (job === null) break;
    writeSync(1, `claimed ${job.id} ${job.attempt}\n`);
    await storage.jobs.complete(job);
  }
  await storage.close();
  process.stdin.destroy();
}
