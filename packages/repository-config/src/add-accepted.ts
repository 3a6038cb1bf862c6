import type { AcceptDocument } from "./config-shape.ts";
import { configFile } from "./default-config.ts";
import { parseDocument } from "./config-document.ts";
import { readConfig } from "./read-config.ts";

/**
 * Gives the text of a keywarden.json that accepts one finding more; comments and everything else in it stay as they are.
 * `null` is a file that is not there yet.
 *
 * @throws ConfigError CONFIG_INVALID with the line and column of what would not be understood, the entry included.
 */
export function addAccepted(source: string | null, entry: AcceptDocument): string {
  const text = insert(source, entry);
  readConfig(text);
  return text;
}

function insert(source: string | null, entry: AcceptDocument): string {
  if (source === null) return `${JSON.stringify({ hygiene: { accept: [entry] } }, null, 2)}\n`;
  const document = parseDocument(source, configFile);
  const written = JSON.stringify(entry);
  const candidates = [
    { path: "hygiene.accept", member: written },
    { path: "hygiene", member: `"accept": [${written}]` },
    { path: "", member: `"hygiene": { "accept": [${written}] }` },
  ];
  for (const { path, member } of candidates) {
    const at = document.insideOf(path);
    if (at === null) continue;
    const isEmpty = membersOf(document.value, path) === 0;
    return `${source.slice(0, at)}${isEmpty ? ` ${member} ` : `\n${indentation(path)}${member},`}${source.slice(at)}`;
  }
  // What is no object is refused by whoever reads the configuration.
  return source;
}

const indentation = (path: string): string => "  ".repeat(path === "" ? 1 : path.split(".").length + 1);

function membersOf(value: unknown, path: string): number {
  const names = path === "" ? [] : path.split(".");
  let inner: unknown = value;
  for (const name of names)
    inner = typeof inner === "object" && inner !== null ? Reflect.get(inner, name) : undefined;
  return typeof inner === "object" && inner !== null ? Object.keys(inner).length : 0;
}
