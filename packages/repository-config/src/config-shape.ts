import { catalogueProviders } from "@keywarden/key-format";
import { readPathPattern } from "@keywarden/scan";
import { dayOf } from "./day-of.ts";
import { providerShape } from "./provider-shape.ts";
import type { Property, Shape } from "./shape.ts";

/** A keywarden.json that has the shape below. */
export interface ConfigDocument {
  readonly providers?: readonly unknown[];
  readonly allow?: readonly AllowDocument[];
  readonly policy?: PolicyDocument;
  readonly exclude?: readonly string[];
  readonly catalogue?: readonly string[];
  readonly hygiene?: HygieneDocument;
  readonly app?: AppDocument;
}

/** What the repository asks of the GitHub App. */
export interface AppDocument {
  readonly atLeast?: readonly {
    readonly kind?: readonly ("secret" | "restricted")[];
    readonly environment?: readonly ("production" | "sandbox" | "development")[];
    readonly action: "report" | "ask";
  }[];
}

/** What `keywarden audit` holds keys to. */
export interface HygieneDocument {
  readonly preset?: "default90" | "cis45";
  readonly rotateEveryDays?: number;
  readonly dueBeforeDays?: number;
  readonly dormantAfterDays?: number;
  readonly departureHours?: number;
  readonly expiringWithinDays?: number;
  readonly minSeverity?: "critical" | "high" | "medium" | "low";
  readonly accept?: readonly AcceptDocument[];
}

export interface AcceptDocument {
  readonly key?: string;
  readonly rule?: string;
  readonly reason: string;
  readonly owner?: string;
  readonly expires?: string;
}

export interface AllowDocument {
  readonly path?: string;
  readonly format?: string;
  readonly finding?: string;
  readonly fingerprint?: string;
  readonly reason: string;
  readonly owner?: string;
  readonly expires?: string;
}

export type ActionName = "block" | "warn" | "ignore";
type PerEnvironment = Readonly<Partial<Record<"production" | "sandbox" | "development", ActionName>>>;

export interface PolicyDocument {
  readonly minConfidence?: "low" | "medium" | "high";
  readonly secret?: ActionName | PerEnvironment;
  readonly restricted?: ActionName | PerEnvironment;
  readonly publishable?: ActionName | PerEnvironment;
  readonly foreignAllow?: "name" | "honour";
}

const pathPattern: Shape = {
  kind: "text",
  pattern: /^(?![!/])[^\\]{1,256}$/u,
  what: "a path pattern of 1 to 256 characters, such as test/fixtures/**",
  problemOf: (text) => {
    const pattern = readPathPattern(text);
    return pattern.ok ? null : pattern.problem;
  },
};

const sha256Text = (what: string): Shape => ({ kind: "text", pattern: /^[0-9a-f]{64}$/u, what });

const sentence = (what: string, longest: number): Shape => ({
  kind: "text",
  pattern: new RegExp(String.raw`^(?=.*\p{L}\p{L})[^\p{C}\p{Zl}\p{Zp}]{2,${longest}}$`, "u"),
  what,
});

const reason: Property = {
  shape: sentence("a reason of 2 to 200 characters: why this key is no danger", 200),
  summary: "Why this key is no danger.",
  isRequired: true,
};

const expires: Property = {
  shape: {
    kind: "text",
    pattern: /^\d{4}-\d{2}-\d{2}$/u,
    what: "a day written as 2027-01-31",
    problemOf: (text) => (dayOf(text) === null ? "must be a day that exists, written as 2027-01-31" : null),
  },
  summary: "The first day, in UTC, on which the entry no longer holds.",
};

const owner: Property = {
  shape: sentence("a name of 2 to 64 characters: who answers for it", 64),
  summary: "Who answers for it.",
};

const allowEntry: Shape = {
  kind: "object",
  oneOrMoreOf: ["path", "format", "finding", "fingerprint"],
  properties: {
    path: { shape: pathPattern, summary: "Accepts keys in these files." },
    format: {
      shape: {
        kind: "text",
        pattern: /^(?:[0-9A-Za-z_]{3,32}|[a-z][0-9a-z-]{0,63}\/[a-z][0-9a-z-]{0,63})$/u,
        what: "the prefix of a format, such as sk_test_, or its id, such as github/classic-pat",
      },
      summary: "Accepts keys with this prefix, or of this format of the catalogue.",
    },
    finding: {
      shape: sha256Text("a finding id, 64 lower-case hex digits"),
      summary: "Accepts one key by its finding id, which only this repository's baseline key gives.",
    },
    fingerprint: {
      shape: sha256Text("the SHA-256 of a key, 64 lower-case hex digits, never the key itself"),
      summary: "Accepts one key by its fingerprint.",
    },
    reason,
    owner,
    expires,
  },
};

const days = (summary: string, defaultDays?: number): Property => ({
  shape: { kind: "integer", least: 1, most: 3650 },
  summary,
  ...(defaultDays === undefined ? {} : { default: defaultDays }),
});

