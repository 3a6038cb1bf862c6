import { countOf } from "@keywarden/key-format";
import { safeText } from "@keywarden/inventory";
import { putOffCommand } from "@keywarden/hygiene";
import { dialectOf, type ManagedKey, type UsageReport } from "@keywarden/management";
import { commandOf } from "../../plans/carry-out.ts";
import type { ExitStatus } from "../../terminal.ts";
import { bindingFlags } from "./provider-flags.ts";
import type { KeyWork } from "../key-work.ts";

const dayMs = 86_400_000;
/** A key is narrowed to what it did only after it was watched for so long: jobs that run once a month are part of it. */
const leastWatchedDays = 31;
const mostWatchedDays = 365;
const mostEndpoints = 20;

/** `keywarden keys restrict <key id>`: proposes what the key was used for, or says why that is not known. */
export async function restrictKeyAtServer(
  { connect, providers, terminal }: KeyWork,
  id: string,
): Promise<ExitStatus> {
  const { client, now } = await connect();
  const key = await client.show(id);
  const nowMs = now();
  const fromMs = Math.max(Date.parse(key.createdAt), nowMs - mostWatchedDays * dayMs);
  // A bucket more than it lives: a key that was made this moment has no time between.
  const from = new Date(fromMs - dayMs).toISOString();
  const report = await client.usage(id, { from, bucket: "day" });
  const profile = providers.find((one) => one.id === key.provider);
  const flags = profile === undefined ? [] : bindingFlags(dialectOf(profile.dialect));
  const observed = flags.includes("--endpoint")
    ? readEndpoints(key, report, nowMs)
    : { unknown: `a key of ${profile?.name ?? key.provider} is not bound to what it calls` };
  const line = `${key.id}  ${key.provider}  ${key.prefix}…${key.lastFour}  ${safeText(key.name)}`;
  if ("unknown" in observed) {
    const owner = key.owner === null ? "whoever uses it" : safeText(key.owner);
    const takes = flags.length === 0 ? "--permission" : flags.filter((flag) => !isOfWhose(flag)).join(", ");
    terminal.print(
      `${line}\nNothing is proposed: ${observed.unknown}.\n` +
        `Ask ${owner}, then restrict it with keys edit (${takes}). Until then, accept the finding for a time:\n` +
        `  ${putOffCommand("unrestricted", key.id)}\n`,
    );
    return 0;
  }
  const { features, endpoints } = observed;
  const words = endpoints.flatMap((rule) => ["--endpoint", rule]);
  const argv = terminal.argv.map((word, at) =>
    word === "restrict" && at === terminal.argv.indexOf("restrict") ? "edit" : word,
  );
  terminal.print(
    `${line}\nSince ${report.countedSince > from ? report.countedSince : from} it was let in ${countOf(
      features.reduce((sum, { allowed }) => sum + allowed, 0),
      "time",
    )}, for:\n${features.map(({ name, allowed }) => `${String(allowed).padStart(11)}  ${safeText(name)}\n`).join("")}` +
      `Anything else is refused from the next request on, once you run:\n  ${commandOf(argv, ...words)}\n`,
  );
  return 0;
}

interface Feature {
  readonly name: string;
  readonly allowed: number;
}

type Observed =
  | { readonly endpoints: readonly string[]; readonly features: readonly Feature[] }
  | { readonly unknown: string };

/** Reads endpoints from counts; whatever was not told apart makes them unknown, because it would be refused. */
function readEndpoints(key: ManagedKey, report: UsageReport, nowMs: number): Observed {
  const watchedSinceMs = Math.max(Date.parse(report.countedSince), Date.parse(key.createdAt));
  const watchedDays = Math.floor((nowMs - watchedSinceMs) / dayMs);
  if (watchedDays < leastWatchedDays)
    return {
      unknown: `its use was counted for ${countOf(Math.max(0, watchedDays), "day")}, and ${leastWatchedDays} are needed`,
    };
  const features = report.features
    .map(({ name, requests, denied }) => ({ name, allowed: requests - denied }))
    .filter(({ allowed }) => allowed > 0);
  if (features.length === 0) return { unknown: "it was not used in that time; revoke it if nobody needs it" };
  const endpoints = features.map(({ name }) => name.replaceAll("{id}", "*"));
  if (endpoints.some((rule) => !/^[A-Z]+ \//.test(rule)))
    return { unknown: "some of its calls were counted without what they were for" };
  if (endpoints.length > mostEndpoints)
    return { unknown: `it was used for ${endpoints.length} things, more than a list that people can check` };
  return { endpoints, features };
}

/** What says whose a key is narrows nothing. */
const isOfWhose = (flag: string): boolean => ["--tenant", "--application", "--product"].includes(flag);
