import { safeText, type FoundExposure } from "@keywarden/inventory";
import type { AuditEntry, InventoryClient } from "@keywarden/management";
import type { KnownContext, SourceId, Sources } from "../state/source.ts";
import { describeCallFailure } from "./describe-failure.ts";
import type { SendEvent } from "./send-event.ts";

const newest = 200;
const mostRotations = 1000;

/** What was read, and whether the server has more. */
interface Part<Value> {
  readonly value: Value;
  readonly isPart?: boolean;
}

export interface SourceReaders {
  readonly client: Pick<
    InventoryClient,
    "audit" | "listRotations" | "listSecurityEvents" | "listTokens" | "usage"
  >;
  /** Asks the GitHub App; absent where none is configured. */
  readonly readExposures: (() => Promise<readonly FoundExposure[]>) | undefined;
  readonly readContexts: () => Promise<readonly KnownContext[]>;
}

/** Reads one source and tells what it holds, or why it could not be read. */
export async function fetchSource(
  readers: SourceReaders,
  source: SourceId,
  subject: string | null,
  send: SendEvent,
  now: () => number,
): Promise<void> {
  const { client } = readers;
  const readAudit = async (key?: string): Promise<Part<readonly AuditEntry[]>> => {
    const query = { limit: newest, order: "newest-first", ...(key !== undefined && { key }) } as const;
    const { entries, nextBefore } = await client.audit(query);
    return { value: entries, isPart: nextBefore !== null };
  };
  const read: { readonly [Id in SourceId]: () => Promise<Part<Sources[Id]>> } = {
    rotations: async () => {
      const { rotations, total } = await client.listRotations({ limit: mostRotations });
      return { value: rotations, isPart: total > rotations.length };
    },
    exposures: async () => ({ value: (await readers.readExposures?.()) ?? [] }),
    tokens: async () => ({ value: await client.listTokens() }),
    audit: () => readAudit(),
    alerts: async () => {
      const { events, nextCursor } = await client.listSecurityEvents({ limit: newest });
      return { value: events, isPart: nextCursor !== null };
    },
    contexts: async () => ({ value: await readers.readContexts() }),
    history: () => readAudit(subject ?? ""),
    usage: async () => ({ value: await client.usage(subject ?? "") }),
  };
  try {
    const { value, isPart = false } = await read[source]();
    send({ kind: "source-read", source, subject, value, isPart } as Parameters<SendEvent>[0]);
  } catch (error) {
    const { message, advice } = describeCallFailure(error, now());
    send({ kind: "source-failed", source, subject, failure: { message: safeText(message), advice } });
  }
}
