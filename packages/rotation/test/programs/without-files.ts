// Hands a key to a command where this process can open no more files, and says what comes of it.
import { openSync } from "node:fs";
import { openSink } from "@keywarden/rotation";
import { judgeFailure } from "../../src/retry.ts";
import { delivery, newKey } from "../sinks/sink-folder.ts";

const sink = openSink("command:true", { env: process.env, directory: process.cwd(), fetch });
try {
  for (;;) openSync("/dev/null", "r");
} catch {
  // Now the limit is reached.
}
const failure = await sink.deliver(newKey, delivery).then(
  () => null,
  (error: unknown) => judgeFailure(error, []),
);
process.stdout.write(`${JSON.stringify(failure)}\n`);
