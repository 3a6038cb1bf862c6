// Writes to both storages for as long as it lives and says after each write that it is durable; killed by the test.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { writeSync } from "node:fs";
import { join } from "node:path";
import { openExposureStorage, openKeyStorage } from "@keywarden/storage";

const [path = "", round = "0", url = ""] = process.argv.slice(2);
const databaseUrl = url === "" ? null : url;
const clock = () => Date.now();
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
// A write to a pipe without buffering, so that what was said was said before the kill.
const say = (line: string) => writeSync(1, `${line}\n`);
const audit = { action: "crash.tested", actor: "writer" };

// Ready before it is its turn: the storages of the one before may still be open.
await once(process.stdin, "data");
const keys = await openKeyStorage({ path: join(path, "keys"), databaseUrl, clock });
const exposures = await openExposureStorage({ path: join(path, "exposures"), databaseUrl, clock });
say("open");
for (let index = 0; ; index += 1) {
  const id = `${round}-${index}`;
  const secret = { sha256: sha256(id), prefix: "sk_live_", lastFour: "abcd" };
  const about = {
    provider: "aforo",
    name: id,
    kind: "secret",
    environment: "production",
    label: "live",
  } as const;
  await keys.keys.createKey({ id, ...about, secret }, audit);
  say(`created ${id}`);
  const next = { ...secret, sha256: sha256(`${id} rotated`) };
  await keys.keys.rotateKey({ id, secret: next, graceMs: index % 3 === 0 ? 3_600_000 : 0, audit });
  say(`rotated ${id}`);
  if (index % 2 === 0) {
    await keys.keys.revokeKey({ id, audit });
    say(`revoked ${id}`);
  }
  const delivery = { guid: id, event: "push", payloadSha256: sha256(id) };
  await exposures.deliveries.accept(delivery, { id, kind: "scan", payload: { id } });
  say(`accepted ${id}`);
  const job = await exposures.jobs.claim({ kinds: ["scan"], leaseMs: 1000, worker: round });
  if (job === null) continue;
  say(`claimed ${job.id}`);
  if (index % 3 === 0) continue;
  const followUp = { id: `${job.id} revoke`, kind: "revoke", payload: {} };
  await exposures.jobs.complete(job, { followUps: [followUp] });
  say(`completed ${job.id}`);
}
