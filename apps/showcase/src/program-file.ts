import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The built program of an app. @throws Error when it was not built. */
export function programFile(app: "cli" | "key-server" | "github-app" | "tui"): string {
  const file = fileURLToPath(new URL(`../../${app}/dist/main.js`, import.meta.url));
  if (!existsSync(file)) throw new Error(`${file} is missing: run «npm run build» first`);
  return file;
}
