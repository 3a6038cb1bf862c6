import { normalisePath } from "@keywarden/verifier";

/** What all that is too rare, too long or too much to be told apart is counted under. */
export const OTHER = "other";
export const UNKNOWN = "unknown";

const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
const MOST_SEGMENTS = 8;

/**
 * Names what a request uses: its method and its normalised path, in which everything but a plain word becomes
 * `{id}`. So a name holds no identifier, and no key that somebody put in a path.
 */
export function featureName(method: string | undefined, path: string | undefined): string {
  if (path === undefined) return UNKNOWN;
  const segments = normalisePath(path);
  if (segments === null || segments.length > MOST_SEGMENTS) return OTHER;
  const verb = method?.toUpperCase() ?? "";
  return `${methods.has(verb) ? verb : OTHER} /${segments.map(nameSegment).join("/")}`;
}

function nameSegment(segment: string): string {
  const isWord = /^(?:[a-z]+(?:[-_.][a-z]+)*|[a-z]+(?:[A-Z][a-z]+)+|v\d{1,3}(?:\.\d{1,3})?|)$/.test(segment);
  return isWord && segment.length <= 32 && !/^[sprk]k_/.test(segment) ? segment : "{id}";
}
