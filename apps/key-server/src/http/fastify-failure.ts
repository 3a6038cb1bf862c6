import { StorageError, type StorageErrorCode } from "@keywarden/storage";
import { UnreadableText } from "./require-utf8.ts";
import { refuse, type Refusal } from "../refusal.ts";

/** Translates what a request's parsing or the storage threw; null for everything that is our own fault. */
export function refusalFromError(error: unknown): Refusal | null {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (error instanceof StorageError) return storageRefusal(error);
  if (error instanceof UnreadableText) return refuse("BAD_REQUEST", error.message).refusal;
  switch (code) {
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return refuse("UNSUPPORTED_MEDIA_TYPE", "send the body as JSON with Content-Type: application/json")
        .refusal;
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return refuse("TOO_LARGE", "the body is larger than this route takes").refusal;
    case "FST_ERR_CTP_INVALID_JSON_BODY":
    case "FST_ERR_CTP_EMPTY_JSON_BODY":
      return refuse("BAD_REQUEST", "the body is not valid JSON").refusal;
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
      return refuse("BAD_REQUEST", "the body is not as long as Content-Length says").refusal;
    case "FST_ERR_BAD_URL":
      return refuse("BAD_REQUEST", "the path is not valid percent-encoding").refusal;
    case "FST_ERR_MAX_PARAM_LENGTH":
      return refuse(
        "BAD_REQUEST",
        "a part of the path is longer than any id; at most 100 characters are read",
      ).refusal;
    default:
      return null;
  }
}

/** What is known not to have been done, and what to do; the log has the database's own words. */
const nothingStored: Readonly<Partial<Record<StorageErrorCode, string>>> = {
  STORAGE_BUSY:
    "another program holds the database locked, or all of its connections; nothing was changed, so ask again, and end that program if it stays so",
  STORAGE_FULL: "the disk is full; nothing was changed, so free some space and ask again",
  STORAGE_UNWRITABLE:
    "the database refuses it for its rights, a password, a read-only disk or being a replica; nothing was changed, and the server's log says which",
  STORAGE_CLOSED: "it is stopping; nothing was changed, so ask again once it runs",
};

function storageRefusal(error: StorageError): Refusal | null {
  if (error.code === "STORAGE_PLAINTEXT_KEY") {
    return refuse("BAD_REQUEST", "a field contains what looks like a whole key; keys are never stored")
      .refusal;
  }
  if (error.code === "STORAGE_NEWER_SCHEMA")
    return refuse("UNAVAILABLE", "a newer Keywarden uses the database; this server has to be updated")
      .refusal;
  if (error.code === "STORAGE_UNREACHABLE") {
    // A connection that breaks during a commit does not say whether it was made.
    const message =
      "the database does not answer; a change that was asked for may have been made or not, so look before you ask again";
    return refuse("UNAVAILABLE", message).refusal;
  }
  const why = nothingStored[error.code];
  if (why === undefined) return null;
  const headers = error.code === "STORAGE_BUSY" ? { headers: { "retry-after": "1" } } : {};
  return refuse("UNAVAILABLE", `the server cannot store anything now: ${why}`, headers).refusal;
}
