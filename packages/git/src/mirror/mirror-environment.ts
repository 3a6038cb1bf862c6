import { GitError } from "../git-error.ts";
import type { MirrorOptions } from "./mirror-options.ts";
import type { GitEnvironment } from "../process.ts";

export interface MirrorEnvironment {
  /** For reading what the mirror holds. */
  readonly atRest: GitEnvironment;
  /** For talking to the remote: the same with the credentials. */
  readonly online: GitEnvironment;
}

// The remote decides nothing about these, and the service's own environment must not either.
const keptVariables: ReadonlySet<string> = new Set(["GIT_SSL_CAINFO", "GIT_SSL_CAPATH"]);
const droppedVariables: ReadonlySet<string> = new Set(["SSH_ASKPASS", "EDITOR", "VISUAL", "PAGER", "PREFIX"]);

/**
 * Prevents a fetched repository or the machine's configuration from running a program, writing a file
 * outside, or sending the credentials to another host.
 *
 * @throws {@link GitError} GIT_BAD_INPUT for a URL with credentials in it or with a protocol that is not allowed.
 */
export function mirrorEnvironment(
  options: Pick<MirrorOptions, "url" | "env" | "authorization" | "allowProtocols">,
  emptyDirectory: string,
): MirrorEnvironment {
  const { protocol, origin } = allowedUrl(options);
  const base = baseOf(options.env);
  const configuration = [
    ...configurationIn(emptyDirectory),
    [`protocol.${protocol}.allow`, "always"],
  ] as const;
  const atRest = { ...base, ...configurationVariables(configuration) };
  if (options.authorization === undefined) return { atRest, online: atRest };
  if (/[\0\r\n]/u.test(options.authorization)) {
    throw new GitError("GIT_BAD_INPUT", "the authorization for a mirror must be one header value");
  }
  const header = [`http.${origin}/.extraHeader`, `Authorization: ${options.authorization}`] as const;
  return { atRest, online: { ...base, ...configurationVariables([...configuration, header]) } };
}

/** The same for what never talks to a remote. */
export function restingEnvironment(env: GitEnvironment, emptyDirectory: string): GitEnvironment {
  return { ...baseOf(env), ...configurationVariables(configurationIn(emptyDirectory)) };
}

function baseOf(env: GitEnvironment): Readonly<Record<string, string | undefined>> {
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => isKept(name.toUpperCase()))),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_LFS_SKIP_SMUDGE: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_NO_LAZY_FETCH: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    LC_ALL: "C",
  };
}

const configurationIn = (emptyDirectory: string): readonly (readonly [string, string])[] => [
  ["protocol.allow", "never"],
  ["http.followRedirects", "false"],
  ["core.hooksPath", emptyDirectory],
  ["core.fsmonitor", "false"],
  ["core.askPass", ""],
  ["credential.helper", ""],
  ["fetch.recurseSubmodules", "false"],
  ["submodule.recurse", "false"],
  // What arrives is there as a whole or not at all, also where the transfer is cut off.
  ["fetch.unpackLimit", "1"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
];

function isKept(name: string): boolean {
  return keptVariables.has(name) || !(name.startsWith("GIT_") || droppedVariables.has(name));
}

function configurationVariables(
  entries: readonly (readonly [string, string])[],
): Readonly<Record<string, string>> {
  const variables: Record<string, string> = { GIT_CONFIG_COUNT: String(entries.length) };
  for (const [index, [key, value]] of entries.entries()) {
    variables[`GIT_CONFIG_KEY_${index}`] = key;
    variables[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return variables;
}

function allowedUrl({ url, allowProtocols = [] }: Pick<MirrorOptions, "url" | "allowProtocols">): {
  readonly protocol: string;
  readonly origin: string;
} {
  const parsed = URL.parse(url);
  // The URL itself stays out of the message: it may hold a password.
  if (parsed === null)
    throw new GitError("GIT_BAD_INPUT", "the URL of a mirror cannot be read; https://host/path is expected");
  if (parsed.username !== "" || parsed.password !== "") {
    throw new GitError(
      "GIT_BAD_INPUT",
      `the URL of a mirror on ${parsed.host} holds credentials; pass them as authorization`,
    );
  }
  const protocol = parsed.protocol.slice(0, -1);
  const isLoopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u.test(parsed.hostname);
  const isAllowed =
    protocol === "https" ||
    (protocol === "http" && isLoopback) ||
    allowProtocols.some((allowed) => allowed === protocol);
  if (!isAllowed) {
    throw new GitError(
      "GIT_BAD_INPUT",
      `a mirror over ${protocol} from ${parsed.host} is not allowed; use https`,
    );
  }
  return { protocol, origin: parsed.origin };
}
