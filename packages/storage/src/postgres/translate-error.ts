import { describeSystemError } from "@keywarden/key-format/words";
import { StorageError, type StorageErrorCode } from "../storage-error.ts";

// SQLSTATE codes, most special first: the whole code, else its class (postgresql.org/docs/current/errcodes-appendix.html).
const meanings: Readonly<Record<string, readonly [StorageErrorCode, string]>> = {
  // What our own triggers raise.
  KW001: ["STORAGE_APPEND_ONLY", "audit entries and hashes cannot be changed or removed"],
  "23505": ["STORAGE_DUPLICATE", "the value is taken"],
  "23": ["STORAGE_BAD_VALUE", "a value breaks a rule of the schema"],
  "22": ["STORAGE_BAD_VALUE", "a value does not fit its column"],
  "54": ["STORAGE_BAD_VALUE", "a value is too long"],
  "40001": ["STORAGE_BUSY", "another transaction was faster; try again"],
  "40P01": ["STORAGE_BUSY", "two transactions waited for each other; try again"],
  "55P03": ["STORAGE_BUSY", "another transaction holds a lock for too long; try again"],
  "57014": ["STORAGE_BUSY", "a statement took too long; try again"],
  "25P03": ["STORAGE_BUSY", "a transaction was idle for too long; try again"],
  "53300": ["STORAGE_BUSY", "the server has too many connections; lower pool_max or raise max_connections"],
  "53100": ["STORAGE_FULL", "the server's disk is full; free some space and try again"],
  "53": ["STORAGE_FULL", "the server is out of resources"],
  "28": ["STORAGE_UNWRITABLE", "the server refused the user or the password"],
  "3D": ["STORAGE_UNWRITABLE", "there is no such database; create it first"],
  "42501": [
    "STORAGE_UNWRITABLE",
    "the user lacks a right; it must own the schema, or be allowed to create it",
  ],
  "25006": [
    "STORAGE_UNWRITABLE",
    "the server takes no changes: it is a replica, or the user or database is set to read only; name the primary",
  ],
  "08": ["STORAGE_UNREACHABLE", "the connection broke; what was under way may or may not have been stored"],
  "57P": ["STORAGE_UNREACHABLE", "the server is stopping or starting; try again"],
  XX: ["STORAGE_CORRUPT", "the server reports damaged data; restore it from a backup"],
};
const unreachable = /^(E[A-Z]+|ERR_(TLS|SSL)_.*|[A-Z_]*CERT[A-Z_]*|UNABLE_TO_.*)$/;

/** Turns what pg throws into a StorageError that quotes no rows; anything else comes back as it is. */
export function translateError(error: unknown, doing: string): unknown {
  if (!(error instanceof Error) || error instanceof StorageError) return error;
  const state = "code" in error && typeof error.code === "string" ? error.code : "";
  const known =
    meanings[state] ??
    meanings[state.slice(0, 3)] ??
    (state.length === 5 ? meanings[state.slice(0, 2)] : undefined);
  if (known !== undefined) return described(known, doing, state, error);
  // Reading a folder fails without a path.
  const file = "path" in error && typeof error.path === "string" ? error.path : null;
  if (file !== null || state === "EISDIR") {
    const sentence = `cannot read ${file ?? "a file"}, which the database URL names: ${describeSystemError(error)}`;
    return described(["STORAGE_BAD_VALUE", sentence], doing, state, error);
  }
  if (unreachable.test(state))
    return described(["STORAGE_UNREACHABLE", describeSystemError(error)], doing, state, error);
  // node-postgres has no codes for these.
  if (
    /^Connection terminated|timeout exceeded when trying to connect|^timeout expired|not queryable/.test(
      error.message,
    )
  )
    return described(
      ["STORAGE_UNREACHABLE", "the connection broke or could not be made in time"],
      doing,
      "",
      error,
    );
  if (error.message.endsWith("password must be a string"))
    return described(
      ["STORAGE_UNWRITABLE", "the server asks for a password, and the URL has none"],
      doing,
      "",
      error,
    );
  if (/does not support SSL/.test(error.message))
    return described(["STORAGE_UNREACHABLE", "the server does not speak TLS; see sslmode"], doing, "", error);
  if (/^\w{5}$/.test(state))
    return described(["STORAGE_FAILED", "the server reported an error"], doing, state, error);
  return error;
}

/** Tells whether a transaction was undone only because of another one. */
export function isCollision(error: unknown): boolean {
  const cause = error instanceof StorageError ? error.cause : error;
  return cause instanceof Error && "code" in cause && (cause.code === "40001" || cause.code === "40P01");
}

function described(
  [code, sentence]: readonly [StorageErrorCode, string],
  doing: string,
  state: string,
  error: Error,
): StorageError {
  const facts = [
    state,
    "constraint" in error && typeof error.constraint === "string" ? error.constraint : "",
  ];
  const shown = facts.filter((fact) => fact !== "").join(", ");
  // PostgreSQL quotes values in messages and whole rows in details, so neither is passed on.
  const cause = Object.assign(new Error(`SQLSTATE ${state || "none"}`), { code: state });
  return new StorageError(code, `cannot ${doing}: ${sentence}${shown === "" ? "" : ` (${shown})`}`, {
    cause,
  });
}
