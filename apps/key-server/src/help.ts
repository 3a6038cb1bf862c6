import { flags } from "./options.ts";

/** The text of --help, from the table of options. */
export function helpText(): string {
  const rows = flags.map(({ name, value, variable, fallback, help }) => {
    const notes = [fallback === null ? "" : `default ${fallback}`, variable ?? ""].filter(
      (note) => note !== "",
    );
    return [
      `  --${name}${value === null ? "" : ` ${value}`}`,
      `${help}${notes.length === 0 ? "" : ` (${notes.join("; ")})`}`,
    ] as const;
  });
  const width = Math.max(...rows.map(([flag]) => flag.length)) + 2;
  return `keywarden-server: the management API of your API keys, self-hosted

Usage
  keywarden-server --data <dir> [options]         serve until SIGINT or SIGTERM
  keywarden-server audit verify --data <dir>      check that nothing in the audit was changed
  keywarden-server backup <file> --data <dir>     write hashes, metadata and audit into a new file, also while a server runs
  keywarden-server restore <file> --data <dir>    make a new storage from such a file, checked to its last line

Options
${rows.map(([flag, help]) => flag.padEnd(width) + help).join("\n")}

With --database-url or DATABASE_URL all of them work on that PostgreSQL instead; put the password into the variable, since
others on the machine can read flags. TLS: ?sslmode=verify-full. A backup of one database restores into the other.

First steps
  keywarden-server --data ./keys
  curl -H "Authorization: Bearer $(cat ./keys/bootstrap-token)" http://127.0.0.1:7300/v1/keys

Exit status: 0 stopped as asked or audit intact, 1 audit changed, 2 could not do its job.
`;
}
