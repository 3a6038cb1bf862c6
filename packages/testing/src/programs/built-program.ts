import { inject } from "vitest";

/** A folder below `apps/` of which a program is built. */
export type AppFolder = "cli" | "github-app" | "key-server" | "tui";

declare module "vitest" {
  export interface ProvidedContext {
    /** The file to start of each app that the project's global set-up builds. */
    readonly programs: Readonly<Partial<Record<AppFolder, string>>>;
  }
}

/** The file to start of an app that the project's global set-up has built. @throws Error when it builds none */
export function builtProgram(app: AppFolder): string {
  const file = inject("programs")[app];
  if (file === undefined) throw new Error(`test/global-setup.ts does not build ${app}`);
  return file;
}
