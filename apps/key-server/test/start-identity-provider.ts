import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair } from "jose";
import { Provider } from "oidc-provider";
import { clientSecret } from "./forging-provider.ts";

/** A real OpenID Connect provider, which asks for a name and any password. */
export interface StartedProvider extends AsyncDisposable {
  readonly issuer: string;
  /** Lets a server at this address send people here; to be called before it does. */
  expect(publicUrl: string): Promise<void>;
}

/** Starts one on loopback that knows these people by what they type as their name. */
export async function startIdentityProvider(
  people: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): Promise<StartedProvider> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const http = createServer();
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const clients = new Map<string, Record<string, unknown>>();
  const provider = new Provider(issuer, {
    clients: [],
    findAccount: (_context, id) =>
      people[id] === undefined
        ? undefined
        : { accountId: id, claims: async () => ({ sub: id, ...people[id] }) },
    claims: {
      openid: ["sub"],
      profile: ["name", "preferred_username", "groups", "tenant"],
      email: ["email", "email_verified"],
    },
    conformIdTokenClaims: false,
    cookies: { keys: ["of the tests"] },
    jwks: { keys: [{ ...(await exportJWK(privateKey)), use: "sig", alg: "RS256", kid: "one" }] },
    pkce: { required: () => true },
    features: { rpInitiatedLogout: { enabled: true } },
    ttl: { Session: 600, Interaction: 600, Grant: 600, IdToken: 300, AccessToken: 300 },
    // Clients are looked up here, so that one can be made once it is known where its server listens.
    adapter: makeAdapter(clients),
  });
  const listener = provider.callback();
  http.on("request", (request, response) => void listener(request, response));
  return {
    issuer,
    expect: async (publicUrl) => {
      clients.set("keywarden", {
        client_id: "keywarden",
        client_secret: clientSecret.reveal(),
        token_endpoint_auth_method: "client_secret_post",
        redirect_uris: [...redirectsOf(clients), new URL("/console/oidc/callback", publicUrl).href],
        post_logout_redirect_uris: [new URL("/console/sign-in", publicUrl).href],
      });
    },
    [Symbol.asyncDispose]: async () => {
      http.closeAllConnections();
      http.close();
      await once(http, "close");
    },
  };
}

function redirectsOf(clients: ReadonlyMap<string, Readonly<Record<string, unknown>>>): readonly string[] {
  const { redirect_uris: known } = clients.get("keywarden") ?? {};
  return Array.isArray(known) ? known.map(String) : [];
}

/** Keeps everything in memory; the provider's own way does the same and knows no clients that come later. */
function makeAdapter(clients: ReadonlyMap<string, Record<string, unknown>>) {
  const kept = new Map<string, Record<string, unknown>>();
  return class {
    readonly #model: string;
    constructor(model: string) {
      this.#model = model;
    }
    async upsert(id: string, payload: Record<string, unknown>): Promise<void> {
      kept.set(`${this.#model} ${id}`, payload);
      if (this.#model === "Session") kept.set(`uid ${String(payload["uid"])}`, payload);
    }
    async find(id: string): Promise<Record<string, unknown> | undefined> {
      return this.#model === "Client" ? clients.get(id) : kept.get(`${this.#model} ${id}`);
    }
    async findByUid(uid: string): Promise<Record<string, unknown> | undefined> {
      return kept.get(`uid ${uid}`);
    }
    async findByUserCode(): Promise<undefined> {}
    async consume(id: string): Promise<void> {
      const payload = kept.get(`${this.#model} ${id}`);
      if (payload !== undefined) payload["consumed"] = Math.floor(Date.now() / 1000);
    }
    async destroy(id: string): Promise<void> {
      kept.delete(`${this.#model} ${id}`);
    }
    async revokeByGrantId(grantId: string): Promise<void> {
      for (const [key, payload] of kept) if (payload["grantId"] === grantId) kept.delete(key);
    }
  };
}
