import { providersOf } from "@keywarden/key-format";
import { loadConfig } from "@keywarden/repository-config";
import { printable } from "@keywarden/scan";
import { CliError } from "../cli-error.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";
import { shellCommandOf, decideEvent } from "./decide.ts";
import { senderOf } from "./dialects/sender-of.ts";
import type {
  GuardAnswer,
  GuardDialect,
  GuardEvent,
  GuardForm,
  GuardVerdict,
  JsonValue,
} from "./guard-event.ts";
import { largestEventBytes, UnknownEvent } from "./guard-event.ts";
import { guardFolder } from "./guard-folder.ts";
import { makeGuardTools } from "./guard-tools.ts";
import { mayHaveOwnKeys } from "./may-have-own-keys.ts";
import { parseEvent } from "./parse-event.ts";
import { isObject } from "./read-fields.ts";
import { isPush } from "./shell-rules.ts";

/**
 * `keywarden guard --agent <name>`: reads one event of a coding agent's hook on standard input and answers in that
 * agent's form. Whatever cannot be read or decided is refused.
 */
export async function guard(
  dialect: GuardDialect,
  asked: string | null,
  terminal: Terminal,
): Promise<ExitStatus> {
  const answer = await answerEvent(dialect, asked, terminal);
  if (answer.json !== undefined) terminal.print(`${JSON.stringify(answer.json)}\n`);
  if (answer.text !== undefined) terminal.warn(`${answer.text}\n`);
  return answer.status;
}

async function answerEvent(
  dialect: GuardDialect,
  asked: string | null,
  terminal: Terminal,
): Promise<GuardAnswer> {
  let sender: GuardForm = dialect;
  try {
    const read = await readEvent(terminal);
    sender = senderOf(dialect, read);
    const event = sender.read(read, asked);
    return sender.answer(event, await decideWhole(event, terminal));
  } catch (error) {
    // Texts are looked for at any depth that the stack allows.
    const isDeep = error instanceof RangeError;
    if (!isDeep && !(error instanceof UnknownEvent)) throw error;
    const why = isDeep ? "it is nested too deeply" : error.message.replace(/\.$/, "");
    const text = `keywarden: refused, because this event of ${sender.name} is unknown: ${printable(why)}.`;
    return { status: 2, text: `${text} See ${sender.document}` };
  }
}

async function readEvent({ stdin }: Terminal): Promise<{ readonly [name: string]: JsonValue }> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of stdin) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > largestEventBytes) throw new UnknownEvent("it is larger than 32 MiB");
    chunks.push(chunk);
  }
  let value: JsonValue;
  try {
    value = parseEvent(Buffer.concat(chunks).toString("utf8"));
  } catch (error) {
    if (error instanceof UnknownEvent || error instanceof RangeError) throw error;
    throw new UnknownEvent("it is not JSON");
  }
  if (!isObject(value)) throw new UnknownEvent("it is not a JSON object");
  return value;
}

async function decideWhole(event: GuardEvent, terminal: Terminal): Promise<GuardVerdict> {
  if (event.phase === "other") return { kind: "pass" };
  const directory = event.directory ?? terminal.directory;
  let providers = providersOf([]).providers;
  try {
    // Without such a file git need not be asked where the project's top is.
    if (mayHaveOwnKeys(directory, terminal.env)) {
      ({ providers } = await loadConfig({ ...terminal, directory }));
    }
  } catch (error) {
    // Without it the project's own keys are not known; what repairs it must be possible all the same.
    const why = error instanceof Error ? error.message : "keywarden.json cannot be read";
    if (!/keywarden\.json/.test(JSON.stringify(event.input))) {
      return { kind: "refuse", reason: `keywarden: refused, because the check could not be made: ${why}` };
    }
  }
  const verdict = decideEvent(event, makeGuardTools(providers), guardFolder(directory));
  const command = event.phase === "before" ? shellCommandOf(event) : null;
  if (verdict.kind !== "pass" || command === null || !isPush(command)) return verdict;
  const { judgePush } = await import("./judge-push.ts");
  return judgePush(directory, terminal);
}

/** Finds the agent by its name. @throws CliError CLI_USAGE */
export async function findDialect(id: string | undefined): Promise<GuardDialect> {
  const { agentDialects } = await import("./dialects/dialects.ts");
  const found = agentDialects.find((dialect) => dialect.id === id);
  if (found !== undefined) return found;
  const names = agentDialects.map((dialect) => dialect.id).join(", ");
  throw new CliError("CLI_USAGE", `Which agent? Give --agent with one of ${names}.`);
}
