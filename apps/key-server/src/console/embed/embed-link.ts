import type { KeyStorage } from "@keywarden/storage";
import type { JWTPayload } from "jose";
import { sha256 } from "../../sha256.ts";
import { embedGrantSchema, type EmbedGrant } from "./embed-grant.ts";

/** The longest that a link may wait to be opened, and that the page it opens can be used. */
export const LONGEST_LINK_SECONDS = 600;
const TOLERANCE_SECONDS = 30;
const LINK_AUDIENCE = "keywarden-embed";
const PAGE_AUDIENCE = "keywarden-embed-page";

export type EmbedProblem = "not-ours" | "too-old" | "too-long" | "unusable" | "used";

export type OpenedLink =
  | { readonly ok: true; readonly grant: EmbedGrant; readonly untilSeconds: number }
  | { readonly ok: false; readonly reason: EmbedProblem };

/** Links are JSON Web Tokens (RFC 7519) by HMAC-SHA-256, so the program around the page can sign them itself, too. */
export interface EmbedLinks {
  make(grant: EmbedGrant, id: string, seconds: number): Promise<string>;
  /** Opens a link, once, whichever process is asked. */
  open(link: string): Promise<OpenedLink>;
  /** Writes what the page's own forms carry; it is of use until the given moment. */
  makePass(grant: EmbedGrant, untilSeconds: number): Promise<string>;
  readPass(pass: string): Promise<OpenedLink>;
}

/** Reads the secret for each link, since it may have been replaced. */
export function makeEmbedLinks(
  { oneTimeCodes, now }: Pick<KeyStorage, "oneTimeCodes" | "now">,
  secret: () => string,
): EmbedLinks {
  const key = () => new TextEncoder().encode(secret());
  const nowSeconds = (): number => Math.floor(now() / 1000);
  const sign = async (
    { subject, ...claims }: EmbedGrant & { readonly jti?: string },
    audience: string,
    untilSeconds: number,
  ): Promise<string> => {
    const { SignJWT } = await import("jose");
    return new SignJWT({ ...claims, sub: subject })
      .setProtectedHeader({ alg: "HS256" })
      .setAudience(audience)
      .setIssuedAt(nowSeconds())
      .setExpirationTime(untilSeconds)
      .sign(key());
  };
  const read = async (text: string, audience: string) => {
    const { errors, jwtVerify } = await import("jose");
    try {
      const { payload } = await jwtVerify(text, key(), {
        algorithms: ["HS256"],
        audience,
        requiredClaims: ["exp", "iat"],
        maxTokenAge: LONGEST_LINK_SECONDS,
        clockTolerance: TOLERANCE_SECONDS,
        currentDate: new Date(now()),
      });
      return { ok: true, payload } as const;
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { ok: false, reason: "too-old" } as const;
      const isSigned = error instanceof errors.JWTClaimValidationFailed;
      return { ok: false, reason: isSigned ? "unusable" : "not-ours" } as const;
    }
  };
  const opened = (payload: JWTPayload): OpenedLink => {
    const { sub, ...claims } = payload;
    const grant = embedGrantSchema.safeParse({ ...claims, ...(sub !== undefined && { subject: sub }) });
    return grant.success
      ? { ok: true, grant: grant.data, untilSeconds: payload.exp ?? 0 }
      : { ok: false, reason: "unusable" };
  };
  return {
    make: (grant, id, seconds) => sign({ ...grant, jti: id }, LINK_AUDIENCE, nowSeconds() + seconds),
    open: async (link) => {
      const verified = await read(link, LINK_AUDIENCE);
      if (!verified.ok) return verified;
      const { payload } = verified;
      const { jti, iat = 0, exp = 0 } = payload;
      if (exp - iat > LONGEST_LINK_SECONDS) return { ok: false, reason: "too-long" };
      if (typeof jti !== "string" || !/^[\w-]{16,200}$/.test(jti)) return { ok: false, reason: "unusable" };
      const result = opened(payload);
      if (!result.ok) return result;
      const isFirst = await oneTimeCodes.put({
        id: sha256(`embed ${jti}`),
        payload: {},
        expiresAtMs: (exp + TOLERANCE_SECONDS + 1) * 1000,
      });
      if (!isFirst) return { ok: false, reason: "used" };
      return { ...result, untilSeconds: nowSeconds() + LONGEST_LINK_SECONDS };
    },
    makePass: (grant, untilSeconds) => sign(grant, PAGE_AUDIENCE, untilSeconds),
    readPass: async (pass) => {
      const verified = await read(pass, PAGE_AUDIENCE);
      return verified.ok ? opened(verified.payload) : verified;
    },
  };
}
