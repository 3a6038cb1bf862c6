import { createCommand, findingOf, type EnvFinding } from "./env-finding.ts";
import type { KeyInVariable } from "./found-key.ts";

/** Judges whether one key stands where two should: for several services, or for several environments. */
export function judgeSharing(keys: readonly KeyInVariable[]): readonly EnvFinding[] {
  const secret = keys.filter(({ kind, problem }) => kind !== "publishable" && problem === null);
  return [...Map.groupBy(secret, ({ fingerprint }) => fingerprint).values()].flatMap((locations) => {
    const [first] = locations;
    if (first === undefined || locations.length < 2) return [];
    // What the process has usually comes from one of the files.
    const inFiles = locations.filter(({ at }) => at.source.file !== null);
    const deployments = distinct(inFiles.flatMap(({ at }) => at.deployment ?? []));
    const services = distinct(inFiles.flatMap(({ at }) => at.service ?? []));
    const last = inFiles.at(-1) ?? first;
    const list = [...new Set(inFiles.map(locationOf))].join(", ");
    return [
      ...(deployments.length > 1
        ? [
            findingOf(
              "several-environments",
              last,
              `one key for ${deployments.join(" and ")}: ${list}`,
              createCommand(last, last.environment),
            ),
          ]
        : []),
      ...(services.length > 1
        ? [
            findingOf(
              "several-services",
              last,
              `one key for ${services.length} services (${services.join(", ")}): ${list}`,
              createCommand(last, last.environment),
            ),
          ]
        : []),
    ];
  });
}

const locationOf = ({ at: { source, line, name } }: KeyInVariable): string =>
  source.file === null ? `${name} of the process` : `${source.file}${line === null ? "" : `:${line}`}`;

const distinct = <Word extends string>(words: readonly Word[]): readonly Word[] =>
  [...new Set(words)].toSorted();
