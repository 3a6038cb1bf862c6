// Holds a data directory until it is killed, or says why it cannot.
import { writeSync } from "node:fs";
import { openKeyStorage, StorageError } from "@keywarden/storage";

const [path = ""] = process.argv.slice(2);
try {
  await openKeyStorage({ path, clock: () => Date.now() });
  writeSync(1, "open\n");
  process.stdin.resume();
} catch (error) {
  writeSync(1, `${error instanceof StorageError ? error.code : String(error)}\n`);
}
