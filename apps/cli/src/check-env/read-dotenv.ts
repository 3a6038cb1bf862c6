import type { Assignment } from "./env-source.ts";

/**
 * Reads a `.env` file as dotenv does: `export`, comments, and values in single, double or back quotes, which may span
 * lines; in double quotes `\n` is a line break. The later of two assignments counts, but both stand in the file.
 */
export function readDotenv(text: string): readonly Assignment[] {
  const found: Assignment[] = [];
  let line = 1;
  let counted = 0;
  for (const match of text
    .replace(/^\uFEFF/, " ")
    .replaceAll(/\r\n?/g, "\n")
    .matchAll(assignment)) {
    const { input, index } = match;
    const [, before = "", name = "", raw = ""] = match;
    const start = index + before.length;
    for (let at = counted; at < start; at += 1) if (input.charCodeAt(at) === 10) line += 1;
    counted = start;
    found.push({ name, value: valueOf(raw), line, scope: [], service: null, deployment: null });
  }
  return found;
}

const assignment =
  /(^[^\S\n]*(?:export[^\S\n]+)?)([\w.-]+)(?:[^\S\n]*=[^\S\n]*?|:[^\S\n]+?)([^\S\n]*'(?:\\'|[^'])*'|[^\S\n]*"(?:\\"|[^"])*"|[^\S\n]*`(?:\\`|[^`])*`|[^#\n]+)?[^\S\n]*(?:#.*)?$/gm;

function valueOf(raw: string): string {
  const trimmed = raw.trim();
  const [, quote, inner] = /^(['"`])([\s\S]*)\1$/.exec(trimmed) ?? [];
  if (quote === undefined || inner === undefined) return trimmed;
  return quote === '"' ? inner.replaceAll(String.raw`\n`, "\n").replaceAll(String.raw`\r`, "\r") : inner;
}
