import { countOf } from "@keywarden/key-format";
import { listReceived, rangeOfReceived, readObjectBatches, resolveCommit } from "@keywarden/git";
import type { ReceivedObjects, ReceivedRef, Repository } from "@keywarden/git";
import type { ProviderProfile } from "@keywarden/key-format";
import { defaultConfig, loadCommitSetup, loadSetupIn, usableSetup } from "@keywarden/repository-config";
import type { Setup } from "@keywarden/repository-config";
import { makeObjectScan, makeScanTools, scanScope } from "@keywarden/repository-scan";
import type { ScanTools } from "@keywarden/repository-scan";
import type { ScanReport } from "@keywarden/scan";
import type { Terminal } from "../terminal.ts";

export interface ReceivedScan {
  readonly report: ScanReport;
  readonly providers: readonly ProviderProfile[];
  /** Says how many objects arrived and that they are those that were scanned, or that nothing tells how many arrived. */
  readonly received: string;
}

/**
 * Scans what a push brings: all that its new refs reach and the repository's do not, and every object that arrived
 * without being reached by them, which a server might hand out by its id all the same.
 *
 * What is accepted is what the repository's own HEAD accepted before the push, so that no push accepts its own keys.
 */
export async function scanReceived(
  repository: Repository,
  refs: readonly ReceivedRef[],
  terminal: Terminal,
): Promise<ReceivedScan> {
  const [setup, range] = await Promise.all([
    usableSetup(loadOwnSetup(repository, terminal)),
    rangeOfReceived(repository, refs),
  ]);
  const tools = makeScanTools(setup, setup.config.policy, terminal.now(), (path) => path);
  const label = `what the push adds, for ${refs.length} ${refs.length === 1 ? "ref" : "refs"}`;
  const refNames = refs.map(({ name }) => Buffer.from(name, "latin1"));
  const scope = { range, refNames, report: "introduced", label, remedy: {}, brokenRefs: [] } as const;
  const listed = new Set<string>();
  const onListed = (ids: readonly string[]): void => {
    for (const id of ids) listed.add(id);
  };
  await scanScope(repository, scope, { ...tools, onListed });
  const received = await listReceived(repository, listed);
  if (received !== null) {
    const unreached = [...received.ids].filter((id) => !listed.has(id) && !received.known.has(id));
    await scanUnreached(repository, unreached, tools);
  }
  return {
    report: tools.account.report("push"),
    providers: setup.config.providers,
    received: describeReceived(received, listed.size),
  };
}

function describeReceived(received: ReceivedObjects | null, listed: number): string {
  if (received === null) {
    return `${countOf(listed, "object")} scanned; the server does not say how many were received`;
  }
  const { ids, known } = received;
  const again = known.size === 0 ? "" : `, ${known.size} were here before`;
  return `${countOf(ids.size, "object")} received, ${ids.size - known.size} scanned${again}`;
}

// A file in the repository's own folder is the administrator's; without one, what HEAD says counts.
async function loadOwnSetup(repository: Repository, { learnFormats }: Terminal): Promise<Setup> {
  const own = await loadSetupIn(repository.commonDirectory, learnFormats);
  if (own.config !== defaultConfig) return own;
  const head = await resolveCommit(repository, "HEAD");
  return head === null ? own : loadCommitSetup(repository, head, learnFormats);
}

async function scanUnreached(
  repository: Repository,
  ids: readonly string[],
  { scanner, account, showPath }: ScanTools,
): Promise<void> {
  const scan = makeObjectScan(scanner, (id, part) => account.skipPart(`object ${id}`, part));
  const lose = ({ id, reason }: { readonly id: string; readonly reason: string }): void =>
    account.addUnread({ location: showPath(Buffer.from(`object ${id}`)), kind: "git", reason });
  for await (const parts of readObjectBatches(repository, new Set(ids), { onUnread: lose })) {
    for (const part of parts) {
      const matches = scan.add(part);
      if (matches !== null) account.add(account.triage(matches), `object ${part.id}`, "content");
    }
  }
}
