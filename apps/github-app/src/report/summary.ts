import { describeExposureLocation, locationFromPath } from "../jobs/exposure-location.ts";
import { codeSpan } from "./code-span.ts";
import { outcomes } from "./outcomes.ts";
import type { ReportedKey, ReportInput } from "./report-input.ts";

// GitHub takes 65 535 characters and 255 for the title; what is cut is said.
const longestSummary = 60_000;
const locationsShown = 10;
/** More than anybody reads; every commit has a check of its own. */
const earlierShown = 50;

/** Says in plain words what was found, what was done, when, and what to do next. */
export function summarise(input: ReportInput): { readonly title: string; readonly summary: string } {
  if (!input.isFinal)
    return {
      title: "Looking at this commit",
      summary: "Keywarden scans what was pushed and asks the providers.",
    };
  const blocks = [...input.keys.map(keyBlock), ...earlierBlocks(input), ...remarks(input)];
  return { title: titleFor(input).slice(0, 255), summary: joinWithin(blocks, longestSummary) };
}

export type Conclusion = "success" | "neutral" | "failure";

/** Fails when a live key of a configured provider was found; neutral when people should look; success when there is nothing. */
export function conclude(input: ReportInput): Conclusion {
  const { keys, earlier, hidesKeys, hasMoreEarlier, mode } = input;
  const all = [...keys, ...earlier.flatMap((one) => one.keys)];
  if (mode === "armed" && all.some(({ outcome }) => outcomes[outcome.is].fails)) return "failure";
  const isAll = hidesKeys !== true && hasMoreEarlier !== true;
  return all.length === 0 && isAll && isComplete(input) && isWhole(input) ? "success" : "neutral";
}

// Nobody calls a push clean of which a part was not read or not looked up.
const isComplete = ({ scanGivenUp, scanned }: Pick<ReportInput, "scanGivenUp" | "scanned">): boolean =>
  scanGivenUp === undefined &&
  scanned !== null &&
  scanned.goesOn !== true &&
  scanned.notLookedUp === 0 &&
  scanned.unread.length === 0;

// What is kept elsewhere, packed in a form that is not opened, or gone may hold keys as well as anything that was read.
const isWhole = ({ scanned }: Pick<ReportInput, "scanned">): boolean =>
  scanned !== null &&
  !scanned.replacedGone &&
  scanned.lfsPointers + scanned.archives + scanned.tooLarge + scanned.submodules.length === 0;

/** Names a key for people: `Aforo secret key sk_live_…s9t0 (production)`. */
export function titleOfKey({ providerName, kind, redacted, environment }: ReportedKey): string {
  return `${providerName === null ? "" : `${providerName} `}${kind} key ${redacted} (${environment ?? "environment unknown"})`;
}

function titleFor(input: ReportInput): string {
  const { keys, earlier, hidesKeys, hasMoreEarlier, scanGivenUp, scanned } = input;
  if (keys.length === 0 && earlier.length > 0) return "Keys found in earlier commits of this push";
  if (keys.length === 0 && hidesKeys === true) return "Keywarden looked at this commit";
  if (keys.length === 0 && !isComplete({ scanGivenUp, scanned })) return "Scan incomplete";
  if (keys.length === 0 && hasMoreEarlier === true) return "Not all is told of this push";
  if (keys.length === 0)
    return isWhole({ scanned }) ? "No new keys found" : "No new keys found in what was read";
  const count = (names: readonly ReportedKey["outcome"]["is"][]) =>
    keys.filter(({ outcome }) => names.includes(outcome.is)).length;
  const parts = [
    [count(["revoked"]), "revoked"],
    [count(["would-revoke"]), "live, would be revoked (dry-run)"],
    [
      count([
        "held",
        "replacing",
        "own-token",
        "refused",
        "not-revoked-yet",
        "in-grace",
        "in-history",
        "of-unknown-age",
        "of-unknown-environment",
        "rejected",
        "policy-reports",
      ]),
      "live, still working",
    ],
    [count(["not-production"]), "not for production"],
    [count(["inactive"]), "inactive"],
    [count(["of-another", "perhaps-of-another"]), "of a provider that cannot be asked"],
    [count(["not-ours"]), "not ours"],
    [count(["unknown"]), "not checked"],
  ] as const;
  const said = parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  return `${keys.length} ${keys.length === 1 ? "key" : "keys"} found: ${said.join(", ")}`;
}

function keyBlock(key: ReportedKey): string {
  const { said, next } = outcomes[key.outcome.is];
  const timing =
    key.outcome.is === "revoked" ? `, ${duration(key.outcome.afterMs)} after the push arrived` : "";
  const locations = key.occurrences.map(({ path, line }) =>
    codeSpan(describeExposureLocation(locationFromPath(path), line)),
  );
  const shown = locations.slice(0, locationsShown).join(", ");
  const more =
    locations.length > locationsShown ? ` and ${locations.length - locationsShown} more locations` : "";
  const { outcome } = key;
  const page = "docs" in outcome && outcome.docs !== null ? ` Its page about keys: ${outcome.docs}` : "";
  return `### ${titleOfKey(key)}\nThis key ${said}${timing}.\n\nFound in ${shown}${more}.\n\n**Next:** ${next}${page}`;
}

