const untrusted = "an authority that this machine does not trust signed its certificate";
const noTls = "that port does not speak TLS; write http:// if the server has no https, or correct the port";
const oldTls = "it speaks no version of TLS that is still safe";
const noHttp = "that port does not speak HTTP; write https:// if the server has it, or correct the port";

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
  ENETDOWN: "the network is down",
  ECONNABORTED: "the connection was given up",
  EINVAL: "the system does not take it",
  EIO: "the disk or device failed",
  EBUSY: "another program uses it",
  ETXTBSY: "it is a program that is running",
  EXDEV: "it is on another file system",
  ENOTEMPTY: "the folder is not empty",
  EFBIG: "it is too large for its file system",
  ENFILE: "the system has too many files open",
  ENOMEM: "the machine has no memory left",
  ENODEV: "there is no such device",
  ENXIO: "there is no such device",
  ESTALE: "its network file system has lost it",
  ENOEXEC: "the system cannot run it",
  E2BIG: "the command line is too long",
  EBADF: "it is closed already",
  EAGAIN: "it is not ready",
  ERR_STRING_TOO_LONG: "it is too large",
  ERR_FS_FILE_TOO_LARGE: "it is too large",
  UND_ERR_HEADERS_TIMEOUT: "it did not answer in time",
  UND_ERR_BODY_TIMEOUT: "it did not answer in time",
  UND_ERR_HEADERS_OVERFLOW: "the head of its answer is too long",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "its answer is not as long as it says",
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
  ERR_SSL_HTTP_REQUEST: noTls,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: oldTls,
  ERR_SSL_UNSUPPORTED_PROTOCOL: oldTls,
  HPE_INVALID_CONSTANT: noHttp,
  HPE_INVALID_VERSION: noHttp,
  HPE_HEADER_OVERFLOW: "the head of its answer is too long",
  CERT_NOT_YET_VALID: "its certificate is not valid yet, or this machine's clock is wrong",
  CERT_REVOKED: "its certificate was revoked",
  CERT_UNTRUSTED: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: "it signed its certificate itself",
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
};

/** Gives the reason in an error of the system as words, and its code only where there are none. */
export function describeSystemError(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
  return sentences[code] ?? describeFamily(code);
}

/** Says what kind of failure it is where OpenSSL and the parser of HTTP have hundreds of codes. */
function describeFamily(code: string): string {
  if (code.startsWith("ERR_SSL_") || code === "EPROTO")
    return `no secure connection can be agreed with it (${code})`;
  return code.startsWith("HPE_") ? `its answer is not HTTP (${code})` : code;
}

/** Gives the reason why a file could not be written: where it is not there, its folder is missing. */
export function describeWriteError(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOENT" ? "its folder does not exist" : describeSystemError(error);
}
