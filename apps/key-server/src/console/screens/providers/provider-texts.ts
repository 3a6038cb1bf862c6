import type { ColumnId } from "@keywarden/inventory";
import type { KeyKind } from "@keywarden/key-format";
import type { Restrictions } from "@keywarden/management";
import type { PermissionGroup } from "../permission-field.ts";

/** What a document says of one type of key. */
export interface KeyType {
  readonly kind: KeyKind;
  readonly word: string;
  readonly says: string;
}

/** A practice that a document asks for; the query finds the keys that it is about. */
export interface Practice {
  readonly says: string;
  /** `departed` finds the keys of whoever the server's policy says has left. */
  readonly query?: string;
}

/** A screen beside the list of keys. */
export interface Tab {
  readonly under: "usage" | "alerts" | "audit";
  readonly word: string;
}

/** The screen that a provider's document describes, in its words. */
export interface ProviderTexts {
  readonly provider: string;
  readonly path: string;
  /** The way that the document gives: each part is where the next is found. */
  readonly way: readonly string[];
  readonly title: string;
  readonly create: string;
  readonly warning: string;
  readonly copy: string;
  /** Where the document says that a new key belongs. */
  readonly store: string;
  readonly types: readonly KeyType[];
  readonly tabs: readonly Tab[];
  readonly columns: readonly ColumnId[];
  readonly practices: readonly Practice[];
  /** What the document says of answers that one did not expect. */
  readonly troubleshooting?: readonly { readonly word: string; readonly says: string }[];
  readonly fields?: Readonly<Partial<Record<keyof Restrictions, string>>>;
  readonly permissions?: readonly PermissionGroup[];
  /** Words of the document for environments, where it has its own. */
  readonly environments?: Readonly<Record<string, string>>;
}

const aforo: ProviderTexts = {
  provider: "aforo",
  path: "/aforo/admin/api-keys",
  way: ["Admin Panel"],
  title: "API Keys",
  create: "Create API Key",
  warning:
    "Never use a production key (sk_live_) in a development or CI environment: every event sent with it is metered and billed.",
  copy: "The plaintext key is shown exactly once. Copy it to your secret manager now: it cannot be retrieved again.",
  store:
    "Store it in AWS Secrets Manager, GCP Secret Manager or HashiCorp Vault; in .env for local development only. Aforo's SDKs read it from AFORO_API_KEY.",
  types: [
    {
      kind: "secret",
      word: "Secret key",
      says: "sk_test_ for sandbox, without charges; sk_live_ for production, with real billing.",
    },
  ],
  tabs: [
    { under: "alerts", word: "Alerts" },
    { under: "usage", word: "Usage" },
  ],
  columns: ["environment", "rotation", "last-used", "owner", "key"],
  environments: { sandbox: "Sandbox", production: "Production" },
  practices: [
    {
      says: "Revoke unused keys: any key unused for 90 days or more.",
      query: "unused>90d",
    },
    {
      says: "Rotate on team member departure, within 24 hours, all keys they had access to; these are the ones they own. Do not delete the account: its audit trail would go with it.",
      query: "departed",
    },
    { says: "Give every key an owner: when somebody leaves, no one thinks of these.", query: 'owner:""' },
    {
      says: "Use separate keys per environment: one sk_test_ key for development, one for CI, one sk_live_ key for production.",
      query: "env:production",
    },
    { says: "Rotate keys that are overdue: both keys work for 300 seconds.", query: "status:overdue" },
    {
      says: "If you suspect that a key is compromised, revoke it at once, then create a new one: a revoked key has no grace period.",
    },
    { says: "Never commit keys to source control; use your CI provider's secret store for pipelines." },
  ],
  fields: { product: "Product scope", ipRanges: "Specific IP ranges", rateLimits: "Rate limit" },
};

