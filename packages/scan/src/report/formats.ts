import type { Render } from "./report.ts";

/** One way to write a report. */
export interface ReportFormat {
  readonly name: string;
  /** A phrase for help: who reads it. */
  readonly summary: string;
  /** Whether the format names a commit with every finding; asking git for it takes time. */
  readonly needsCommit?: true;
  /** Whether the format has no room for what was scanned, so that it has to be said elsewhere. */
  readonly lacksSummary?: true;
  /** Loads the renderer only when it is used: every commit waits for what is loaded. */
  readonly load: () => Promise<Render>;
}

/** Every format that a report can be written in; the first one is the standard. */
export const reportFormats: readonly ReportFormat[] = [
  {
    name: "text",
    summary: "for people",
    load: async () => (await import("./text.ts")).renderText,
  },
  {
    name: "json",
    summary: "one object with findings and summary",
    load: async () => (await import("./renderers/json.ts")).renderJson,
  },
  {
    name: "jsonl",
    summary: "one JSON object a line: findings, accepted ones, the summary",
    load: async () => (await import("./renderers/jsonl.ts")).renderJsonl,
  },
  {
    name: "sarif",
    summary: "SARIF 2.1.0, for GitHub code scanning and editors",
    load: async () => (await import("./renderers/sarif.ts")).renderSarif,
  },
  {
    name: "junit",
    summary: "JUnit XML, for any CI that shows test results",
    load: async () => (await import("./renderers/junit.ts")).renderJunit,
  },
  {
    name: "github",
    summary: "annotations on the lines of a pull request, from a GitHub Actions step",
    load: async () => (await import("./renderers/github.ts")).renderGithub,
  },
  {
    name: "gitlab",
    summary: "gl-secret-detection-report.json, for GitLab's merge requests and dashboards",
    needsCommit: true,
    load: async () => (await import("./renderers/gitlab.ts")).renderGitlab,
  },
  {
    name: "markdown",
    summary: "a page in Markdown, for the summary of a CI step or an issue",
    load: async () => (await import("./renderers/markdown.ts")).renderMarkdown,
  },
  {
    name: "html",
    summary: "one HTML file that needs nothing beside it",
    load: async () => (await import("./renderers/html.ts")).renderHtml,
  },
  {
    name: "csv",
    summary: "a table for spreadsheets, with formulas escaped",
    lacksSummary: true,
    load: async () => (await import("./renderers/csv.ts")).renderCsv,
  },
];
