import { roleSchema } from "@keywarden/management";
import { environmentWords } from "@keywarden/management/environment-words";
import * as z from "zod";

const environments = Object.keys(environmentWords) as (keyof typeof environmentWords)[];
const name = z.string().min(1).max(500);

const claimName = z
  .union([name, z.array(name).min(1).max(10)])
  .describe('A claim by its name, or the way to a nested one: ["realm_access", "roles"].');

const limit = <Value extends z.ZodType<string>>(value: Value) =>
  z.union([z.array(value).min(1).max(100), z.strictObject({ claim: claimName })]);

const isLoopback = ({ hostname }: URL): boolean => /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);

const address = z
  .string()
  .max(1000)
  .refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url === null || url.username !== "" || url.hash !== "" || url.search !== "") return false;
    return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url));
  }, "has to be an https:// address without query; http:// only on loopback");

const rule = z.strictObject({
  claim: claimName,
  value: name.describe("What the claim is, or one of its values where it is a list."),
  role: roleSchema,
  limits: z
    .strictObject({
      providers: limit(name).optional(),
      environments: limit(z.enum(environments)).optional(),
      tenants: limit(name).optional(),
    })
    .refine((limits) => Object.values(limits).some((one) => one !== undefined), "names no limit")
    .optional()
    .describe("The only keys that such a person sees and changes; named, or read from a claim."),
});

/** How people sign in by an identity provider, as `--oidc` names it. */
export const signInSchema = z
  .strictObject({
    $schema: z.string().optional(),
    issuer: address.describe("The identity provider's issuer, exactly as its tokens say it."),
    clientId: name,
    clientSecretFile: name
      .optional()
      .describe("A file with the client's secret, beside this one; absent for a public client."),
    clientAuthentication: z
      .enum(["post", "basic"])
      .default("post")
      .describe("How the secret is sent: client_secret_post or client_secret_basic."),
    publicUrl: address
      .refine((text) => URL.canParse(text) && new URL(text).pathname === "/", "has to be without a path")
      .describe("Where browsers reach this server: the redirect address is below it."),
    name: z.string().min(1).max(60).default("your organisation").describe("The word on the button."),
    scopes: z
      .array(z.string().regex(/^[\u0021\u0023-\u005B\u005D-\u007E]{1,200}$/))
      .max(50)
      .default(["openid", "profile", "email"])
      .refine((scopes) => scopes.includes("openid"), "has to include openid"),
    userInfo: z
      .boolean()
      .default(false)
      .describe(
        "Whether claims are read from the UserInfo endpoint, too, for providers that keep them there.",
      ),
    clockSkewSeconds: z.int().min(0).max(300).default(30),
    roles: z
      .array(rule)
      .min(1)
      .max(200)
      .describe("Who gets which role: the first rule that fits. Whom none fits is not let in."),
  })
  .meta({ title: "Sign-in by OpenID Connect for keywarden-server (--oidc)" });

export type SignInConfig = z.output<typeof signInSchema>;
export type RoleRule = SignInConfig["roles"][number];
export type ClaimName = z.output<typeof claimName>;

/** Whether an address is on this machine, where a connection without TLS can be heard by nobody else. */
export function isOnLoopback(text: string): boolean {
  return isLoopback(new URL(text));
}
