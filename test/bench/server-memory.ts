import { makeInventoryClient } from "@keywarden/management";
import type { KeyServerProgram } from "@keywarden/testing/programs";
import { drive } from "./drive.ts";
import { peakResidentBytes, residentBytes } from "./process-costs.ts";
import type { Row, Section } from "./report.ts";
import { keyCount, withKeys } from "./server-with-keys.ts";
import { anyOf, verifyRequest } from "./verify-rounds.ts";

/** The memory that the server has resident, step by step. */
export function benchServerMemory(): Promise<Section> {
  return withKeys(async (server, { secrets }) => {
    const rows: Row[] = [];
    const note = (measure: string): void => {
      const { processId } = server.program;
      const said = (bytes: number | null) =>
        bytes === null ? "not told by this system" : `${(bytes / 1e6).toFixed(0)} MB`;
      const compared = `peak ${said(peakResidentBytes(processId))}`;
      rows.push({ measure, value: said(residentBytes(processId)), compared });
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
    await listAll(server, 100);
    note("all keys listed, 100 a page");
    await listAll(server, 1000);
    note("all keys listed, 1000 a page");
    return {
      title: "Server memory",
      method: `Resident memory (VmRSS) and its peak so far (VmHWM) of one server process with ${keyCount} keys, SQLite on disk, 16 connections.`,
      rows,
    };
  });
}

async function listAll(server: KeyServerProgram, limit: number): Promise<void> {
  const inventory = makeInventoryClient({ baseUrl: server.url, token: server.token });
  for (let cursor: string | null = null; ;) {
    const page: Awaited<ReturnType<typeof inventory.list>> = await inventory.list({
      limit,
      ...(cursor !== null && { cursor }),
    });
    cursor = page.nextCursor;
    if (cursor === null) return;
  }
}
