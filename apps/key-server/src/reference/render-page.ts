import { curlExample } from "./curl-example.ts";
import { describeSchema } from "./describe-schema.ts";
import type { OpenApiDocument, OpenApiOperation, OpenApiParameter } from "./open-api.ts";

/** The page's whole style; it is the only thing that its content security policy lets in. */
export const pageStyle = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
nav ul { columns: 2; padding-left: 1.2rem; }
section { border-top: 1px solid var(--line); margin-top: 2rem; }
article { border-top: 1px solid var(--line); padding: .5rem 0; }
h3 code { font-size: 1rem; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid var(--line); border-radius: .3rem; }
table { border-collapse: collapse; }
td:last-child { overflow-wrap: anywhere; }
td, th { border-bottom: 1px solid var(--line); padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top; }
.mark { font-size: .8rem; border: 1px solid var(--line); border-radius: 1rem; padding: 0 .5rem; }
`;

/** Writes the API's reference as one page of plain HTML: no script, nothing loaded from anywhere. */
export function renderPage(document: OpenApiDocument): string {
  const { info, tags, paths } = document;
  const all = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method, path, operation })),
  );
  const sections = tags.map(({ name, description }) => {
    const own = all.filter(({ operation }) => operation.tags.includes(name));
    return {
      links: `<li><a href="#${idOf(name)}">${escape(name)}</a> (${own.length})</li>`,
      html: `<section id="${idOf(name)}"><h2>${escape(name)}</h2><p>${escape(description)}</p>${own.map(article).join("")}</section>`,
    };
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(info.title)} ${escape(info.version)}</title>
<style>${pageStyle}</style>
</head>
<body>
<h1>${escape(info.title)} ${escape(info.version)}</h1>
<p>${escape(info.description)} The same for machines: <a href="/openapi.json">/openapi.json</a>.</p>
<p>In the commands, <code>KEYWARDEN</code> is this server's address and <code>TOKEN</code> a token or key.</p>
<nav><ul>${sections.map(({ links }) => links).join("")}</ul></nav>
${sections.map(({ html }) => html).join("\n")}
</body>
</html>
`;
}

function article({ method, path, operation }: { method: string; path: string; operation: OpenApiOperation }) {
  const documented = operation["x-documented"];
  const mark =
    documented === undefined ? "" : `<span class="mark">${documented ? "documented" : "chosen"}</span>`;
  return `<article id="${idOf(operation.operationId)}">
<h3><code>${method.toUpperCase()} ${escape(path)}</code> ${mark}</h3>
<p>${escape(operation.summary)}. ${escape(operation.description)}</p>
<pre>${escape(curlExample(method, path, operation))}</pre>
${parameterTable(operation.parameters ?? [])}${details("Request body", operation.requestBody?.content)}
${Object.entries(operation.responses)
  .map(([status, { description, content, headers = {} }]) =>
    details(`${status} ${description}`, content, Object.entries(headers)),
  )
  .join("")}
</article>`;
}

function parameterTable(parameters: readonly OpenApiParameter[]): string {
  if (parameters.length === 0) return "";
  const rows = parameters.map(
    ({ name, in: location, required, description, schema }) =>
      `<tr><td><code>${escape(name)}</code></td><td>${location}${required ? ", required" : ""}</td>` +
      `<td>${escape(description ?? describeSchema(schema))}</td></tr>`,
  );
  return `<table>${rows.join("")}</table>`;
}

function details(
  title: string,
  content: Readonly<Record<string, unknown>> | undefined,
  headers: readonly (readonly [string, { readonly description: string }])[] = [],
): string {
  if (content === undefined) return "";
  const [[mediaType, media] = []] = Object.entries(content);
  const schema = JSON.stringify((media as { schema: unknown }).schema, null, 2);
  return `<details><summary>${escape(title)} <code>${escape(mediaType ?? "")}</code></summary>${headerTable(headers)}<pre>${escape(schema)}</pre></details>`;
}

function headerTable(headers: readonly (readonly [string, { readonly description: string }])[]): string {
  if (headers.length === 0) return "";
  const rows = headers.map(
    ([name, { description }]) =>
      `<tr><td><code>${escape(name)}</code></td><td>${escape(description)}</td></tr>`,
  );
  return `<table>${rows.join("")}</table>`;
}

function idOf(text: string): string {
  return text.toLowerCase().replaceAll(/[^\w-]+/g, "-");
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
