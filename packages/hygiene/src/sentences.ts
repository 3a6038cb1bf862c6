import type { RuleId } from "./rules.ts";

type Sentences = Readonly<Partial<Record<RuleId, string>>>;

const rotation = (sentence: string): Sentences => ({
  "rotation-overdue": sentence,
  "rotation-due": sentence,
});
const disuse = (sentence: string): Sentences => ({ dormant: sentence, "never-used": sentence });

/** Quotations from each provider's documentation, by provider id and rule. */
export const sentences: Readonly<Record<string, Sentences>> = {
  aforo: {
    ...disuse("Any key unused for 90+ days should be revoked."),
    "owner-departed":
      "If a team member with key access leaves, rotate all keys they had access to within 24 hours.",
    "live-key-in-development": "Never use a production key (sk_live_) in a development or CI environment.",
    "test-key-in-production":
      "One sk_test_ key for development, one for CI, one sk_live_ key for production.",
    "several-environments": "Never share keys between environments or team members.",
    "grace-exceeded": "After 5+ minutes, revoke the old key",
    unrestricted:
      "Each key is scoped to a product and can optionally be restricted to specific IP ranges or rate limits.",
    "no-owner": "Keys created in the Admin Panel are tied to the account that created them.",
    "wrong-host":
      "SDKs and gateway plugins automatically select the correct ingest endpoint based on which key type is present.",
    "malformed-key": "Each key is a 48-character opaque token.",
    "env-file-tracked": "Use .env files (gitignored) locally.",
  },
  aero2: {
    ...rotation("Rotate keys regularly — Periodic rotation limits the impact of a potential leak."),
    "several-environments":
      "Use separate applications (and therefore separate keys) for development, staging, and production.",
    "several-services":
      "Generate additional keys when you need separate keys for different environments or services.",
    "grace-exceeded": "After 24 hours, the old key is automatically revoked.",
    "secret-in-public-variable":
      "Must never be exposed in client-side code, public repositories, or browser network requests",
    "publishable-for-secret":
      "What they cannot do: Access user data, manage settings, or perform admin operations",
    "env-file-tracked":
      "Must never be exposed in client-side code, public repositories, or browser network requests",
  },
  example: {
    ...rotation("Rotate API keys every 90 days"),
    "live-key-in-development": "Use for development and testing",
    "test-key-in-production": "Data is not persisted",
    "several-services": "Use multiple keys for different services",
    unrestricted: "Use Key Restrictions",
    "secret-in-public-variable":
      "Keep them secure and never expose them in client-side code or public repositories.",
    "env-file-tracked": "Keep them secure and never expose them in client-side code or public repositories.",
    "wrong-host": "Ensure you're using the correct environment (test vs. live)",
  },
  azotte: {
    ...rotation("Best practice: Rotate keys quarterly"),
    "live-key-in-development": "Environment Separation",
    "test-key-in-production": "Environment Separation",
    "several-environments": "Environment Separation",
    "tenant-mismatch": "Environment Separation",
    "several-services": "Use separate keys for different services",
    "grace-exceeded": "Deactivate old key after transition",
    unrestricted: "Limit key permissions to minimum required",
    "secret-in-public-variable": "Must be protected: Never expose in client-side code",
    "publishable-for-secret": "Permissions: Read-only access to public data",
    "env-file-tracked": "Committed to version control",
  },
  "aurora-solar": {
    "several-services": "We highly recommend creating a separate restricted key for each third-party.",
    "several-standard-keys": "A tenant may only have one standard key.",
    unrestricted:
      "If you want to grant micro-services (internal or third-party) access to your data, consider using restricted keys to reduce the risk of unintended data sharing.",
    "wrong-host": "The key grants access to the sandbox environment.",
    "secret-in-public-variable":
      "We strongly recommend against sharing Standard Keys outside of your organization.",
  },
};
