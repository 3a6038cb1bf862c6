import type { Scanner } from "@keywarden/scan";
import type { Tally } from "./tally.ts";

/** Scans a stream in flat memory, however long it is. */
export async function scanStdin(
  stream: AsyncIterable<Uint8Array>,
  scanner: Scanner,
  tally: Tally,
): Promise<void> {
  const scan = scanner.scanChunks((part) => tally.skipPart("<stdin>", part));
  tally.files.listed = 1;
  for await (const chunk of stream) {
    tally.bytes.listed += chunk.length;
    tally.bytes.scanned += chunk.length;
    tally.add(scan.push(chunk), "<stdin>", "content");
  }
  tally.add(scan.finish(), "<stdin>", "content");
  tally.files.scanned = 1;
}
