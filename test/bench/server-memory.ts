import { makeInventoryClient } from "@keywarden/management";
import type { KeyServerProgram } from "@keywarden/testing/programs";
import { drive } from "./drive.ts";
import { peakResidentBytes } from "./process-costs.ts";
import type { Row, Section } from "./report.ts";
import { keyCount, withKeys } from "./server-with-keys.ts";
import { anyOf, verifyRequest } from "./verify-rounds.ts";

/** The most memory that the server had resident, step by step. */
export function benchServerMemory(): Promise<Section> {
  return withKeys(async (server, { secrets }) => {
    const rows: Row[] = [];
    const note = (measure: string): void => {
      const bytes = peakResidentBytes(server.program.processId);
      const value = bytes === null ? "not told by this system" : `${(bytes / 1e6).toFixed(0)} MB`;
      rows.push({ measure, value, compared: "" });
    };
    note("started, nothing asked yet");
    const ask = verifyRequest(server.token);
    for (const measure of ["every key verified once", "and once more"]) {
      await drive({
        url: server.url,
        connections: 16,
        count: secrets.length,
        requestAt: (index) => ask(anyOf(secrets, index)),
      });
      note(measure);
    }
    await listAll(server);
    note("all keys listed, 1000 a page");
    return {
      title: "Server memory",
      method: `Peak of resident memory (VmHWM) of one server process with ${keyCount} keys, SQLite on disk, 16 connections; each row includes the ones above it.`,
      rows,
    };
  });
}

async function listAll(server: KeyServerProgram): Promise<void> {
  const inventory = makeInventoryClient({ baseUrl: server.url, token: server.token });
  for (let cursor: string | null = null; ;) {
    const page: Awaited<ReturnType<typeof inventory.list>> = await inventory.list({
      limit: 1000,
      ...(cursor !== null && { cursor }),
    });
    cursor = page.nextCursor;
    if (cursor === null) return;
  }
}
