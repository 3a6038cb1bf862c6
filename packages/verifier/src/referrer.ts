/** Tells whether a `Referer` or `Origin` header comes from one of the origins; whole origins are compared, never parts of text. */
export function matchesReferrer(origins: readonly string[], referrer: string | null): boolean {
  return referrer !== null && URL.canParse(referrer) && origins.includes(new URL(referrer).origin);
}