const aero2: ProviderTexts = {
  provider: "aero2",
  path: "/aero2/dashboard/api-keys",
  way: ["Dashboard"],
  title: "API Keys",
  create: "Create key",
  warning:
    "Secret keys must never be exposed in client-side code, public repositories or browser network requests.",
  copy: "Copy the key now. It is not shown again.",
  store: "Store it in an environment variable, and deploy it to your servers; never hardcode it.",
  types: [
    {
      kind: "publishable",
      word: "Publishable key",
      says: "pk_live_ identifies your application in frontend code and initiates authentication flows; it cannot access user data, manage settings or perform admin operations, and is safe in public.",
    },
    {
      kind: "secret",
      word: "Secret key",
      says: "sk_live_ authenticates server-side requests, with full API access: users, roles and all admin operations.",
    },
  ],
  tabs: [
    { under: "audit", word: "Audit log" },
    { under: "usage", word: "Usage" },
  ],
  columns: ["kind", "rotation", "last-used", "owner", "key"],
  practices: [
    { says: "Rotate keys regularly: a rotation gives the old key 24 hours.", query: "status:overdue,due" },
    { says: "Update your application before the grace period ends.", query: "status:in-grace" },
    {
      says: "Monitor key usage: review keys that nobody uses, and the audit log.",
      query: "usage:dormant,never-used",
    },
    {
      says: "Use different keys per environment: a separate application for development, staging and production.",
    },
    {
      says: "Revoke immediately if compromised, and create a new key: a rotation would let the old one work for 24 hours.",
    },
  ],
  fields: { tenant: "Application" },
};

const example: ProviderTexts = {
  provider: "example",
  path: "/example/settings/api-keys",
  way: ["Settings"],
  title: "API Keys",
  create: "Create New API Key",
  warning:
    "API keys provide full access to your account. Keep them secure and never expose them in client-side code or public repositories.",
  copy: "Copy and securely store your API key. It is not shown again.",
  store: "Store it in an environment variable: API_KEY in an .env file that is not committed.",
  types: [
    {
      kind: "secret",
      word: "API key",
      says: "sk_test_ for development and testing, without charges, and its data is not persisted; sk_live_ for production, with real transactions and additional monitoring.",
    },
  ],
  tabs: [{ under: "usage", word: "Usage" }],
  columns: ["environment", "rotation", "age", "last-used", "owner", "key"],
  environments: { sandbox: "Test", production: "Live" },
  practices: [
    { says: "Rotate API keys every 90 days.", query: "age>90d" },
    { says: "Immediately rotate if a key is compromised; revoke it where it must stop at once." },
    {
      says: "Use multiple keys for different services, each with an owner: these have none.",
      query: 'owner:""',
    },
    { says: "Check keys that are no longer used.", query: "unused>90d" },
    { says: "Use key restrictions: by IP address, referrer URL or specific API endpoints." },
    { says: "Never expose keys in client-side code, public repositories, forums or support tickets." },
  ],
  troubleshooting: [
    {
      word: "401 Unauthorized",
      says: "Missing or invalid API key: verify that it is correct and included in the Authorization header.",
    },
    {
      word: "403 Forbidden",
      says: "The key has no permission for this resource: check what it is restricted to, on its page.",
    },
    {
      word: "Key not working",
      says: "Verify that it has not been revoked, check for typos, and make sure that it is of the right environment (test or live).",
    },
  ],
  fields: { ipRanges: "IP address", referrers: "Referrer URL", endpoints: "Specific API endpoints" },
};

