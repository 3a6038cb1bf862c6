import { printable } from "@keywarden/scan";
import type { GuardEvent, GuardVerdict, JsonValue } from "./guard-event.ts";
import { isKeyFile, mayMatchUsualName, type GuardFolder } from "./key-files.ts";
import { oldTexts, takesCheckAway, weakensCheck } from "./check-files.ts";
import { isObject, mapTexts, pathsIn, textsIn, textsOfFields } from "./read-fields.ts";
import { isPatching, patchIn, withoutRemoved } from "./read-patch.ts";
import { readsKeyFile } from "./reading-rules.ts";
import { judgeCommand, madeByShell } from "./shell-rules.ts";

/** What a decision is made with. */
export interface GuardTools {
  /** Gives the redacted form of every key in a text that policy blocks. */
  readonly findKeys: (text: string) => readonly string[];
  readonly redact: (text: string) => string;
}

const pass: GuardVerdict = { kind: "pass" };

/** Decides about an event by what it holds alone. */
export function decideEvent(event: GuardEvent, tools: GuardTools, folder: GuardFolder): GuardVerdict {
  const { phase, input } = event;
  // An agent's servers name their tools, and what is said of one is shown to a person.
  const tool = printable(event.tool);
  const found = keysIn(soughtIn(event), tools);
  if (phase === "after") {
    if (found.length === 0) return pass;
    const what = `keywarden: what ${tool} gave holds ${describe(found)}.`;
    const reason = `${what} It is masked; do not ask for it again. ${revoke}`;
    const shownReason = `${what} No hook can mask it here: do not repeat it. ${revoke}`;
    const output = mapTexts(event.output, withoutColours);
    const masked = mapTexts(output, tools.redact);
    const isMasked = keysIn(textsIn(masked), tools).length === 0;
    return { kind: "redact", reason, shownReason, output: isMasked ? masked : mapValues(output) };
  }
  if (phase === "failed")
    return found.length === 0 ? pass : tell(`what ${tool} gave holds ${describe(found)}. Do not repeat it.`);
  if (phase === "done") return found.length === 0 ? pass : tell(`the answer holds ${describe(found)}.`);
  if (phase === "prompt") return decidePrompt(input, found);
  if (phase !== "before") return pass;
  if (found.length > 0) {
    return refuse(
      `what ${tool} would write, run or send holds ${describe(found)}. Read the key from an environment variable ` +
        "where it is needed, or write a placeholder such as YOUR_KEY_HERE.",
    );
  }
  if (weakensCheck(event.tool, input, folder)) return refuse(takesCheckAway);
  const command = shellCommandOf(event);
  if (command === null && isShell(tool)) {
    return refuse(`what ${tool} would run is not given as text, so nobody can tell what it does.`);
  }
  const reason = command === null ? null : judgeCommand(command, folder);
  if (reason !== null) return refuse(reason);
  const paths = isReading(tool) ? [...pathsIn(input), ...attachedIn(input)] : [];
  const reads = paths.some((path) => isKeyFile(path) || isKeyFile(folder.target(path) ?? ""));
  const finds = isReading(tool) && textsOfFields(input, patternNames).some((text) => mayMatchUsualName(text));
  return reads || finds ? refuse(readsKeyFile) : pass;
}

/** Gives the texts in which an event's keys are looked for. */
export function soughtIn(event: GuardEvent): readonly string[] {
  const { phase, tool, input, output } = event;
  if (phase === "other") return [];
  if (phase === "after" || phase === "failed") return textsIn(output).map(withoutColours);
  if (phase !== "before") return textsIn(input);
  const command = shellCommandOf(event);
  return [...textsIn(withoutOld(tool, input)), ...(command === null ? [] : madeByShell(command))];
}

// A program that marks what it has found may do so inside of a key.
const withoutColours = (text: string): string => text.replaceAll(colours, "");
const colours = new RegExp(String.raw`\u001B\[[\d;:]*[mK]`, "g");

function decidePrompt(input: JsonValue, found: readonly string[]): GuardVerdict {
  if (found.length > 0) {
    return refuse(
      `the prompt holds ${describe(found)}. Take it out and say where it is kept instead. ${revoke}`,
    );
  }
  const attached = [...attachedIn(input), ...textsIn(input).flatMap(mentionedIn)];
  return attached.some(isKeyFile) ? refuse(attachesKeyFile) : pass;
}

