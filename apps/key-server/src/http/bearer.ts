/** Reads `Authorization: Bearer …` (RFC 6750 §2.1); null when the header is absent or of another scheme. */
export function readBearer(header: string | undefined): string | null {
  return /^bearer +([A-Za-z0-9\-._~+/]+=*) *$/i.exec(header ?? "")?.[1] ?? null;
}
