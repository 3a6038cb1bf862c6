import type { HelpSection } from "@keywarden/command-line";

/** Explains filters where `keywarden help keys` does. */
export const filterHelp: readonly HelpSection[] = [
  {
    title: "Filters",
    rows: [
      ["word", 'name, id, provider, owner, a tag or the redacted key contains it; quotes: "two words"'],
      ["status:overdue,due", "any of fresh, due, overdue, in-grace (or grace), revoked, expired"],
      ["usage:dormant", "any of active, dormant, never-used (or never), unknown"],
      ["state:revoked", "any of active, revoked, expired; active unless a filter or --all asks for others"],
      [
        "provider:aforo env:live kind:secret",
        "by provider, environment (or environment:) or its label, and kind",
      ],
      [
        "tag:billing owner:ann@* name:api-*",
        'as they are written; * stands for any text; owner:"" is nobody',
      ],
      ["age>90d", "the current secret is older; < is younger; h, d, w or y"],
      ["used<30d unused>90d", "used within 30 days; not used for 90 days"],
      ["expires<14d", "ends by itself within 14 days"],
      ["!tag:batch", "does not match"],
    ],
  },
];