const acceptEntry: Shape = {
  kind: "object",
  oneOrMoreOf: ["key", "rule"],
  properties: {
    key: {
      shape: {
        kind: "text",
        pattern: /^[^\p{C}]{1,200}$/u,
        what: "a key's id, a variable, a file or a fingerprint",
      },
      summary: "Accepts findings about this key, or for check-env this variable, file or fingerprint.",
    },
    rule: {
      shape: { kind: "text", pattern: /^[a-z][a-z-]{2,40}$/u, what: "the id of a rule in docs/hygiene.md" },
      summary: "Accepts findings of this rule.",
    },
    reason,
    owner,
    expires,
  },
};

/** What keywarden audit holds keys to. */
export const hygieneShape: Shape = {
  kind: "object",
  properties: {
    preset: {
      shape: { kind: "choice", names: ["default90", "cis45"] },
      summary: "Days to rotation and dormancy under a name.",
      default: "default90",
    },
    rotateEveryDays: days("Days to rotation; a provider that states fewer keeps to its own."),
    dueBeforeDays: days("Days before a rotation becomes overdue during which it is due.", 14),
    dormantAfterDays: days("Days without use before a key counts as dormant."),
    departureHours: {
      shape: { kind: "integer", least: 1, most: 8760 },
      summary: "Hours to rotate the keys that a departed member knew.",
      default: 24,
    },
    expiringWithinDays: days("Days before its expiry from which a key is reported.", 14),
    minSeverity: {
      shape: { kind: "choice", names: ["critical", "high", "medium", "low"] },
      summary: "Report from this severity up.",
      default: "low",
    },
    accept: {
      shape: { kind: "list", of: acceptEntry, most: 1000 },
      summary: "Findings that are accepted; an entry accepts what fits everything that it names.",
    },
  },
};

const actionNames: readonly ActionName[] = ["block", "warn", "ignore"];

function action(kind: string, defaultAction: ActionName): Property {
  const choice: Shape = { kind: "choice", names: actionNames };
  const properties = Object.fromEntries(
    ["production", "sandbox", "development"].map((name) => [name, { shape: choice, default: defaultAction }]),
  );
  return {
    shape: { kind: "either", plain: choice, object: { kind: "object", properties } },
    summary: `What becomes of ${kind} keys, in every environment or in each.`,
    default: defaultAction,
  };
}

const catalogueFieldNames = [...new Set(catalogueProviders.flatMap(({ field = [] }) => field))].sort();

const choiceOf = (names: readonly string[]): Shape => ({
  kind: "list",
  of: { kind: "choice", names },
  least: 1,
  most: names.length,
});

/** What a repository asks of the GitHub App; nothing in it can make the App do less. */
export const appConfigShape: Shape = {
  kind: "object",
  properties: {
    atLeast: {
      shape: {
        kind: "list",
        most: 32,
        of: {
          kind: "object",
          properties: {
            kind: {
              shape: choiceOf(["secret", "restricted"]),
              summary: "Fits these kinds; every kind unless given.",
            },
            environment: {
              shape: choiceOf(["production", "sandbox", "development"]),
              summary: "Fits these environments; every one unless given.",
            },
            action: {
              shape: { kind: "choice", names: ["report", "ask"] },
              summary: "What the App does at least: report the key, or hold it until a person decides.",
              isRequired: true,
            },
          },
        },
      },
      summary: "What the App does at least about live keys, where its operator has set less.",
    },
  },
};

/** Everything that a keywarden.json may say. */
export const configShape: Shape = {
  kind: "object",
  properties: {
    $schema: {
      shape: { kind: "text", pattern: /^[^\p{C}]{1,1024}$/u, what: "the address of a JSON Schema" },
      summary: "Where an editor finds this schema; Keywarden itself does not look.",
    },
    providers: {
      shape: { kind: "list", of: providerShape, most: 64 },
      summary: "Your own providers, in the form of the built-in ones.",
    },
    allow: {
      shape: { kind: "list", of: allowEntry, most: 1000 },
      summary: "Keys that are accepted; an entry accepts what fits everything that it names.",
    },
    policy: {
      shape: {
        kind: "object",
        properties: {
          minConfidence: {
            shape: { kind: "choice", names: ["low", "medium", "high"] },
            summary: "Report from this confidence up.",
            default: "medium",
          },
          secret: action("secret", "block"),
          restricted: action("restricted", "block"),
          publishable: action("publishable", "ignore"),
          foreignAllow: {
            shape: { kind: "choice", names: ["name", "honour"] },
            summary: "Whether comments such as gitleaks:allow accept a key, or are only named beside it.",
            default: "name",
          },
        },
      },
      summary: "What is reported, and whether it blocks.",
    },
    catalogue: {
      shape: { kind: "list", of: { kind: "choice", names: catalogueFieldNames }, most: 32 },
      summary: "Fields of the catalogue whose keys are searched for; all of them unless given.",
    },
    exclude: {
      shape: { kind: "list", of: pathPattern, most: 1000 },
      summary: "Files that are not scanned; each is counted as skipped.",
    },
    app: {
      shape: appConfigShape,
      summary: "What the GitHub App does at least about keys that this repository shows.",
    },
    hygiene: { shape: hygieneShape, summary: "What keywarden audit and check-env hold keys to." },
  },
};
