import { ManagementError } from "./management-error.ts";

/**
 * Parses the address that a token may be sent to.
 *
 * @throws {@link ManagementError} MANAGEMENT_BAD_URL for anything but https, or http on loopback
 */
export function pinBaseUrl(baseUrl: string, allowInsecureHttp: boolean): URL {
  if (!URL.canParse(baseUrl)) {
    throw new ManagementError("MANAGEMENT_BAD_URL", "the base URL is not a URL; expected https://host/path");
  }
  const url = new URL(baseUrl);
  if (url.username !== "" || url.password !== "") {
    throw new ManagementError(
      "MANAGEMENT_BAD_URL",
      `the base URL for ${url.host} must not contain credentials`,
    );
  }
  if (url.search !== "" || url.hash !== "") {
    throw new ManagementError("MANAGEMENT_BAD_URL", `the base URL for ${url.host} must end with its path`);
  }
  if (url.protocol === "https:") return url;
  if (url.protocol === "http:" && (allowInsecureHttp || isLoopback(url.hostname))) return url;
  throw new ManagementError(
    "MANAGEMENT_BAD_URL",
    `${url.protocol}//${url.host} would show the token to the network; use https`,
  );
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
