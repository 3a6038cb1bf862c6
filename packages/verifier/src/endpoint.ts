/**
 * Brings a request's path to the one form that rules are compared with: no query, decoded, no trailing slash.
 * Null for a path that two programs could read differently (`//`, `..`, an encoded slash, broken encoding).
 */
export function normalisePath(target: string): readonly string[] | null {
  const path = target.split(/[?#]/, 1)[0] ?? "";
  if (!path.startsWith("/")) return null;
  const segments = path
    .slice(1)
    .replace(/(?<=.)\/$/, "")
    .split("/");
  const decoded: string[] = [];
  for (const segment of segments) {
    const text = decodeSegment(segment);
    if (text === null || (text === "" && segments.length > 1) || text === "." || text === "..") return null;
    decoded.push(text);
  }
  return decoded;
}

/** Tells whether one of the rules (`GET /v1/users/*`) names the method and path; whatever no rule names is refused. */
export function matchesEndpoint(rules: readonly string[], method: string, path: string): boolean {
  const segments = normalisePath(path);
  if (segments === null) return false;
  return rules.some((rule) => {
    const [ruleMethod, rulePath = ""] = rule.split(" ", 2);
    if (ruleMethod !== "*" && ruleMethod !== method.toUpperCase()) return false;
    return matchesSegments(normalisePath(rulePath) ?? [], segments);
  });
}

function matchesSegments(rule: readonly string[], segments: readonly string[]): boolean {
  for (const [index, part] of rule.entries()) {
    if (part === "**" && index === rule.length - 1) return segments.length > index;
    if (part !== "*" && part !== segments[index]) return false;
  }
  return rule.length === segments.length;
}

function decodeSegment(segment: string): string | null {
  try {
    const text = decodeURIComponent(segment);
    // What is still encoded after one decoding would mean something else to a program that decodes twice.
    return /[/\\\p{Cc}]|%[0-9a-f]{2}/iu.test(text) ? null : text;
  } catch {
    return null;
  }
}
