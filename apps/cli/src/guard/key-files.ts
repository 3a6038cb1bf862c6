/** What a decision may ask of the folder that an agent works in. */
export interface GuardFolder {
  /** Gives the names in a folder, by a path from the agent's own folder or a full one; null if it cannot be read. */
  readonly list: (path: string) => readonly string[] | null;
  /** Gives the path of what a link leads to; null for anything else. */
  readonly target: (path: string) => string | null;
  /** Gives what a small text file holds; null if it cannot be read. */
  readonly text: (path: string) => string | null;
}

/** Is this the name of a file that is made to hold keys? Examples and templates are not. */
export function isKeyFile(path: string): boolean {
  // As a system without regard to case finds it, and behind what a path may end with.
  const name = path.replace(/(?:[/\\]+\.?|::\$data)+$/i, "").replace(/^.*[/\\]/s, "");
  if (/[._-](?:example|sample|template|dist|pub)$/i.test(name)) return false;
  if (ofPrograms.test(name)) return false;
  return keyFiles.some((pattern) => pattern.test(name)) || keyPaths.test(path);
}

const keyFiles: readonly RegExp[] = [
  /^\.env(?:\..+)?$/i,
  /^[\w-]+\.env$/i,
  /^\.(?:npmrc|netrc|pypirc|pgpass|dockercfg|git-credentials|vault-token)$/i,
  /^id_(?:rsa|dsa|ecdsa|ed25519)$/i,
  /.\.(?:pem|key|p12|pfx|jks|keystore)$/i,
  /^bootstrap-token$/i,
];
const keyPaths =
  /(?:^|[/\\])(?:\.aws[/\\]credentials|\.docker[/\\]config\.json|\.kube[/\\]config|proc[/\\]\w+[/\\]environ)$/i;

// How programs write "the environment"; nobody's file is called so.
const ofPrograms = /^(?:process|Deno|Bun|Rails|os|import\.meta)\.env$/i;

/** Names that a pattern is tried with where nobody can look. */
const usualNames = [
  ".env",
  ".env.local",
  ".env.production",
  ".npmrc",
  ".netrc",
  ".pypirc",
  "id_rsa",
  "id_ed25519",
];

/**
 * Can a pattern of file names match a file that is made to hold keys? Where the folder can be read, one that is there;
 * elsewhere, one by its usual name. A pattern of nothing but wildcards is taken for one of other files.
 *
 * @param unknown a character in the pattern for text that nobody knows
 */
export function mayMatchKeyFile(pattern: string, unknown: string, folder: GuardFolder): boolean {
  const at = pattern.lastIndexOf("/");
  const above = pattern.slice(0, at + 1);
  const name = pattern.slice(at + 1);
  if (!hasWildcard(name, unknown)) {
    const path = plain(pattern.replaceAll(unknown, "x"));
    return isKeyFile(path) || isKeyFile(folder.target(path) ?? "");
  }
  const letters = plain(name)
    .replaceAll(/[*?[\]]/g, "")
    .replaceAll(unknown, "");
  if (name.includes(unknown) && letters.length < 2) return false;
  const expression = expressionOf(name, unknown);
  const folders = foldersOf(above, unknown, folder);
  if (folders !== null) {
    return folders.some((path) => listMatching(path, name, expression, folder)?.some(isKeyFile) === true);
  }
  if (letters.length < 2 && !name.startsWith(".")) return false;
  const isNamed = usualNames.some(
    (one) => expression.test(one) && one.startsWith(".") === name.startsWith("."),
  );
  return isNamed || isKeyFile(plain(name.replaceAll(unknown, "x").replaceAll(/(?<!\\)[*?]/g, "x")));
}

/** Can a pattern that also matches names with a dot in front match one of the usual names? */
export function mayMatchUsualName(pattern: string): boolean {
  const name = pattern.slice(pattern.lastIndexOf("/") + 1);
  if (plain(name).replaceAll(/[*?]/g, "") === "") return false;
  const expression = expressionOf(name, "\0");
  return usualNames.some((one) => expression.test(one)) || isKeyFile(name.replaceAll(/[*?]/g, "x"));
}

/** Gives the names in a folder that a shell would put in the place of a pattern; null if it cannot be read. */
function listMatching(
  path: string,
  pattern: string,
  expression: RegExp,
  { list }: GuardFolder,
): readonly string[] | null {
  const names = list(path === "" ? "." : path);
  return (
    names?.filter((name) => expression.test(name) && (pattern.startsWith(".") || !name.startsWith("."))) ??
    null
  );
}

// Looking into each costs time that an agent waits for.
const mostFolders = 64;

/** Gives the folders that a pattern stands for; null where that cannot be told. */
function foldersOf(pattern: string, unknown: string, folder: GuardFolder): readonly string[] | null {
  let found: readonly string[] = [pattern.startsWith("/") ? "/" : ""];
  for (const part of pattern.split("/").filter((one) => one !== "")) {
    if (part === "**" || found.length > mostFolders) return null;
    const expression = expressionOf(part, unknown);
    found = hasWildcard(part, unknown)
      ? found.flatMap((path) =>
          (listMatching(path, part, expression, folder) ?? []).map((name) => `${path}${name}/`),
        )
      : found.map((path) => `${path}${plain(part)}/`);
  }
  const isReadable = found.some((path) => folder.list(path === "" ? "." : path) !== null);
  return isReadable ? found : null;
}

const hasWildcard = (pattern: string, unknown: string): boolean =>
  /(?<!\\)(?:[*?]|\[[^\]]*\])/.test(pattern) || pattern.includes(unknown);

const plain = (pattern: string): string => pattern.replaceAll(/\\(.)/gs, "$1");

function expressionOf(pattern: string, unknown: string): RegExp {
  const source = pattern.replaceAll(/\\.|\[[^\]]*\]|[\s\S]/gu, (part) => {
    if (part === "*" || part === unknown) return ".*";
    if (part === "?") return ".";
    if (part.length > 2 && part.startsWith("["))
      return `[${part
        .slice(1, -1)
        .replace(/^[!^]/, "^")
        .replaceAll(/[\\[]/g, String.raw`\$&`)}]`;
    return plain(part).replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  });
  try {
    return new RegExp(`^${source}$`, "su");
  } catch {
    return /(?!)/;
  }
}
