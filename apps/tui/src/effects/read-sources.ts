import { safeText, type FoundExposure } from "@keywarden/inventory";
import type { InventoryClient } from "@keywarden/management";
import type { KnownContext, SourceId, Sources } from "../state/source.ts";
import { describeCallFailure } from "./describe-failure.ts";
import type { SendEvent } from "./send-event.ts";

const newest = 200;

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
  const read: { readonly [Id in SourceId]: () => Promise<Sources[Id]> } = {
    rotations: async () => (await client.listRotations({ limit: 1000 })).rotations,
    exposures: async () => (await readers.readExposures?.()) ?? [],
    tokens: () => client.listTokens(),
    audit: async () => (await client.audit({ limit: newest, order: "newest-first" })).entries,
    alerts: async () => (await client.listSecurityEvents({ limit: newest })).events,
    contexts: () => readers.readContexts(),
    history: async () =>
      (await client.audit({ limit: newest, order: "newest-first", key: subject ?? "" })).entries,
    usage: () => client.usage(subject ?? ""),
  };
  try {
    const value = await read[source]();
    send({ kind: "source-read", source, subject, value } as Parameters<SendEvent>[0]);
  } catch (error) {
    const { message, advice } = describeCallFailure(error, now());
    send({ kind: "source-failed", source, subject, failure: { message: safeText(message), advice } });
  }
}
