import type { KeyPattern } from "@keywarden/key-format";

/** Writes a key into a line of settings in which it is found: behind the name that it needs, or around what tells of it. */
export function writePatternKey(
  { beside, services, around }: Pick<KeyPattern, "around" | "beside" | "services">,
  key: string,
): string {
  if (around === "jwk") return key.length > 256 ? `{"kty":"RSA","d":"${key}"}` : `{"kty":"oct","k":"${key}"}`;
  if (around === "otpauth") return `otpauth://totp/shop:me?secret=${key}&issuer=shop`;
  if (around === "login") return `url = postgres://app:${key}@db.acme.io/main`;
  if (around === "netrc") return `machine git.acme.io login app password ${key}`;
  if (around === "basic") return `{"auths": {"ghcr.io": {"auth": "${key}"}}} Authorization: Basic ${key}`;
  if (around === "connection") return `Server=tcp:db.acme.io,1433;User ID=app;Password=${key};Encrypt=True`;
  if (around === "npmrc") return `//npm.acme.io/:_authToken=${key}`;
  if (around === "curl") return `curl -u app:${key} https://api.acme.io/v1`;
  if (around === "signed-query") return `url = https://acme.blob.core.windows.net/shop?${key}`;
  if (around === "identifier") return `id = ${beside?.[0] ?? ""}\nsecret = ${key}`;
  if (around === "aws-key-id") return `id = ${["AKIA", "2".repeat(16)].join("")}\nsecret = ${key}`;
  const [service] = services ?? [];
  const [name = service === undefined ? "value" : `${service}_api_key`] = beside ?? [];
  return `${name}="${key}"`;
}
