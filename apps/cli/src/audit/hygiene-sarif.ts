import { rules, sourceOf, type HygieneRule, type RuleId, type Severity } from "@keywarden/hygiene";
import { providersOf } from "@keywarden/key-format";
import { artifactLocationOf, messageText, securitySeverity, sourceRoot } from "@keywarden/scan/report-parts";

/** What audit and check-env put into a SARIF log. */
export interface HygieneLog {
  readonly command: "audit" | "check-env";
  readonly version: string;
  readonly results: readonly {
    readonly rule: RuleId;
    readonly message: string;
    /** The file that has it; `null` for what stands on a server or in the environment of a process. */
    readonly file: string | null;
    readonly line: number | null;
    readonly logicalLocations?: readonly object[];
    /** 64 hex digits that stay while the finding is the same. */
    readonly identity: string;
    readonly properties: object;
  }[];
  readonly notes: readonly string[];
  readonly properties: object;
}

// GitHub refuses a whole log when one result has no location in a file. What has none is shown at the policy it breaks.
const policyFile = "keywarden.json";

/** Renders SARIF 2.1.0 with what GitHub code scanning reads of it. */
export function renderHygieneSarif({ command, version, results, notes, properties }: HygieneLog): string {
  const own = Object.entries<HygieneRule>(rules).filter(([, { commands }]) => commands.includes(command));
  const run = {
    tool: {
      driver: {
        name: `Keywarden ${command}`,
        version,
        semanticVersion: version,
        rules: own.map(([id, rule]) => descriptorOf(id as RuleId, rule)),
      },
    },
    originalUriBaseIds: {
      [sourceRoot]: { description: { text: "The folder in which keywarden was called." } },
    },
    invocations: [
      {
        executionSuccessful: true,
        toolExecutionNotifications: notes.map((text) => ({
          level: "note",
          message: { text: messageText(text) },
        })),
      },
    ],
    results: results.map(({ rule, message, file, line, logicalLocations, identity, properties: more }) => ({
      ruleId: rule,
      level: levels[rules[rule].severity],
      message: { text: messageText(message) },
      locations: [
        {
          physicalLocation: {
            artifactLocation: artifactLocationOf(file ?? policyFile),
            region: { startLine: line ?? 1 },
          },
          ...(logicalLocations !== undefined && { logicalLocations }),
        },
      ],
      partialFingerprints: { primaryLocationLineHash: `${identity}:1` },
      properties: more,
    })),
    properties,
  };
  const log = { $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] };
  return `${JSON.stringify(log, null, 2)}\n`;
}

const levels = { critical: "error", high: "error", medium: "warning", low: "note" } as const satisfies Record<
  Severity,
  string
>;

function descriptorOf(id: RuleId, { severity, title, condition, otherwise }: HygieneRule): object {
  const quotes = providersOf([]).managedProviders.flatMap(({ id: provider, name }) => {
    const source = sourceOf(id, provider);
    return source.provider === null ? [] : [`${name}: “${source.sentence}”`];
  });
  return {
    id,
    shortDescription: { text: messageText(title) },
    fullDescription: { text: messageText(`Found when ${condition}.`) },
    help: { text: messageText([...quotes, otherwise].join("\n")) },
    defaultConfiguration: { level: levels[severity] },
    properties: {
      tags: ["security", "hygiene"],
      precision: "high",
      "security-severity": securitySeverity[severity],
    },
  };
}
