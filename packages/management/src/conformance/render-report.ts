import type { ConformanceReport } from "./run-conformance.ts";

const marks = { passed: "ok", failed: "FAILED", "not-checked": "not checked" } as const;

/** Writes one line for each check, and a last one that counts them. */
export function renderConformanceText({ checks, provider, baseUrl, leftOver }: ConformanceReport): string {
  const lines = checks.map(({ id, title, status, detail }) => {
    const why = detail === "" ? "" : `\n               ${detail}`;
    return `${marks[status].padEnd(13)}${id}: ${title}${why}`;
  });
  const count = (status: keyof typeof marks) => checks.filter((check) => check.status === status).length;
  const left =
    leftOver.length === 0
      ? []
      : [`These keys of the run are still alive, revoke them: ${leftOver.join(", ")}`];
  const sum = `${provider} at ${baseUrl}: ${count("passed")} passed, ${count("failed")} failed, ${count("not-checked")} not checked`;
  return `${[...lines, ...left, sum].join("\n")}\n`;
}

/** Writes JUnit XML: what was not checked is skipped. */
export function renderConformanceJunit({ checks, provider, leftOver }: ConformanceReport): string {
  const cases = checks.map(({ id, title, status, detail }) => {
    const open = `    <testcase classname="${xml(`conformance.${provider}`)}" name="${xml(`${id}: ${title}`)}"`;
    if (status === "passed") return `${open}/>`;
    const element = status === "failed" ? "failure" : "skipped";
    return `${open}><${element} message="${xml(detail)}"/></testcase>`;
  });
  if (leftOver.length > 0) {
    cases.push(
      `    <testcase classname="${xml(`conformance.${provider}`)}" name="clean-up"><failure message="${xml(`still alive: ${leftOver.join(", ")}`)}"/></testcase>`,
    );
  }
  const failures = checks.filter(({ status }) => status === "failed").length + (leftOver.length > 0 ? 1 : 0);
  const skipped = checks.filter(({ status }) => status === "not-checked").length;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="keywarden conformance ${xml(provider)}" tests="${cases.length}" failures="${failures}" skipped="${skipped}">
${cases.join("\n")}
  </testsuite>
</testsuites>
`;
}

function xml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/g, "?")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
