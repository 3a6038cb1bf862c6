import type { ProviderProfile } from "@keywarden/key-format";
import type { Scanner } from "@keywarden/scan";
import type { ExposureStores, NewJob } from "@keywarden/storage";
import type { Source } from "../jobs/job-payloads.ts";

/** What every input needs to read an event. */
export interface InputContext {
  /** Of the repositories. */
  readonly host: string;
  readonly appId: number;
  readonly scanner: Scanner;
  readonly providers: readonly ProviderProfile[];
  readonly delivery: string;
  readonly receivedAtMs: number;
  readonly source: Source;
}

export type InputReading =
  | {
      readonly outcome: "act";
      /** The work that the event asks for, besides what it records. */
      readonly job: NewJob | null;
      /** Writes what the event tells, in the transaction that accepts it. */
      readonly record: (stores: ExposureStores) => Promise<void>;
      /** For the log. */
      readonly about: Readonly<Record<string, string | number>>;
    }
  /** Signed, and nothing to do. */
  | { readonly outcome: "ignored"; readonly why: string }
  | { readonly outcome: "malformed"; readonly fields: readonly string[] };

/** Reads the payload of one kind of event; the signature has been checked, nothing else. */
export type Input = (payload: unknown, context: InputContext) => InputReading;