// Agents put the content of a file that is named in this way into the prompt, without a tool and its hook.
const mentionedIn = (prompt: string): readonly string[] =>
  [...prompt.matchAll(/(?<![\w.@/-])@(?:"([^"\n]+)"|((?:[^\s\\]|\\.)+))/g)].map(
    ([, quotedPath, path = ""]) =>
      quotedPath ?? path.replaceAll(/\\(.)/g, "$1").replace(/[.,;:!?)\]'"]+$/, ""),
  );

// Of what cannot be masked in its place, nothing is shown.
const mapValues = (value: JsonValue): JsonValue =>
  isObject(value)
    ? Object.fromEntries(Object.keys(value).map((_name, at) => [`field${at}`, "[masked]"]))
    : "[masked]";

const refuse = (reason: string): GuardVerdict => ({ kind: "refuse", reason: `keywarden: ${reason}` });
const tell = (what: string): GuardVerdict => ({ kind: "tell", reason: `keywarden: ${what} ${revoke}` });
const attachesKeyFile =
  "the prompt attaches a file that is made to hold keys. Take it off, or attach an example such as .env.example.";
const revoke = "A key that has been shown here should be revoked at its provider and replaced.";

const keysIn = (texts: readonly string[], { findKeys }: GuardTools): readonly string[] => [
  ...new Set(texts.flatMap((text) => findKeys(text))),
];

function describe(keys: readonly string[]): string {
  const names = keys.slice(0, 3).join(", ");
  return keys.length === 1
    ? `a key (${names})`
    : `${keys.length} keys (${names}${keys.length > 3 ? ", …" : ""})`;
}

// What an edit takes out is no reason to stop it.
function withoutOld(tool: string, input: JsonValue): JsonValue {
  if (isPatching(tool)) return mapTexts(input, withoutRemoved);
  const patch = isObject(input) ? patchIn(input) : null;
  return patch === null ? withoutOldTexts(input) : withoutRemoved(patch);
}

function withoutOldTexts(input: JsonValue): JsonValue {
  if (Array.isArray(input)) return input.map((one: JsonValue) => withoutOldTexts(one));
  if (!isObject(input)) return input;
  return Object.fromEntries(
    Object.entries(input).flatMap(([name, value]) =>
      oldTexts.test(name) ? [] : [[name, withoutOldTexts(value)] as const],
    ),
  );
}

/** Gives the shell command that an event's tool gets; null for any other tool. */
export const shellCommandOf = ({ tool, input }: Pick<GuardEvent, "tool" | "input">): string | null =>
  isPatching(tool) ? null : commandIn(input);

/** Gives the shell command in what a tool gets, with its arguments where it has them apart; or null. */
function commandIn(input: JsonValue): string | null {
  if (!isObject(input)) return null;
  // What is typed into a shell that runs already is a command too.
  const typed = input["chars"] ?? (input["sessionId"] === undefined ? undefined : input["input"]);
  const command = input["command"] ?? input["cmd"] ?? input["script"] ?? typed;
  const args = input["args"] ?? input["arguments"];
  const more = Array.isArray(args) ? ` ${wordsOf(args as readonly JsonValue[])}` : "";
  if (typeof command === "string") return command + more;
  return Array.isArray(command) ? wordsOf(command as readonly JsonValue[]) + more : null;
}

const wordsOf = (words: readonly JsonValue[]): string =>
  words.map((word) => quoted(textsIn(word).join(" "))).join(" ");

// The tools of the agents that run a command, whose shape is known.
const isShell = (tool: string): boolean =>
  /^(?:bash|shell|powershell|run_shell_command|exec_command|local_shell|run_in_terminal)$/i.test(tool);

const quoted = (word: string): string =>
  /^[\w./=:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

const isReading = (tool: string): boolean => /read|view|grep|search|open|cat|fetch|get/i.test(tool);

// Which of the files that are found are read.
const patternNames = /^(?:glob|globs|include|includes|include_?pattern|include_?patterns|file_?pattern)$/i;

// What Cursor sends along.
function attachedIn(input: JsonValue): readonly string[] {
  const attached = isObject(input) ? input["attachments"] : undefined;
  return Array.isArray(attached) ? (attached as readonly JsonValue[]).flatMap((one) => pathsIn(one)) : [];
}