function earlierBlocks({ earlier }: ReportInput): readonly string[] {
  const more = earlier.length - earlierShown;
  const rest = `${more} more earlier commits of this push bring in keys; their own checks say which.`;
  return [...earlier.slice(0, earlierShown).map(earlierBlock), ...(more > 0 ? [rest] : [])];
}

function earlierBlock({ commit, keys }: ReportInput["earlier"][number]): string {
  const count = keys.length === 1 ? "a key" : `${keys.length} keys`;
  return `### Commit ${codeSpan(commit.slice(0, 12))}\nThis earlier commit of the push brings in ${count}; its own check says which.`;
}

function remarks(input: ReportInput): readonly string[] {
  const { keys, earlier, hidesKeys, hasMoreEarlier, scanned, scanGivenUp, mode, isPublic } = input;
  const lines: string[] = [];
  if (scanGivenUp !== undefined) {
    const known =
      scanned === null
        ? "Nothing is known about its content"
        : `${scanned.objects} git objects were read; the rest may hold keys`;
    lines.push(
      `The push could not be scanned${scanned === null ? "" : " as a whole"} (\`${scanGivenUp}\`). ${known}. Re-run this check, or ask the operators of Keywarden.`,
    );
  } else if (scanned === null || scanned.goesOn === true) {
    const soFar = scanned === null ? "" : ` ${scanned.objects} git objects have been read so far.`;
    lines.push(`The scan has not ended yet; this check is brought up to date when it has.${soFar}`);
  } else {
    lines.push(`Scanned ${scanned.objects} new git objects: files, names, commit and tag messages.`);
  }
  const hasNone = keys.length + earlier.length === 0 && hidesKeys !== true && hasMoreEarlier !== true;
  const isEmpty = hasNone && scanGivenUp === undefined && scanned !== null;
  if (isEmpty)
    lines.push(
      `${isComplete(input) && isWhole(input) ? "They bring in" : "What was read and looked up of them brings in"} no secret or restricted key that was not there before.`,
    );
  else if (isPublic) {
    lines.push(
      "Because this repository is public, this check says nothing of keys that Keywarden did not revoke; only its operators can list them. If you pushed a key, revoke it.",
    );
  }
  if (hasMoreEarlier === true)
    lines.push("This push has more commits with such texts than are looked through for this check.");
  lines.push(...gaps(scanned));
  if (mode === "dry-run" && !isPublic) lines.push("Keywarden runs in dry-run: it revokes nothing.");
  return [lines.join("\n")];
}

function gaps(scanned: ReportInput["scanned"]): readonly string[] {
  if (scanned === null) return [];
  const lines: string[] = [];
  if (scanned.unread.length > 0)
    lines.push(`These could not be scanned, and may hold keys: ${scanned.unread.map(codeSpan).join(", ")}.`);
  if (scanned.tooLarge > 0) {
    const more = scanned.tooLarge - scanned.notScanned.length;
    const rest = more > 0 ? `, and ${more} more` : "";
    lines.push(`Not scanned, and may hold keys: ${scanned.notScanned.map(codeSpan).join(", ")}${rest}.`);
  }
  if (scanned.notLookedUp > 0) {
    lines.push(
      `${scanned.notLookedUp} more texts look like keys and were not looked up, because one push may look up 2000 at most.`,
    );
  }
  if (scanned.replacedGone)
    lines.push("The commits that this push replaced were gone and could not be scanned.");
  if (scanned.lfsPointers > 0)
    lines.push(`${scanned.lfsPointers} files are kept in Git LFS and were not scanned.`);
  if (scanned.submodules.length > 0) {
    const named = scanned.submodules.map(codeSpan).join(", ");
    lines.push(`The commits of submodules are another repository's and were not scanned: ${named}.`);
  }
  if (scanned.hasUnusableConfig)
    lines.push(
      "A `keywarden.json` could not be used, so nobody knows what it asks of Keywarden; `keywarden scan` says why.",
    );
  if (scanned.archives > 0) lines.push(`${scanned.archives} archives were not opened, or not completely.`);
  if (scanned.leftOut.length > 0) {
    const isAll = scanned.lfsPointers + scanned.archives <= scanned.leftOut.length;
    const named = scanned.leftOut.map(codeSpan).join(", ");
    lines.push(`They may hold keys${isAll ? "" : "; the first of them"}: ${named}.`);
  }
  return lines;
}

function joinWithin(blocks: readonly string[], longest: number): string {
  let text = "";
  for (const [index, block] of blocks.entries()) {
    const next = `${text === "" ? "" : "\n\n"}${block}`;
    if (text.length + next.length > longest)
      return `${text}\n\n… and ${blocks.length - index} more sections that do not fit here.`;
    text += next;
  }
  return text;
}

function duration(ms: number): string {
  return ms < 10_000 ? `${ms} ms` : `${Math.round(ms / 1_000)} s`;
}
