import { describeSystemError } from "@keywarden/command-line";
import { ScanError } from "../scan-error.ts";

/** Says in words why a file could not be read. */
export function reasonOf(error: unknown): string {
  if (error instanceof ScanError) return error.message;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const known = typeof code === "string" ? reasonByCode[code] : undefined;
  return known ?? `it could not be read: ${describeSystemError(error)}`;
}

const reasonByCode: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOENT: "it vanished during the scan",
  ENOTDIR: "it vanished during the scan",
  EISDIR: "it is a folder",
  ELOOP: "it became a symbolic link during the scan",
  EMFILE: "too many files are open",
  EIO: "the disk reports an error",
};
