import { fileURLToPath } from "node:url";

const built = (app: string): string =>
  fileURLToPath(new URL(`../../apps/${app}/dist/main.js`, import.meta.url));

/** The built programs, as users run them. */
export const programs = {
  cli: built("cli"),
  keyServer: built("key-server"),
  githubApp: built("github-app"),
  tui: built("tui"),
} as const;
