import { existsSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { makeFolder } from "@keywarden/files";
import { findRepository } from "@keywarden/git";
import { CliError } from "../cli-error.ts";
import { homeFolder } from "../scan/home-folder.ts";
import { locatePackage } from "../hook/locate-package.ts";
import { askDone, doneStatus, locateScript, quotePath, quotePattern } from "../hook/hook-command.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";
import { writeWhole } from "../write-whole.ts";
import type { GuardDialect, JsonValue, JsonRecord } from "./guard-event.ts";
import { proveGuard } from "./prove-guard.ts";
import type { GuardProof } from "./prove-guard.ts";
import { isObject } from "./read-fields.ts";

/** Every command that we write holds it, and no other does. */
const mark = /(?:hook\.sh guard check|\bguard check) --agent /;

/** `keywarden guard install | uninstall | status` */
export async function setUpGuard(
  dialect: GuardDialect,
  action: "install" | "uninstall" | "status",
  { isUser }: { readonly isUser: boolean },
  terminal: Terminal,
): Promise<ExitStatus> {
  const top = (await findRepository(terminal.directory, terminal.env))?.directory ?? terminal.directory;
  const file = isUser ? userFileOf(dialect, terminal) : join(top, dialect.settings.file);
  const settings = readSettings(file);
  const bare = settings === null ? {} : withoutOurs(settings);
  if (action === "uninstall") {
    const isLeft = settings !== null && Object.keys(bare).some((name) => name !== "version");
    if (settings === null || JSON.stringify(bare) === JSON.stringify(settings)) {
      terminal.print(`${dialect.name} has no hooks of keywarden in ${file}.\n`);
      return 0;
    }
    if (isLeft) write(file, bare);
    else rmSync(file);
    terminal.print(`${dialect.name} is no longer guarded by ${file}.\n`);
    return 0;
  }
  if (action === "install") {
    const command = makeCommand(dialect, isUser ? null : top, terminal);
    write(file, dialect.settings.add(bare, command));
  }
  const { status, text } = await proveGuard(dialect, commandsIn(readSettings(file)), { file, top }, terminal);
  terminal.print(`${text}\n`);
  if (action === "install") terminal.print(`It takes effect in the next session of ${dialect.name}.\n`);
  return status;
}

function userFileOf({ settings }: GuardDialect, { env }: Pick<Terminal, "env">): string {
  const { folderVariable, folder, name } = settings.userFile;
  const moved = folderVariable === null ? undefined : env[folderVariable];
  return join(moved ?? join(homeFolder(env), folder), name);
}

/** Proves every hook of ours that the settings of this project and of this person hold. */
export async function proveGuards(
  dialects: readonly GuardDialect[],
  top: string,
  terminal: Pick<Terminal, "env">,
): Promise<readonly GuardProof[]> {
  const proofs: GuardProof[] = [];
  for (const dialect of dialects) proofs.push(...(await proofsOf(dialect, top, terminal)));
  return proofs;
}

async function proofsOf(
  dialect: GuardDialect,
  top: string,
  terminal: Pick<Terminal, "env">,
): Promise<readonly GuardProof[]> {
  const proofs: GuardProof[] = [];
  for (const file of new Set([join(top, dialect.settings.file), userFileOf(dialect, terminal)])) {
    try {
      const commands = commandsIn(readSettings(file));
      if (commands.size > 0) proofs.push(await proveGuard(dialect, commands, { file, top }, terminal));
    } catch (error) {
      proofs.push({ status: 2, text: error instanceof Error ? error.message : `${file} cannot be read` });
    }
  }
  return proofs;
}

/**
 * `keywarden guard status` without an agent: lists all of them. 1 where one that leaves a sign of its use is not
 * guarded, or none is.
 */
export async function listGuards(dialects: readonly GuardDialect[], terminal: Terminal): Promise<ExitStatus> {
  const top = (await findRepository(terminal.directory, terminal.env))?.directory ?? terminal.directory;
  let worst: ExitStatus = 0;
  let guarded = 0;
  for (const dialect of dialects) {
    const proofs = await proofsOf(dialect, top, terminal);
    for (const { status, text } of proofs) {
      if (status > worst) worst = status;
      if (status === 0) guarded += 1;
      terminal.print(`${["ok  ", "BAD ", "??  "][status]}${text}\n`);
    }
    if (proofs.length > 0) continue;
    const sign = signOf(dialect, top, terminal);
    const remedy = `keywarden guard install --agent ${dialect.id}`;
    if (sign === null)
      terminal.print(`-   ${dialect.name} is not guarded, and nothing here shows that it is used\n`);
    else {
      if (worst === 0) worst = 1;
      terminal.print(`BAD ${dialect.name} is not guarded, and ${sign} shows that it is used; ${remedy}\n`);
    }
  }
  if (guarded > 0 || worst > 0) return worst;
  terminal.print("No agent is guarded here: keywarden guard install --agent <name>\n");
  return 1;
}

// Others keep files in .github as well.
function signOf(dialect: GuardDialect, top: string, terminal: Pick<Terminal, "env">): string | null {
  const [own = ""] = dialect.settings.file.split("/");
  const { folderVariable, folder } = dialect.settings.userFile;
  const moved = folderVariable === null ? undefined : terminal.env[folderVariable];
  const ofPerson = moved ?? join(homeFolder(terminal.env), folder.split("/")[0] ?? folder);
  const folders = [...(own === ".github" ? [] : [join(top, own)]), ofPerson];
  return folders.find((path) => existsSync(path)) ?? null;
}

function readSettings(file: string): JsonRecord | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw new CliError("CLI_CONFIG", `${file} cannot be read.`, { cause: error });
  }
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new CliError("CLI_CONFIG", `${file} is not plain JSON and is left unchanged; repair it first.`, {
      cause: error,
    });
  }
  if (!isObject(value) || (value["hooks"] !== undefined && !isObject(value["hooks"]))) {
    throw new CliError(
      "CLI_CONFIG",
      `${file} does not have the form of these settings and is left unchanged.`,
    );
  }
  return value;
}

