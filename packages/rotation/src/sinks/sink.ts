import type { Secret } from "@keywarden/key-format";

/** What a sink may know of the process that it works in. */
export interface SinkContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute; relative paths and projects are looked up from here. */
  readonly directory: string;
  readonly fetch: typeof fetch;
}

/** What a sink knows about the key that it receives; nothing in it is secret. */
export interface KeyDelivery {
  readonly rotation: string;
  readonly provider: string;
  readonly keyId: string;
  readonly name: string;
}

/** One sink where a new key is put. Delivering the same key again is harmless. */
export interface Sink {
  /** The target as the user wrote it; goes into the journal and holds no secret. */
  readonly target: string;
  /** Finds out without changing anything whether a delivery is likely to work. @throws {@link SinkError} */
  check(): Promise<void>;
  /** Puts the key there and says in a few words what it did. @throws {@link SinkError} */
  deliver(secret: Secret, delivery: KeyDelivery): Promise<string>;
}

/** A sort of sink, as the registry and the help text know it. */
export interface SinkKind {
  readonly scheme: string;
  /** What follows `<scheme>:` in a target. */
  readonly syntax: string;
  readonly summary: string;
  /** Where its credentials come from. */
  readonly credentials: string;
  readonly example: string;
  /** @throws {@link SinkError} SINK_BAD_TARGET */
  open(rest: string, target: string, context: SinkContext): Sink;
}
