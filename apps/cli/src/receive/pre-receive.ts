import { openRepository, parseReceived } from "@keywarden/git";
import { noKeysFound } from "@keywarden/scan/report-parts";
import type { ExitStatus, Terminal } from "../terminal.ts";
import { readAcceptance, recordAcceptance } from "./acceptance.ts";
import type { Acceptance } from "./acceptance.ts";
import { renderRefusal } from "./render-refusal.ts";
import { scanReceived } from "./scan-received.ts";

export interface ReceiveSettings {
  /** Whether a push may bring an exception with it; the administrator says so where the hook is installed. */
  readonly acceptsOptions: boolean;
  readonly timeoutSeconds: number;
}

/**
 * `keywarden hook pre-receive`: decides about a push before git takes it; git names the refs on standard input.
 *
 * Whatever is not a clean answer refuses the push: a failure, a crash, an object that cannot be read, no time left.
 */
export async function preReceive(settings: ReceiveSettings, given: Terminal): Promise<ExitStatus> {
  const { timeoutSeconds } = settings;
  const terminal = { ...given, warn: (text: string) => given.warn(forForge(text, given.env)) };
  const timer = setTimeout(() => {
    terminal.warn(`keywarden: push refused: not decided within ${timeoutSeconds} s\n`);
    // The processes that are at work would keep this one alive.
    terminal.leave(2);
  }, timeoutSeconds * 1000);
  try {
    return await decide(settings, terminal);
  } catch (error) {
    terminal.warn("keywarden: push refused, because it could not be checked:\n");
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function decide({ acceptsOptions }: ReceiveSettings, terminal: Terminal): Promise<ExitStatus> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of terminal.stdin) chunks.push(chunk);
  const refs = parseReceived(Buffer.concat(chunks).toString("latin1"));
  const sent = refs.filter(({ newId }) => newId !== null);
  if (sent.length === 0) return 0;
  const nowMs = terminal.now();
  const asked = readAcceptance(terminal.env, nowMs, acceptsOptions);
  const repository = await openRepository(terminal.directory, terminal.env);
  const { report, received, providers } = await scanReceived(repository, sent, terminal);
  const { findings, summary } = report;
  const isReadable = summary.complete;
  const blocking = findings.filter(({ finding }) => finding.action === "block");
  if (isReadable && blocking.length === 0) {
    terminal.warn(`keywarden: ${noKeysFound(summary)}: ${received}\n`);
    return 0;
  }
  const found = blocking.map(({ finding }) => finding);
  const audit: Acceptance = { repository, refs: sent, asked, env: terminal.env, nowMs, providers };
  const refused = acceptsOptions ? recordAcceptance(found, audit) : found;
  if (isReadable && refused.length === 0) {
    const count = `${found.length} ${found.length === 1 ? "key" : "keys"}`;
    terminal.warn(`keywarden: ${count} accepted by an exception, which is on record: ${received}\n`);
    return 0;
  }
  terminal.warn(renderRefusal({ findings: refused, summary, providers, received, acceptsOptions }));
  return isReadable ? 1 : 2;
}

/** GitLab shows people who change a repository in the browser only the lines that are marked for them. */
function forForge(text: string, env: Terminal["env"]): string {
  return env["GL_PROTOCOL"] === "web" ? text.replaceAll(/^(?=.)/gm, "GL-HOOK-ERR: ") : text;
}