function write(file: string, settings: JsonRecord): void {
  makeFolder(dirname(file));
  writeWhole(file, `${JSON.stringify(settings, null, 2)}\n`);
}

/** Gives the settings without our hooks, and without what only they were in. */
function withoutOurs(settings: JsonRecord): JsonRecord {
  const { hooks, ...rest } = settings;
  if (!isObject(hooks)) return settings;
  const kept = Object.entries(hooks).flatMap(([event, entries]) => {
    if (!Array.isArray(entries)) return [[event, entries] as const];
    const left = (entries as readonly JsonValue[]).flatMap((entry) => withoutOurEntry(entry));
    return left.length === 0 && entries.length > 0 ? [] : [[event, left] as const];
  });
  return kept.length === 0 && Object.keys(hooks).length > 0
    ? rest
    : { ...settings, hooks: Object.fromEntries(kept) };
}

function withoutOurEntry(entry: JsonValue): readonly JsonValue[] {
  if (!isObject(entry)) return [entry];
  if (isOurs(entry)) return [];
  const { hooks } = entry;
  if (!Array.isArray(hooks)) return [entry];
  const left = (hooks as readonly JsonValue[]).filter((hook) => !isOurs(hook));
  if (left.length === hooks.length) return [entry];
  return left.length === 0 ? [] : [{ ...entry, hooks: left }];
}

const textOf = (entry: JsonValue): string => {
  const command = isObject(entry) ? (entry["command"] ?? entry["bash"]) : undefined;
  return typeof command === "string" ? command : "";
};
const isOurs = (entry: JsonValue): boolean => mark.test(textOf(entry));

/** Gives our commands, by the event that they are for. */
function commandsIn(settings: JsonRecord | null): ReadonlyMap<string, string> {
  const hooks = settings?.["hooks"];
  const found = new Map<string, string>();
  for (const [event, entries] of Object.entries(isObject(hooks) ? hooks : {})) {
    for (const entry of Array.isArray(entries) ? (entries as readonly JsonValue[]) : []) {
      const inner = isObject(entry) ? entry["hooks"] : undefined;
      for (const hook of [entry, ...(Array.isArray(inner) ? (inner as readonly JsonValue[]) : [])]) {
        if (isOurs(hook)) found.set(event, textOf(hook));
      }
    }
  }
  return found;
}

/**
 * Makes the command for each event. A project's settings are committed: they call the package's script from the top, or
 * the program by its name where it is not the project's. For a person it names that script by its path, and Node too,
 * because a graphical agent starts hooks without the shell's PATH. A check that cannot start, or of
 * whose script nothing is left, must refuse, and 2 is the status that refuses.
 */
function makeCommand(
  { id }: GuardDialect,
  top: string | null,
  { directory, program, runtime }: Terminal,
): (event: string) => string {
  const real = realpathSync(program);
  const script = top === null ? ofPerson() : ofProject(top);
  const chosen = top === null ? `keywarden_chosen=${quotePath(runtime)} ` : "";
  const start = `${askDone}${script === null ? "keywarden" : `${chosen}sh ${script}`}`;
  const isMissing = "keywarden is not installed here, or damaged. A person has to run: npm ci";
  const isThere = script === null ? "" : `&& [ -f ${script} ] `;
  const end = `{ [ "$s" -ne 0 ] ${isThere}|| echo '${isMissing}' >&2; exit 2; }`;
  function ofPerson(): string | null {
    const own = join(dirname(real), "hook.sh");
    return existsSync(own) ? quotePath(own) : null;
  }
  function ofProject(topLevel: string): string | null {
    const folder = locatePackage({ topLevel, directory, program: real });
    const lasting = folder === null ? real : join(folder, "dist", basename(real));
    const own = locateScript({ topLevel, program: lasting });
    return own === null ? null : `${projectFolder(id)}${quotePattern(own)}`;
  }
  return (event) =>
    `${start} guard check --agent ${id}${id === "copilot" ? ` --event ${event}` : ""}; s=$?; [ "$s" -eq ${doneStatus} ] || ${end}`;
}

// Only these two say where the project is; the others start hooks at its top.
const projectFolder = (id: string): string =>
  id === "claude" ? '"$CLAUDE_PROJECT_DIR"/' : id === "gemini" ? '"$GEMINI_PROJECT_DIR"/' : "";
