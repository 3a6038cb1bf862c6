import type { GitError } from "../git-error.ts";

// cspell:ignore packfile
// What git says of its own files, never of what a remote sends: that is refused, and the mirror stays as it was.
const damaged =
  /\.pack is not a GIT packfile|packfile \S+ (?:cannot be accessed|does not match index|claims to have|is far too short|index unavailable)|bad object refs\/|index file \S+ is too small|wrong index v\d file size|non-monotonic index|loose object [0-9a-f]+ \(stored in|object file \S+ is empty|unable to unpack [0-9a-f]+ header|not a git repository/u;

/** Whether git failed since files of a mirror are damaged, as after a full disk: {@link removeMirror} and fetch it anew. */
export function tellsOfDamage({ code, message }: Pick<GitError, "code" | "message">): boolean {
  if (code === "GIT_NOT_A_REPOSITORY") return true;
  return message.split(/[\r\n]/u).some((line) => !/^\s*remote:/u.test(line) && damaged.test(line));
}
