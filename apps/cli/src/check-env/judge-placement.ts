import type { Environment } from "@keywarden/key-format";
import { createCommand, findingOf, lookUpCommand, type EnvEdit, type EnvFinding } from "./env-finding.ts";
import type { KeyInVariable } from "./found-key.ts";

/** Judges each key by what its location is for. */
export function judgeLocations(key: KeyInVariable): readonly EnvFinding[] {
  if (key.problem !== null) {
    const next = createCommand(key, key.environment);
    return [findingOf("malformed-key", key, `it is not a whole key: ${key.problem}`, next)];
  }
  const { at, kind, environment, candidates } = key;
  // Publishable keys open nothing, and browsers of developers have them anyway.
  if (at.deployment === null || kind === "publishable") return [];
  const location = `${at.deployment} (${at.because})`;
  if (environment === null) return [];
  if (environment !== "production" && at.deployment === "production") {
    const next = createCommand(key, "production");
    return [findingOf("test-key-in-production", key, `a ${environment} key in ${location}`, next)];
  }
  const likely = key.provider === null ? candidates : [key.provider];
  const instead = likely.flatMap(({ formats }) =>
    formats.filter((format) => format.environment !== "production").map((format) => format.environment),
  );
  // A provider without test keys leaves no choice.
  if (environment !== "production" || at.deployment === "production" || instead.length === 0) return [];
  const next = createCommand(key, instead[0] ?? ("sandbox" satisfies Environment));
  return [findingOf("live-key-in-development", key, `a live key in ${location}`, next)];
}

const publicPrefixes = [
  "NEXT_PUBLIC_",
  "NUXT_PUBLIC_",
  "EXPO_PUBLIC_",
  "REACT_APP_",
  "VUE_APP_",
  "NG_APP_",
  "GATSBY_",
  "STORYBOOK_",
  "VITE_",
  "PUBLIC_",
];

/** Judges each key by the name of its variable. */
export function judgeName(key: KeyInVariable): readonly EnvFinding[] {
  const { at, kind } = key;
  const name = at.name.toUpperCase();
  const prefix = publicPrefixes.find((candidate) => name.startsWith(candidate));
  const says = /(^|_)(PUBLISHABLE|PUBLIC)(_|$)/.test(name);
  if (kind !== "publishable" && (prefix !== undefined || says)) {
    const why =
      prefix === undefined ? "its name marks it as public" : `${prefix} is copied into code for browsers`;
    const message = `a ${kind} key in ${at.name}: ${why}. Rename it, and revoke the key if it was ever built`;
    return [findingOf("secret-in-public-variable", key, message, renaming(key, prefix))];
  }
  if (kind === "publishable" && /(^|_)(SECRET|PRIVATE|SERVER)(_|$)/.test(name) && prefix === undefined) {
    const message = `a publishable key in ${at.name}, whose name asks for a secret key`;
    const next = createCommand({ ...key, kind: "secret" }, key.environment);
    return [findingOf("publishable-for-secret", key, message, next)];
  }
  return [];
}

/** The edit that gives the variable a name which no bundler publishes; null where that name is taken or is none. */
function renaming(key: KeyInVariable, prefix: string | undefined): EnvEdit | null {
  const { source, name, line } = key.at;
  const to = name
    .slice(prefix?.length ?? 0)
    .replaceAll(/(?<=^|_)(?:PUBLISHABLE|PUBLIC)_|_(?:PUBLISHABLE|PUBLIC)$/gi, "");
  const isFree = !source.assignments.some((other) => other.name === to);
  if (source.kind !== "dotenv" || line === null || !/^[A-Za-z_]\w*$/.test(to) || !isFree) return null;
  const after = [
    `Code for browsers that reads ${name} finds nothing there now: a server has to make its calls.`,
    `If it was ever built, the key is public: revoke it. Whose it is says:\n  ${lookUpCommand(key)}`,
  ].join(" ");
  return { line, from: name, to, after };
}
