const sentences: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  ENOTDIR: "a part of its path is a file, not a folder",
  EACCES: "you have no permission",
  EPERM: "the system does not allow it",
  EISDIR: "it is a folder",
  EEXIST: "it is there already",
  EROFS: "its file system is read-only",
  ENOSPC: "the disk is full",
  EMFILE: "too many files are open",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "its name is too long",
  EDQUOT: "your quota is used up",
  EADDRINUSE: "another program has it",
  EADDRNOTAVAIL: "this machine does not have that address",
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "it closed the connection",
  UND_ERR_SOCKET: "it closed the connection",
  EPIPE: "it closed the connection",
  ENOTFOUND: "no host has that name",
  EAI_AGAIN: "names of hosts cannot be looked up now",
  ETIMEDOUT: "it did not answer in time",
  UND_ERR_CONNECT_TIMEOUT: "it did not answer in time",
  EHOSTUNREACH: "the network has no route to it",
  ENETUNREACH: "the network has no route to it",
  DEPTH_ZERO_SELF_SIGNED_CERT: "it signed its certificate itself",
  SELF_SIGNED_CERT_IN_CHAIN: "an authority that this machine does not trust signed its certificate",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "an authority that this machine does not trust signed its certificate",
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
};

/** Gives the reason in an error of the system as words, and its code only where there are none. */
export function describeSystemError(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
  return sentences[code] ?? code;
}

/** Gives the reason why a file could not be written: where it is not there, its folder is missing. */
export function describeWriteError(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOENT" ? "its folder does not exist" : describeSystemError(error);
}
