import type { Restrictions } from "@keywarden/management";

/** Says which rule no request can ever match, as a wildcard where none is read; null when all can. Such a key would open nothing. */
export function findDeadRule({ endpoints = [], referrers = [] }: Restrictions): string | null {
  for (const rule of endpoints) {
    const segments = (rule.split(" ")[1] ?? "").split("/");
    if (segments.some((segment) => segment === "." || segment === ".."))
      return `endpoints: ${JSON.stringify(rule)} matches no request, because no path with . or .. in it is let through`;
    if (segments.slice(0, -1).includes("**"))
      return `endpoints: ${JSON.stringify(rule)} matches no request, because ** stands for what follows only at the end; * stands for one segment anywhere`;
  }
  const wild = referrers.find((origin) => origin.includes("*"));
  if (wild === undefined) return null;
  return `referrers: ${JSON.stringify(wild)} matches no page, because * is not a wildcard there; name each origin`;
}
