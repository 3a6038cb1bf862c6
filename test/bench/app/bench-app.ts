import type { Row, Section } from "../report.ts";
import { measureAcknowledgement } from "./acknowledgement.ts";
import { measurePushes } from "./push.ts";
import { measureRestart } from "./restart.ts";
import { startWorld } from "./world.ts";

/** The GitHub App beside the least that could do its work, in the same rounds. */
export async function benchApp(): Promise<Section> {
  await using world = await startWorld();
  const rows: Row[] = [];
  for (const measure of [measureAcknowledgement, measurePushes, measureRestart]) {
    const measured = await measure(world);
    // It takes minutes: whoever waits sees how far it is.
    for (const row of measured) console.error(`${row.measure}: ${row.value}, ${row.compared}`);
    rows.push(...measured);
  }
  return {
    title: "GitHub App",
    method:
      "Built programs, SQLite, GitHub emulated on this machine; floors in turns with the App: a bare receiver (node:http, HMAC, fsynced insert) and a bare script (webhook, git fetch, lookup, revoke).",
    rows,
  };
}
