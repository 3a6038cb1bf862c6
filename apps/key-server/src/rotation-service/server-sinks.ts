import { dirname, resolve } from "node:path";
import { describeSchemaProblems } from "@keywarden/command-line";
import { openSink, SinkError, type Sink, type SinkContext } from "@keywarden/rotation";
import * as z from "zod";
import { KeyServerError } from "../key-server-error.ts";
import { readJsonFile } from "../settings/read-json-file.ts";

const wordSchema = z.string().min(1).max(200);

const sinkSchema = z.strictObject({
  /** What people read and choose. */
  name: z
    .string()
    .min(1)
    .max(60)
    .regex(/^[^\p{Cc}\p{Cf},]*$/u, "must not contain commas or control characters"),
  /** As `keywarden rotate --to` takes it; `{name}`, `{provider}` and `{environment}` stand for the key's own. */
  target: wordSchema,
  /** The only keys that it takes; all where absent. */
  providers: z.array(wordSchema).min(1).optional(),
  environments: z.array(wordSchema).min(1).optional(),
  names: z.array(wordSchema).min(1).optional(),
});

/** A sink of the server's own: who runs the server says where keys may go, and pages only name which of them. */
export type ServerSink = z.infer<typeof sinkSchema>;

export interface ServerSinks {
  readonly sinks: readonly ServerSink[];
  /** From where relative paths and commands are meant. */
  readonly directory: string;
}

/**
 * Reads where the server may put new keys: a JSON list of named sinks.
 *
 * @throws {@link KeyServerError} SERVER_BAD_SINKS, naming the file and what is wrong with it
 */
export async function readServerSinks(path: string | null, context: Omit<SinkContext, "directory">) {
  if (path === null) return { sinks: [], directory: "" } satisfies ServerSinks;
  const parsed = z.array(sinkSchema).safeParse(await readJsonFile(path, bad));
  if (!parsed.success) throw bad(`${path}: ${describeSchemaProblems(parsed.error)}`);
  const sinks = parsed.data;
  const doubled = sinks.find(({ name }, index) => sinks.findIndex((one) => one.name === name) !== index);
  if (doubled !== undefined) throw bad(`${path}: two sinks are named ${JSON.stringify(doubled.name)}`);
  const directory = dirname(resolve(path));
  for (const { name, target } of sinks) {
    try {
      openSink(fill(target, example), { ...context, directory });
    } catch (error) {
      if (!(error instanceof SinkError)) throw error;
      throw bad(`${path}: sink ${JSON.stringify(name)}: ${error.message}`, error);
    }
  }
  return { sinks, directory } satisfies ServerSinks;
}

/** What of a key decides where it may go. */
export interface SinkKey {
  readonly name: string;
  readonly provider: string;
  readonly environment: string;
}

/** A sink that is offered for a key, with its target for that key. */
export interface OfferedSink {
  readonly name: string;
  readonly target: string;
}

/** The sinks that may take a key. One whose target needs the key's name is not offered for a name that it cannot be written with. */
export function sinksFor({ sinks }: Pick<ServerSinks, "sinks">, key: SinkKey): readonly OfferedSink[] {
  return sinks.flatMap(({ name, target, providers, environments, names }) => {
    const takes =
      (providers?.includes(key.provider) ?? true) &&
      (environments?.includes(key.environment) ?? true) &&
      (names?.includes(key.name) ?? true);
    // Whoever names a key chooses neither a path nor a command.
    const isPlain = !target.includes("{name}") || plainName.test(key.name);
    return takes && isPlain ? [{ name, target: fill(target, key) }] : [];
  });
}

/** Opens one of the server's sinks by its target; one that is no longer offered for the key is not ready. */
export function openServerSink(
  target: string,
  key: SinkKey,
  sinks: ServerSinks,
  context: Omit<SinkContext, "directory">,
): Sink {
  if (sinksFor(sinks, key).some((sink) => sink.target === target))
    return openSink(target, { ...context, directory: sinks.directory });
  const refuse = async (): Promise<never> => {
    throw new SinkError("SINK_NOT_READY", "the server's --sinks offers this sink for the key no longer");
  };
  return { target, check: refuse, deliver: refuse };
}

const plainName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

const example: SinkKey = { name: "example", provider: "example", environment: "sandbox" };

function fill(target: string, key: SinkKey): string {
  return target.replaceAll(/\{(name|provider|environment)\}/g, (_, field: keyof SinkKey) => key[field]);
}

function bad(message: string, cause?: unknown): KeyServerError {
  return new KeyServerError("SERVER_BAD_SINKS", `--sinks: ${message}`, { cause });
}
