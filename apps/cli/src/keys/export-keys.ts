import { describeWriteError } from "@keywarden/command-line";
import { rename, open, rm } from "node:fs/promises";
import { resolve } from "node:path";
import type { KeyRecord } from "@keywarden/management";
import { CliError } from "../cli-error.ts";
import { csvLine } from "../csv.ts";
import type { ExitStatus } from "../terminal.ts";
import type { ExportFlags } from "./key-actions.ts";
import type { KeyWork } from "./key-work.ts";
import { recordCells, recordColumns } from "./record-csv.ts";

/** `keywarden keys export`: all that the server knows of keys but their text, page by page. */
export async function exportKeysAtServer(
  { connect, terminal }: KeyWork,
  { format, provider, output: file }: ExportFlags,
): Promise<ExitStatus> {
  const { client } = await connect();
  let count = 0;
  const writeAll = async (write: (text: string) => Promise<unknown>) => {
    if (format === "csv") await write(csvLine(recordColumns));
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await client.exportKeys({
        limit: 1000,
        ...(provider !== undefined && { provider }),
        ...(typeof cursor === "string" && { cursor }),
      });
      if (page.keys.length > 0) await write(page.keys.map(format === "csv" ? asCsv : asLine).join(""));
      count += page.keys.length;
      cursor = page.nextCursor;
    }
  };
  if (file === undefined) await writeAll(async (text) => terminal.print(text));
  else await writeNew(resolve(terminal.directory, file), writeAll);
  terminal.warn(`keywarden: ${count} ${count === 1 ? "key" : "keys"} exported\n`);
  return 0;
}

const asLine = (record: KeyRecord): string => `${JSON.stringify(record)}\n`;
const asCsv = (record: KeyRecord): string => csvLine(recordCells(record));

// Until it is whole the file has another name, so that half an export is never taken for one.
async function writeNew(path: string, work: (write: (text: string) => Promise<unknown>) => Promise<void>) {
  const draft = `${path}.unfinished`;
  try {
    const file = await open(draft, "w", 0o600);
    try {
      await file.chmod(0o600);
      await work((text) => file.write(text));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    if (!(error instanceof Error && "syscall" in error)) throw error;
    const why = describeWriteError(error);
    throw new CliError("CLI_OUTPUT", `${path} cannot be written: ${why}.`, { cause: error });
  }
}
