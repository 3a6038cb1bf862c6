import { readFileSync, statSync } from "node:fs";
import { defineProvider, type ProviderProfile } from "@keywarden/key-format";

const declaration = /"(prefix|pattern)"\s*:\s*("(?:[^"\\\n]|\\.)*")/g;

/**
 * Gives the key formats that a file declares, whatever else is wrong with it: the error that says what is wrong must
 * not show a key of these formats.
 */
export function declaredFormats(source: string): readonly ProviderProfile[] {
  return Array.from(source.matchAll(declaration)).flatMap(([, member = "", quoted = ""], index) => {
    const text = unquote(quoted);
    const id = `declared-${index}`;
    const alone = defineProvider(
      member === "prefix"
        ? { id, formats: [{ prefix: text, ...anyBody }] }
        : { id, patterns: [{ id, pattern: text, kind: "secret" }] },
    );
    return alone.ok ? [alone.provider] : [];
  });
}

/** Gives the formats that these files declare; a file that cannot be read declares none. */
export function formatsDeclaredIn(files: readonly string[]): readonly ProviderProfile[] {
  return files.flatMap((file) => {
    try {
      // Reading a pipe would wait for a writer.
      return statSync(file).isFile() ? declaredFormats(readFileSync(file, "utf8")) : [];
    } catch {
      return [];
    }
  });
}

const anyBody = {
  kind: "secret",
  environment: "production",
  label: "any",
  body: { alphabet: "base64url", length: { min: 12, max: 256 } },
};

function unquote(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return "";
  }
}
