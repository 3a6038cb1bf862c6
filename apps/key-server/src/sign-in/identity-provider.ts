import type { ProviderProfile } from "@keywarden/key-format";
import type { Configuration } from "openid-client";
import { sha256 } from "../sha256.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import { signInFailureOf, startAgain, type SignInFailure } from "./failure-sentence.ts";
import { personOfClaims, type Claims, type PersonOfClaims } from "./person-of-claims.ts";
import { isOnLoopback, type SignInConfig } from "./sign-in-config.ts";

/** What the browser brings back to show that a sign-in was begun in it. */
export interface BegunSignIn {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE (RFC 7636). */
  readonly verifier: string;
}

/** Signs people in by OpenID Connect: authorization code flow with PKCE, state and nonce. */
export interface IdentityProvider {
  /** The word on its button. */
  readonly name: string;
  /** Where a sign-in begins: always under the one address to which the provider sends people back. */
  startUrl(back: string): string;
  /** Whether browsers reach this server by TLS. */
  readonly isSecure: boolean;
  /** What changes when people have to sign in again: whom it knows, and what they get. */
  readonly mapping: string;
  /** Gives the address where a person signs in, and what the browser has to bring back. */
  begin(): Promise<{ readonly ok: true; readonly url: string; readonly begun: BegunSignIn } | SignInFailure>;
  /** Finds out who came back; `query` is what stands behind the redirect address. */
  finish(query: URLSearchParams, begun: BegunSignIn | null): Promise<PersonOfClaims | SignInFailure>;
  /** Whether the provider could be reached within the last minute. */
  check(): Promise<"ok" | "failing">;
  /** Where a person signs out there, too; null where the provider offers none or cannot be reached. */
  endUrl(): Promise<string | null>;
}

export const startPath = "/console/oidc/start";
export const callbackPath = "/console/oidc/callback";

const PATIENCE_SECONDS = 4;
/** Its keys are asked for as they are needed; these are its addresses. */
const KEPT_MS = 3_600_000;
const FAILURE_KEPT_MS = 5000;
const CHECKED_EVERY_MS = 60_000;