const azotte: ProviderTexts = {
  provider: "azotte",
  path: "/azotte/developer-settings",
  way: ["Azotte Portal"],
  title: "Developer Settings",
  create: "Generate New API Key",
  warning: "Limit key permissions to the minimum required, and use separate keys for different services.",
  copy: "Copy and securely store the key. It is not shown again.",
  store:
    "Store it in AZOTTE_API_KEY, with the tenant in AZOTTE_TENANT_ID, or in a configuration file outside of version control.",
  types: [
    {
      kind: "publishable",
      word: "Publishable key (client-safe)",
      says: "pk_dev_ or pk_live_: read-only access to public data.",
    },
    {
      kind: "secret",
      word: "Secret key (server-only)",
      says: "sk_dev_ or sk_live_: full read and write access as far as it is permitted below; never expose it in client-side code.",
    },
  ],
  tabs: [
    { under: "usage", word: "Usage analytics" },
    { under: "alerts", word: "Security monitoring" },
  ],
  columns: ["kind", "environment", "rotation", "last-used", "owner", "key"],
  practices: [
    { says: "Rotate keys quarterly.", query: "status:overdue,due" },
    { says: "Use separate keys for different services: keys without an owner.", query: 'owner:""' },
    {
      says: "Update applications gradually, and deactivate the old key after the transition.",
      query: "status:in-grace",
    },
    { says: "Monitor key usage patterns: these are no longer used.", query: "usage:dormant" },
    { says: "Limit what a key may do and how often: permissions and a rate limit of its own." },
  ],
  fields: { tenant: "Tenant ID" },
  permissions: [
    {
      title: "Read permissions",
      permissions: {
        "subscriptions:read": "View subscriptions",
        "customers:read": "Access customer data",
        "bundles:read": "Retrieve bundles and pricing",
        "analytics:read": "Read analytics data",
      },
    },
    {
      title: "Write permissions",
      permissions: {
        "subscriptions:write": "Create subscriptions",
        "customers:write": "Modify customer information",
        "payments:process": "Process payments",
        "campaigns:manage": "Manage campaigns",
      },
    },
    {
      title: "Administrative permissions",
      permissions: {
        "api_keys:manage": "Manage API keys",
        "webhooks:configure": "Configure webhooks",
        "audit_logs:read": "Access audit logs",
        "team:manage": "Manage team members",
      },
    },
  ],
  environments: { development: "Development", production: "Production" },
};

const auroraSolar: ProviderTexts = {
  provider: "aurora-solar",
  path: "/aurora-solar/settings/api/tokens",
  way: ["Settings", "API"],
  title: "API Tokens",
  create: "Create API token",
  warning:
    "Do not share standard keys outside of your organization: a restricted key is the more secure alternative.",
  copy: "Copy the bearer token now. It is not shown again.",
  store: "Send it as the bearer token of the Authorization header, to the environment that its prefix names.",
  types: [
    {
      kind: "restricted",
      word: "Restricted key",
      says: "rk_: only a specified subset of API actions, in version 2022.09 of the API, and only projects with its tags. Create a separate one for each third party.",
    },
    {
      kind: "secret",
      word: "Standard key",
      says: "sk_: all API actions for a single tenant, which may have one only.",
    },
  ],
  tabs: [
    { under: "usage", word: "Activity" },
    { under: "audit", word: "Audit" },
  ],
  columns: ["kind", "environment", "rotation", "last-used", "owner", "key"],
  environments: { sandbox: "Sandbox", production: "Production" },
  practices: [
    { says: "Create a separate restricted key for each third party.", query: "kind:restricted" },
    { says: "Standard keys grant access to all API actions.", query: "kind:secret" },
    { says: "Rotate keys if necessary.", query: "status:overdue,due" },
    { says: "Audit the activity of each restricted key on its own: see Audit." },
  ],
  permissions: [
    {
      title: "API actions of a restricted key",
      permissions: {
        list_projects: "List projects",
        retrieve_project: "Retrieve projects",
        create_project: "Create projects",
        update_project: "Update projects",
        list_designs: "List designs",
        retrieve_design: "Retrieve designs",
      },
    },
  ],
  fields: { tenant: "Tenant", projectTags: "Project-based tags" },
};

export const providerTexts: readonly ProviderTexts[] = [aforo, aero2, example, azotte, auroraSolar];
