/** Reads `Authorization: Bearer …` (RFC 6750 §2.1), with or without `secret-token:` in front of it (RFC 8959); null when the header is absent or of another scheme. */
export function readBearer(header: string | undefined): string | null {
  return /^bearer +(?:secret-token:)?([A-Za-z0-9\-._~+/]+=*) *$/i.exec(header ?? "")?.[1] ?? null;
}
