import type { Scanner } from "@keywarden/scan";
import type { Account } from "../account/account.ts";

/** Scans a stream in flat memory, however long it is. */
export async function scanStdin(
  stream: AsyncIterable<Uint8Array>,
  scanner: Scanner,
  account: Account,
): Promise<void> {
  const scan = scanner.scanChunks((part) => account.skipPart("<stdin>", part));
  account.files.listed = 1;
  for await (const chunk of stream) {
    account.bytes.listed += chunk.length;
    account.bytes.scanned += chunk.length;
    account.add(scan.push(chunk), "<stdin>", "content");
  }
  account.add(scan.finish(), "<stdin>", "content");
  account.files.scanned = 1;
}
