/** A value as JSON has them. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };
export type JsonRecord = { readonly [name: string]: JsonValue };

/** An event that is larger is refused. */
export const largestEventBytes = 32 * 1024 * 1024;

/** What an agent is about to do or has done, whichever agent it is. */
export interface GuardEvent {
  /** The agent's own word, such as `PreToolUse`. */
  readonly name: string;
  /**
   * before: a tool is about to run · after: it has run · failed: it has failed, and the agent gets what it said whatever a
   * hook answers · prompt: text is about to be sent · done: the agent has answered · other: nothing is written, run or
   * sent.
   */
  readonly phase: "before" | "after" | "failed" | "prompt" | "done" | "other";
  /** Empty outside of tools. */
  readonly tool: string;
  /** What the tool gets, or the text that is sent or was answered. */
  readonly input: JsonValue;
  /** What the tool gave; null before it has run. */
  readonly output: JsonValue;
  /** Where the agent works; null when it does not say. */
  readonly directory: string | null;
}

/** What is decided about an event. */
export type GuardVerdict =
  | { readonly kind: "pass" }
  /** The reason goes to the agent, and holds no whole key. */
  | { readonly kind: "refuse"; readonly reason: string }
  /** The tool has run, and what it gave holds a key. */
  | {
      readonly kind: "redact";
      /** Says that it is masked; for an answer that puts `output` in its place. */
      readonly reason: string;
      /** Says that it is not; for an event whose output no answer replaces. */
      readonly shownReason: string;
      readonly output: JsonValue;
    }
  /** A key has been shown where nothing can be taken back. */
  | { readonly kind: "tell"; readonly reason: string };

/** What a hook's process answers. */
export interface GuardAnswer {
  readonly status: 0 | 2;
  /** JSON for the agent; absent where it expects none. */
  readonly json?: JsonValue;
  /** For standard error. */
  readonly text?: string;
}

/** Where an agent keeps its hooks, and how they are written there. */
export interface GuardSettings {
  /** From the project's top. */
  readonly file: string;
  /** The person's own. */
  readonly userFile: {
    /** Names the environment variable that moves the folder; null where none is known. */
    readonly folderVariable: string | null;
    /** From the home folder. */
    readonly folder: string;
    readonly name: string;
  };
  /** Adds our hooks to settings without them. */
  readonly add: (settings: JsonRecord, command: (event: string) => string) => JsonRecord;
}

/** The form in which a program tells of events and takes answers. */
export interface GuardForm {
  readonly name: string;
  /** The document that this is written by. */
  readonly document: string;
  /**
   * Reads an event. `asked` is its name where the settings give it, because not every agent says it.
   *
   * @throws UnknownEvent for an event or a shape that the document does not describe
   */
  readonly read: (event: JsonRecord, asked: string | null) => GuardEvent;
  readonly answer: (event: GuardEvent, verdict: GuardVerdict) => GuardAnswer;
}

/** One agent: its form, and where it is set up. */
export interface GuardDialect extends GuardForm {
  readonly id: string;
  readonly settings: GuardSettings;
  /** What a person does before the agent runs a hook of a project, which nobody else can see; null where nothing is known. */
  readonly review: string | null;
}

/** An event, and the form of the program that sent it. */
export interface GuardCheck {
  readonly dialect: GuardForm;
  readonly event: GuardEvent;
}

/** Names an event or a shape that nothing is known of. */
export class UnknownEvent extends Error {
  override readonly name = "UnknownEvent";
}
