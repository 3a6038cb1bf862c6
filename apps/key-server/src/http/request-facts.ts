import type { VerifyRequest } from "@keywarden/verifier";
import type { FastifyRequest } from "fastify";

/** Which tenant or application a request is for, where it says so; a key of another one is refused. */
const TENANT_HEADER = "x-tenant-id";

/** What a request tells a verifier; the path is the one that the provider's own document writes. */
export function requestFacts(
  request: FastifyRequest,
  provider?: string,
): Omit<VerifyRequest, "text" | "sha256"> & { readonly ip: string } {
  const { referer, origin, [TENANT_HEADER]: tenant } = request.headers;
  return {
    ip: request.ip,
    referrer: referer ?? origin ?? null,
    method: request.method,
    path: provider === undefined ? request.url : request.url.slice(provider.length + 1),
    // Which keys and data a bound key may see is decided by each route, which alone knows whose they are.
    unchecked: ["tenant", "product", "projectTags"],
    ...(provider !== undefined && { provider }),
    ...(provider !== undefined && typeof tenant === "string" && { tenant }),
  };
}
