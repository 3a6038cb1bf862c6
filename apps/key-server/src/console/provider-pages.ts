/** The screen that a provider's document describes, in its words. */
export interface ProviderPage {
  readonly provider: string;
  readonly path: string;
  readonly title: string;
  readonly create: string;
  readonly warning: string;
  readonly copy: string;
}

export const providerPages: readonly ProviderPage[] = [
  {
    provider: "aforo",
    path: "/aforo/admin/api-keys",
    title: "Admin Panel → API Keys",
    create: "Create API Key",
    warning:
      "Never use a production key (sk_live_) in a development or CI environment: its events are billed. Revocation is instant.",
    copy: "The plaintext key is shown exactly once. Copy it to your secret manager now: it cannot be retrieved again.",
  },
  {
    provider: "aero2",
    path: "/aero2/dashboard/api-keys",
    title: "API Keys",
    create: "Create key",
    warning:
      "Secret keys must never be exposed in client-side code, public repositories or browser requests.",
    copy: "Store the key in an environment variable now. It is not shown again.",
  },
  {
    provider: "example",
    path: "/example/settings/api-keys",
    title: "Settings > API Keys",
    create: "Create New API Key",
    warning:
      "API keys provide full access to your account. Never expose them in client-side code or public repositories.",
    copy: "Copy and securely store your API key. It is not shown again.",
  },
  {
    provider: "azotte",
    path: "/azotte/developer-settings",
    title: "Developer Settings",
    create: "Generate New API Key",
    warning: "Limit key permissions to the minimum required, and use separate keys for different services.",
    copy: "Copy and securely store the key. It is not shown again.",
  },
  {
    provider: "aurora-solar",
    path: "/aurora-solar/settings/api/tokens",
    title: "API Tokens",
    create: "Create API token",
    warning:
      "A tenant may only have one standard key. Create a separate restricted key for each third party, and do not share standard keys outside of your organization.",
    copy: "Copy the token now. It is not shown again.",
  },
];
