import { isIP } from "node:net";
import { LoginError } from "./login-error.ts";

/**
 * Gives the address of a server without a slash at its end.
 *
 * @throws LoginError LOGIN_SERVER for text that is not an http or https URL, with what to write instead
 */
export function readServerUrl(given: string): string {
  if (/^https?:\/\//i.test(given) && URL.canParse(given)) return given.replace(/\/+$/, "");
  if (given.startsWith("kwt_"))
    throw new LoginError(
      "LOGIN_SERVER",
      "--server looks like a token: put the token into a file and pass it with --token-file.",
    );
  const suggested = suggestUrl(given);
  throw new LoginError(
    "LOGIN_SERVER",
    `The server ${JSON.stringify(given)} is not a URL${suggested === null ? "" : `: write ${suggested}`}.`,
  );
}

// Whoever leaves the scheme out means a host, and the token may cross a network only with https.
function suggestUrl(given: string): string | null {
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(given) ? given.replace(/^[^:]*:\/\//, "") : given;
  if (!/^[\w.-]+(?::\d{1,5})?(?:\/\S*)?$/.test(address) && !/^\[[\da-f:]+\](?::\d{1,5})?/i.test(address))
    return null;
  const { hostname } = new URL(`http://${address}`);
  const isHere =
    hostname === "localhost" || hostname === "[::1]" || (isIP(hostname) === 4 && hostname.startsWith("127."));
  return `${isHere ? "http" : "https"}://${address.replace(/\/+$/, "")}`;
}
