/** A value as JSON has them. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = { readonly [name: string]: Json };

/** An event that is larger is refused. */
export const largestEventBytes = 32 * 1024 * 1024;

/** What an agent is about to do or has done, whichever agent it is. */
export interface GuardEvent {
  /** The agent's own word, such as `PreToolUse`. */
  readonly name: string;
  /**
   * before: a tool is about to run · after: it has run · prompt: text is about to be sent · done: the agent has answered ·
   * other: nothing is written, run or sent.
   */
  readonly phase: "before" | "after" | "prompt" | "done" | "other";
  /** Empty outside of tools. */
  readonly tool: string;
  /** What the tool gets, or the text that is sent or was answered. */
  readonly input: Json;
  /** What the tool gave; null before it has run. */
  readonly output: Json;
  /** Where the agent works; null when it does not say. */
  readonly directory: string | null;
}

/** What is decided about an event. */
export type GuardVerdict =
  | { readonly kind: "pass" }
  /** The reason goes to the agent, and holds no whole key. */
  | { readonly kind: "refuse"; readonly reason: string }
  /** The tool has run, and what it gave holds a key. */
  | { readonly kind: "redact"; readonly reason: string; readonly output: Json };

/** What a hook's process answers. */
export interface GuardAnswer {
  readonly status: 0 | 2;
  /** JSON for the agent; absent where it expects none. */
  readonly json?: Json;
  /** For standard error. */
  readonly text?: string;
}

/** One hook to be written into an agent's settings. */
export interface GuardSettings {
  /** From the project's top, or from the home folder for the person's own. */
  readonly file: string;
  /** Adds our hooks to settings without them. */
  readonly add: (settings: JsonObject, command: (event: string) => string) => JsonObject;
}

/** One agent: how it tells of events, how it takes answers, and where it is set up. */
export interface GuardDialect {
  readonly id: string;
  readonly name: string;
  /** The document that this is written by. */
  readonly document: string;
  readonly settings: GuardSettings;
  /** What a person does before the agent runs a hook of a project, which nobody else can see; null where nothing is known. */
  readonly review: string | null;
  /**
   * Reads an event. `asked` is its name where the settings give it, because not every agent says it.
   *
   * @throws UnknownEvent for an event or a shape that the document does not describe
   */
  readonly read: (event: JsonObject, asked: string | null) => GuardEvent;
  readonly answer: (event: GuardEvent, verdict: GuardVerdict) => GuardAnswer;
}

/** An event, and the agent that sent it. */
export interface GuardCheck {
  readonly dialect: GuardDialect;
  readonly event: GuardEvent;
}

/** Names an event or a shape that nothing is known of. */
export class UnknownEvent extends Error {
  override readonly name = "UnknownEvent";
}
