import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where PostgreSQL's programs are and as whom they have to run. */
export interface FoundPostgres {
  readonly binDirectory: string;
  /** Servers refuse to run as root; `null` runs them as whoever runs the tests. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
}

/** Looks for `initdb` and `postgres` on the path and where Debian and Homebrew put them; else says what is missing. */
export function findPostgres(): FoundPostgres | { readonly missing: string } {
  const found = candidates().find((directory) =>
    ["initdb", "postgres"].every((program) => existsSync(join(directory, program))),
  );
  if (found === undefined)
    return { missing: "initdb and postgres are not installed (apt-get install postgresql)" };
  if (process.getuid?.() !== 0) return { binDirectory: found, owner: null };
  try {
    return { binDirectory: found, owner: { uid: idOf("-u"), gid: idOf("-g") } };
  } catch {
    return { missing: "PostgreSQL refuses to run as root, and there is no user named postgres" };
  }
}

function candidates(): readonly string[] {
  const onPath = (process.env["PATH"] ?? "").split(delimiter);
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian)
    ? readdirSync(debian).toSorted((left, right) => Number(right) - Number(left))
    : [];
  return [
    ...onPath,
    ...versions.map((version) => join(debian, version, "bin")),
    "/opt/homebrew/opt/postgresql/bin",
  ];
}

function idOf(flag: "-u" | "-g"): number {
  return Number(
    execFileSync("id", [flag, "postgres"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
  );
}
