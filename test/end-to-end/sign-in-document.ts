import type { Json } from "./secret-variants.ts";

/** The settings of `keywarden-server --oidc` with every field that they may have. */
export const signInDocument = {
  issuer: "https://id.example.com",
  clientId: "keywarden",
  clientAuthentication: "basic",
  publicUrl: "https://keys.example.com",
  name: "Acme",
  scopes: ["openid"],
  userInfo: true,
  clockSkewSeconds: 7,
  roles: [
    {
      claim: ["a", "b"],
      value: "c",
      role: "reader",
      limits: { tenants: { claim: "t" }, providers: ["aforo"] },
    },
  ],
} as const satisfies Json;
