/** Says in words why a file could not be read. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return reasonByCode[code] ?? `it could not be read${code === "" ? "" : ` (${code})`}`;
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
