import type { HelpSection } from "@keywarden/command-line";

/** Explains filters where `keywarden help keys` does. */
export const filterHelp: readonly HelpSection[] = [
  {
    title: "Filters",
    rows: [
      ["word", 'name, id, provider, owner, tag or redacted key contains this text; quotes: "two words"'],
      ["status:overdue,due", "any of fresh, due, overdue, in-grace (or grace), revoked, expired"],
      ["usage:dormant", "any of active, dormant, never-used (or never), unknown"],
      ["state:revoked", "any of active, revoked, expired; by default only active"],
      [
        "provider:aforo env:live kind:secret",
        "by provider, environment (or environment:) or its label, and kind",
      ],
      [
        "tag:billing owner:ann@* name:api-*",
        'exact, in this case; * matches any text; owner:"" means no owner',
      ],
      ["age>90d", "the current secret is older; < is younger; h, d, w or y"],
      ["used<30d unused>90d", "used within 30 days; not used for 90 days"],
      ["expires<14d", "expires within 14 days"],
      ["!tag:batch", "does not match"],
    ],
  },
];
