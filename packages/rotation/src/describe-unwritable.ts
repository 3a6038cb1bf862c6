import { describeSystemError } from "@keywarden/key-format/words";
const reasons: Readonly<Record<string, string>> = {
  ENOENT: "its folder does not exist; create it",
  ENOTDIR: "a part of its path is a file; correct the path",
  EISDIR: "it is a folder; name a file",
  EACCES: "you have no permission; see who owns it and its folder",
  EPERM: "you have no permission; see who owns it and its folder",
  EROFS: "its file system is mounted read-only; mount it for writing or name another file",
  ENOSPC: "its disk is full; make room",
  EDQUOT: "your quota is used up; make room",
};

/** Says why the system refused to write a file, and what to do about that. */
export function describeUnwritable(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return reasons[code] ?? describeSystemError(error);
}
