import { countOf, isManaged, quoteForShell } from "@keywarden/key-format";
import type { ProviderProfile } from "@keywarden/key-format";
import type { Finding } from "../policy/finding.ts";
import { printable } from "../printable.ts";
import { anyProvider } from "./describe.ts";
import type { ScanSummary } from "./summary.ts";
import { wrap } from "./wrap.ts";

/** Says what can be done about a key in three sentences: take it out, revoke it, or make it a placeholder. */
export function listRemedies(
  providers: readonly ProviderProfile[],
  prefix: string,
): readonly [takeOut: string, revoke: string, placeholder: string] {
  return [takeOut(providers), ifItLeft(revoke(providers)), placeholder(prefix)];
}

/** Renders the three things that a person can do about the findings. */
export function renderRemedies(
  findings: readonly Finding[],
  mode: ScanSummary["mode"],
  providers: readonly ProviderProfile[],
  width: number,
): readonly string[] {
  const paths = [...new Set(findings.map(({ path }) => path))];
  const [first] = findings;
  const owners = ownersOf(findings, providers);
  const [out, away, notReal] = listRemedies(owners, first === undefined ? "" : prefixOf(first));
  if (mode === "history") {
    // What stands in a history is in every clone of it, and stays there when the file is mended.
    return [
      ...wrap(`It is in the history: ${revoke(owners)}`, width, "  1  "),
      ...wrap(`${out} What old commits hold stays in every clone.`, width, "  2  "),
      ...wrap(notReal, width, "  3  "),
    ];
  }
  if (mode === "agents") {
    return [
      ...wrap(`What stands in a transcript has left this machine: ${revoke(owners)}`, width, "  1  "),
      ...wrap("Mask it where it stands; the old file is kept beside it until you delete it.", width, "  2  "),
      `     ${mask(paths)}`,
      ...wrap(`In settings, ${lowerFirst(out)}`, width, "  3  "),
    ];
  }
  if (mode === "package") {
    const leaveOut =
      "Or leave the file out of what is packed (files in package.json, .npmignore, .dockerignore), and build again.";
    return [
      ...wrap(`${out} ${leaveOut}`, width, "  1  "),
      ...wrap(`If a version with it was ever published, ${revoke(owners)}`, width, "  2  "),
      ...wrap(notReal, width, "  3  "),
    ];
  }
  const isInDotenv = (mode === "paths" || mode === "staged") && paths.some((path) => dotenv.test(path));
  const kept = isInDotenv ? `${out} ${ignoreDotenv}` : out;
  return [
    ...wrap(mode === "push" ? `${amend} ${out}` : kept, width, "  1  "),
    ...(mode === "staged" ? [`     ${unstage(paths)}`] : []),
    ...wrap(away, width, "  2  "),
    ...wrap([notReal, ...skipOnce(mode)].join(" "), width, "  3  "),
  ];
}

const lowerFirst = (sentence: string): string => sentence.slice(0, 1).toLowerCase() + sentence.slice(1);

const amend =
  "Change the commit that adds it (git commit --amend, or git rebase -i), then push again: a later commit that removes it still sends it.";

// Elsewhere the advice would be to move a key from where programs read it to where they read it.
const dotenv = /(?:^|\/)\.env(?:\.[\w.-]+)?$(?<!example|sample|template|dist)/u;
const ignoreDotenv = "A .env file may keep it where git ignores that file: add it to .gitignore.";

function skipOnce(mode: ScanSummary["mode"]): readonly string[] {
  if (mode !== "staged" && mode !== "message" && mode !== "push") return [];
  const stopped = mode === "push" ? "push" : "commit";
  return [
    `Or skip the check once with git ${stopped} --no-verify; whoever can read what is pushed then has the key.`,
  ];
}

function takeOut(providers: readonly ProviderProfile[]): string {
  const variables = providers.flatMap(({ variables }) =>
    variables.filter(({ holds }) => holds === "key").map(({ name }) => name),
  );
  const variable =
    variables.length === 1 ? `the environment variable ${variables[0]}` : "an environment variable";
  return `Take it out: keep it in ${variable} or a secret manager, and read it from there.`;
}

const ifItLeft = (end: string): string => `If it ever left this machine (a push, a chat, a log), ${end}`;

// Rotation is the slower answer: a rotated key lives on for its grace period, a revoked one does not.
function revoke([owner, ...others]: readonly ProviderProfile[]): string {
  const isOne = owner !== undefined && others.length === 0;
  // Private keys and JSON Web Tokens are nobody's in particular: whoever trusts one has to stop.
  if (isOne && owner.id === anyProvider)
    return "make everything that trusts it stop doing so now, and create a new one.";
  const name = isOne ? owner.name : "its provider";
  const grace = isOne && isManaged(owner) ? owner.rotation.graceSeconds : 0;
  const warning =
    grace > 0 ? ` Do not just rotate it: the old key would work for ${spanText(grace)} more.` : "";
  return `revoke it at ${name} now and create a new one.${warning}`;
}

const placeholder = (prefix: string): string =>
  // The first line of a block is no prefix that something could stand behind.
  /\s/.test(prefix)
    ? "Not a real key? Accept it: write keywarden:allow and the reason beside it."
    : `Not a real key? Write a placeholder such as ${prefix}YOUR_KEY_HERE: it passes. Or accept it: write keywarden:allow and the reason beside it.`;

const prefixOf = ({ redacted }: Finding): string => redacted.slice(0, redacted.indexOf("…"));

function ownersOf(
  findings: readonly Finding[],
  providers: readonly ProviderProfile[],
): readonly ProviderProfile[] {
  const ids = new Set(findings.map(({ provider }) => provider));
  // One key of unknown owner makes advice that names a provider wrong for it.
  return ids.has(null) ? [] : providers.filter(({ id }) => ids.has(id));
}

/** The command that takes files out of the next commit, from whatever folder it is run in. */
function unstage(paths: readonly string[]): string {
  if (!canBeCopied(paths)) return "git reset -q";
  // Everything but plain signs may be a pattern to git.
  const fromTop = paths.map((path) => (/^[\w./@+-]+$/.test(path) ? `:/${path}` : `:(top,literal)${path}`));
  return `git reset -q -- ${fromTop.map(quoteForShell).join(" ")}`;
}

/** The command that masks keys in place, from the folder of the scan. */
function mask(paths: readonly string[]): string {
  return `keywarden redact ${canBeCopied(paths) ? `-- ${paths.map(quoteForShell).join(" ")}` : "<file ...>"}`;
}

// A path that is not shown as it is cannot be copied, and a long command is read by nobody.
const canBeCopied = (paths: readonly string[]): boolean =>
  paths.length <= mostNamed && paths.every((path) => printable(path) === path);

const mostNamed = 5;

function spanText(seconds: number): string {
  const [size, unit] =
    seconds % 3600 === 0 ? [3600, "hour"] : seconds % 60 === 0 ? [60, "minute"] : [1, "second"];
  return countOf(seconds / size, unit);
}
