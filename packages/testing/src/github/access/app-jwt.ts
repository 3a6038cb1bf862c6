import type { KeyObject } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from "jose";

export type JwtVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly status: 401 | 404; readonly message: string };

const longestLifetimeSeconds = 10 * 60;

/** Judges the token with which an app speaks for itself: RS256, its own issuer, issued in the past, ten minutes at most. */
export async function verifyAppJwt(
  jwt: string,
  app: { readonly id: number; readonly clientId: string; readonly publicKey: KeyObject },
  nowMs: number,
): Promise<JwtVerdict> {
  const undecodable = { ok: false, status: 401, message: "A JSON web token could not be decoded" } as const;
  let claims;
  try {
    if (decodeProtectedHeader(jwt).alg !== "RS256") return undecodable;
    claims = decodeJwt(jwt);
  } catch {
    return undecodable;
  }
  const issuer = String(claims.iss ?? "");
  if (issuer === "") return refuse("Missing 'issuer' claim ('iss') in assertion");
  if (issuer !== String(app.id) && issuer !== app.clientId) {
    return { ok: false, status: 404, message: "Integration not found" };
  }
  try {
    // The time claims are judged below, in GitHub's words, with its limits.
    await jwtVerify(jwt, app.publicKey, {
      algorithms: ["RS256"],
      currentDate: new Date(0),
      clockTolerance: 1e12,
    });
  } catch (cause) {
    if (cause instanceof errors.JOSEError) return undecodable;
    throw cause;
  }
  return judgeTimes(claims.iat, claims.exp, Math.floor(nowMs / 1000));
}

// The texts matter: @octokit/auth-app recognises a skewed clock by them.
function judgeTimes(issuedAt: number | undefined, expiresAt: number | undefined, now: number): JwtVerdict {
  if (issuedAt === undefined || !Number.isInteger(issuedAt) || issuedAt > now) {
    return refuse(
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
  if (expiresAt === undefined || !Number.isInteger(expiresAt) || expiresAt <= now) {
    return refuse(
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  }
  if (expiresAt > now + longestLifetimeSeconds) {
    return refuse("'Expiration time' claim ('exp') is too far in the future");
  }
  return { ok: true };
}

function refuse(message: string): JwtVerdict {
  return { ok: false, status: 401, message };
}