export function makeIdentityProvider(
  config: SignInConfig & { readonly clientSecret: string | null },
  options: {
    readonly secretFormats: readonly ProviderProfile[];
    readonly onFailure: (error: unknown, reason: string) => void;
    readonly elapsedMs?: () => number;
  },
): IdentityProvider {
  const { secretFormats, onFailure, elapsedMs = () => performance.now() } = options;
  const redirectUri = new URL(callbackPath, config.publicUrl).href;
  const { clientSecret: _secret, ...told } = config;
  let known: { readonly configuration: Configuration; readonly atMs: number } | null = null;
  let failed: { readonly failure: SignInFailure; readonly atMs: number } | null = null;
  let asking: Promise<Configuration | SignInFailure> | null = null;

  const ask = async (): Promise<Configuration | SignInFailure> => {
    try {
      const configuration = await discover(config);
      known = { configuration, atMs: elapsedMs() };
      failed = null;
      return configuration;
    } catch (error) {
      const found = signInFailureOf(error, config.clockSkewSeconds);
      const isAnswer = found.reason !== "unreachable";
      const says = isAnswer
        ? "The identity provider's own description cannot be used: check issuer in --oidc."
        : found.says;
      const failure = { ...found, reason: isAnswer ? "bad-discovery" : "unreachable", says };
      // Once: whoever watches readiness asks every few seconds.
      if (failed?.failure.reason !== failure.reason) onFailure(error, failure.reason);
      failed = { failure, atMs: elapsedMs() };
      return failure;
    } finally {
      asking = null;
    }
  };
  const look = (keptMs: number): Promise<Configuration | SignInFailure> => {
    if (failed !== null && elapsedMs() - failed.atMs < FAILURE_KEPT_MS)
      return Promise.resolve(failed.failure);
    if (failed === null && known !== null && elapsedMs() - known.atMs < keptMs)
      return Promise.resolve(known.configuration);
    asking ??= ask();
    return asking;
  };

  return {
    name: config.name,
    startUrl: (back) =>
      new URL(`${startPath}?${new URLSearchParams({ back }).toString()}`, config.publicUrl).href,
    isSecure: config.publicUrl.startsWith("https:"),
    mapping: sha256(JSON.stringify(told)),
    begin: async () => {
      const configuration = await look(KEPT_MS);
      if ("ok" in configuration) return configuration;
      const client = await import("openid-client");
      const begun: BegunSignIn = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      };
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: config.scopes.join(" "),
        code_challenge: await client.calculatePKCECodeChallenge(begun.verifier),
        code_challenge_method: "S256",
        state: begun.state,
        nonce: begun.nonce,
      });
      return { ok: true, url: url.href, begun };
    },
    finish: async (query, begun) => {
      const states = query.getAll("state");
      if (begun === null || states.length !== 1 || states[0] !== begun.state)
        return {
          ok: false,
          reason: "other-state",
          says: `That sign-in was not begun in this browser, or is over. ${startAgain}`,
        };
      const configuration = await look(KEPT_MS);
      if ("ok" in configuration) return configuration;
      const { issuer } = configuration.serverMetadata();
      // RFC 9207: of two providers one could send the answer of the other.
      if (query.has("iss") && query.getAll("iss").join(" ") !== issuer)
        return {
          ok: false,
          reason: "other-issuer",
          says: `That answer is from another issuer. ${startAgain}`,
        };
      try {
        const claims = await readClaims(configuration, `${redirectUri}?${query.toString()}`, begun, config);
        return personOfClaims(claims, config, secretFormats);
      } catch (error) {
        const failure = signInFailureOf(error, config.clockSkewSeconds);
        onFailure(error, failure.reason);
        // A provider that changed its keys or addresses is asked for them at the next attempt.
        if (failure.reason === "bad-signature" || failure.reason === "unreachable") known = null;
        return failure;
      }
    },
    check: async () => ("ok" in (await look(CHECKED_EVERY_MS)) ? "failing" : "ok"),
    endUrl: async () => {
      const configuration = await look(KEPT_MS);
      if ("ok" in configuration || configuration.serverMetadata().end_session_endpoint === undefined)
        return null;
      const { buildEndSessionUrl } = await import("openid-client");
      const back = new URL("/console/sign-in", config.publicUrl).href;
      return buildEndSessionUrl(configuration, { post_logout_redirect_uri: back }).href;
    },
  };
}

async function discover(
  config: SignInConfig & { readonly clientSecret: string | null },
): Promise<Configuration> {
  // Only a server that people sign in to by an identity provider loads this.
  const client = await import("openid-client");
  const { clientSecret } = config;
  const byBasic = config.clientAuthentication === "basic";
  const authentication =
    clientSecret === null
      ? client.None()
      : byBasic
        ? client.ClientSecretBasic(clientSecret)
        : client.ClientSecretPost(clientSecret);
  const issuer = new URL(config.issuer);
  const configuration = await client.discovery(
    issuer,
    config.clientId,
    { [client.clockTolerance]: config.clockSkewSeconds },
    authentication,
    {
      timeout: PATIENCE_SECONDS,
      [client.customFetch]: boundedFetch,
      // The signature counts on every connection, not only where there is no TLS.
      execute: [
        client.enableNonRepudiationChecks,
        ...(isOnLoopback(config.issuer) ? [client.allowInsecureRequests] : []),
      ],
    },
  );
  // The library takes Entra's description of all tenants at once for that of any; here one issuer is meant.
  if (new URL(configuration.serverMetadata().issuer).href !== issuer.href)
    throw new RangeError("the description names another issuer");
  return configuration;
}

async function readClaims(
  configuration: Configuration,
  url: string,
  { state, nonce, verifier }: BegunSignIn,
  { userInfo }: SignInConfig,
): Promise<Claims> {
  const client = await import("openid-client");
  const tokens = await client.authorizationCodeGrant(configuration, new URL(url), {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
  const claims: Claims = { ...tokens.claims() };
  if (!userInfo || typeof claims["sub"] !== "string") return claims;
  // What is signed wins; the subject of the other is compared.
  return { ...(await client.fetchUserInfo(configuration, tokens.access_token, claims["sub"])), ...claims };
}
