import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Secret } from "@keywarden/key-format";
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from "jose";
import { signInSchema } from "../src/sign-in/sign-in-config.ts";

export const clientSecret = new Secret(["client", "secret", "of", "the", "tests"].join("-"));

/** How people sign in by a provider of the tests. */
export const settingsFor = (issuer: string, more: Record<string, unknown> = {}) => ({
  ...signInSchema.parse({
    issuer,
    clientId: "keywarden",
    publicUrl: "http://127.0.0.1:7300",
    name: "Acme <b>SSO</b>",
    roles: [
      { claim: "groups", value: "keywarden-admins", role: "admin" },
      { claim: ["realm_access", "roles"], value: "ops", role: "operator" },
      { claim: "email", value: "eve@acme.com", role: "admin" },
      { claim: "hd", value: "acme.com", role: "reader" },
      {
        claim: "groups",
        value: "tenants",
        role: "admin",
        limits: { tenants: { claim: "tenant" }, environments: ["development"] },
      },
    ],
    ...more,
  }),
  clientSecret: clientSecret.reveal(),
});

/** An identity provider that says whatever a test lets it say. */
export interface ForgingProvider extends AsyncDisposable {
  readonly issuer: string;
  /** What the next ID token says beside or in place of what would be right. */
  claims: JWTPayload;
  /** What the next answer of the token endpoint is in place of tokens. */
  refusal: { readonly error: string } | null;
  /** What changes the next ID token after it was signed. */
  forge: (token: string) => string;
  /** Requests of the token endpoint. */
  readonly redeemed: URLSearchParams[];
  readonly userInfo: Record<string, unknown>;
  /** Signs with another key than the one that is published. */
  signsWithOther: boolean;
  isDown: boolean;
}

/** Starts one on loopback; `nonce` is taken from the code, which a test makes of it. */
export async function startForgingProvider(): Promise<ForgingProvider> {
  const own = await generateKeyPair("RS256", { extractable: true });
  const other = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(own.publicKey)), kid: "one", alg: "RS256", use: "sig" };
  const http = createServer((request, response) => {
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const path = (request.url ?? "").split("?")[0];
      if (provider.isDown) response.destroy();
      else if (path === "/.well-known/openid-configuration")
        answer(200, {
          issuer: provider.issuer,
          authorization_endpoint: `${provider.issuer}/authorize`,
          token_endpoint: `${provider.issuer}/token`,
          userinfo_endpoint: `${provider.issuer}/me`,
          jwks_uri: `${provider.issuer}/keys`,
          id_token_signing_alg_values_supported: ["RS256"],
          response_types_supported: ["code"],
          subject_types_supported: ["public"],
        });
      else if (path === "/keys") answer(200, { keys: [jwk] });
      else if (path === "/me") answer(200, provider.userInfo);
      else if (path === "/token") {
        const form = new URLSearchParams(text);
        provider.redeemed.push(form);
        if (provider.refusal !== null) answer(400, provider.refusal);
        else
          void sign(form.get("code") ?? "").then((token) =>
            answer(200, {
              access_token: "opaque",
              token_type: "Bearer",
              expires_in: 60,
              id_token: provider.forge(token),
            }),
          );
      } else answer(404, {});
    });
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const sign = (nonce: string): Promise<string> => {
    const seconds = Math.floor(Date.now() / 1000);
    const right = { iss: issuer, aud: "keywarden", iat: seconds, exp: seconds + 300, nonce };
    return new SignJWT({ ...right, ...provider.claims })
      .setProtectedHeader({ alg: "RS256", kid: "one" })
      .sign(provider.signsWithOther ? other.privateKey : own.privateKey);
  };
  const provider: ForgingProvider = {
    issuer,
    claims: {},
    refusal: null,
    forge: (token) => token,
    redeemed: [],
    userInfo: {},
    signsWithOther: false,
    isDown: false,
    [Symbol.asyncDispose]: async () => {
      http.closeAllConnections();
      http.close();
      await once(http, "close");
    },
  };
  return provider;
}
