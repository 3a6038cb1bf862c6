// Rotates one key of a shared database from the generation that it is told, and says whether it won.
import { createHash } from "node:crypto";
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { openKeyStorage } from "@keywarden/storage";

const [databaseUrl = "", name = ""] = process.argv.slice(2);
const storage = await openKeyStorage({ path: "", databaseUrl, clock: () => Date.now() });
writeSync(1, "open\n");
for await (const line of createInterface({ input: process.stdin })) {
  const sha256 = createHash("sha256").update(`${name} ${line}`).digest("hex");
  const result = await storage.keys.rotateKey({
    id: "a",
    expectedGeneration: Number(line),
    secret: { sha256, prefix: "sk_live_", lastFour: "abcd" },
    graceMs: 0,
    audit: { action: "key.rotated", actor: name },
  });
  writeSync(1, `${result.ok ? "won" : result.reason}\n`);
}
await storage.close();
