import { resolve } from "node:path";
import { safeText } from "@keywarden/inventory";
import { LoginError, readServerUrl } from "@keywarden/inventory/login";
import type { Options } from "../options.ts";
import type { OpenedContext } from "../state/event.ts";

/** A server that the operator has given a name in `terminal.json`, with the App that belongs to it. */
export interface OwnContext {
  readonly name: string;
  readonly server: string;
  /** The file with the server's token; the login there where it is absent. */
  readonly tokenFile?: string;
  readonly appUrl?: string;
  readonly appTokenFile?: string;
  /** What the operator says; its name is read where they say nothing. */
  readonly production?: boolean;
}

type Fail = (what: string) => never;

const settings = ["server", "tokenFile", "app", "appTokenFile", "production"];

/** Reads `contexts` of `terminal.json` in `folder`; `fail` is told what is wrong there. */
export function readContexts(
  folder: string,
  given: Readonly<Record<string, unknown>>,
  entriesOf: (value: unknown, setting: string) => Readonly<Record<string, unknown>>,
  fail: Fail,
): readonly OwnContext[] {
  return Object.entries(given).map(([name, value]) => {
    const where = `contexts.${name}`;
    const entry = entriesOf(value, where);
    for (const setting of Object.keys(entry))
      if (!settings.includes(setting))
        fail(`${where}.${setting} is not a setting: ${settings.join(", ")} are`);
    const { production } = entry;
    if (production !== undefined && typeof production !== "boolean")
      return fail(`${where}.production is true or false`);
    const text = (setting: string): string | undefined => {
      const said = entry[setting];
      return said === undefined || (typeof said === "string" && said !== "")
        ? said
        : fail(`${where}.${setting} is a text`);
    };
    const url = (setting: string): string | undefined => {
      const said = text(setting);
      try {
        return said === undefined ? undefined : readServerUrl(said);
      } catch (error) {
        return error instanceof LoginError
          ? fail(`${where}.${setting} is not an http or https URL`)
          : fail("");
      }
    };
    const file = (setting: string): string | undefined => {
      const said = text(setting);
      return said === undefined ? undefined : resolve(folder, said);
    };
    const [server, tokenFile] = [url("server"), file("tokenFile")];
    const [appUrl, appTokenFile] = [url("app"), file("appTokenFile")];
    if (server === undefined) return fail(`${where}.server is missing: the URL of a keywarden-server`);
    if ((appUrl === undefined) !== (appTokenFile === undefined))
      return fail(`${where} needs both app and appTokenFile, or neither`);
    return {
      name,
      server,
      ...(tokenFile !== undefined && { tokenFile }),
      ...(appUrl !== undefined && { appUrl }),
      ...(appTokenFile !== undefined && { appTokenFile }),
      ...(production !== undefined && { production }),
    };
  });
}

/** Whether a name or an address says that it is production: `acme-prod` does, `non-prod` and `products` do not. */
export function looksLikeProduction(text: string): boolean {
  return /(?<![a-z]|non[-_. ]?|pre[-_. ]?|not[-_. ]?)(?:prod|production)(?![a-z])/i.test(text);
}

/** The contexts of `terminal.json`, with what the command line says of the server that is opened first. */
export function withFlags(
  own: readonly OwnContext[],
  server: string,
  { appUrl, appTokenFile }: Pick<Options, "appUrl" | "appTokenFile">,
): readonly OwnContext[] {
  const named = own.find((context) => context.server === server) ?? { name: "", server };
  const app = appUrl !== undefined && appTokenFile !== undefined ? { appUrl, appTokenFile } : {};
  return [{ ...named, ...app }, ...own.filter((context) => context.server !== server)];
}

/** How the screen speaks of a server. */
export function describeContext(server: string, context: OwnContext | undefined): OpenedContext {
  return {
    server: safeText(server),
    contextName: safeText(context?.name ?? ""),
    isProduction: isProductionContext(context, server),
    hasApp: context?.appUrl !== undefined && context.appTokenFile !== undefined,
  };
}

/** Whether a context is production, as its operator says or else as its name and address do. */
export function isProductionContext(
  context: Pick<OwnContext, "name" | "production"> | undefined,
  server: string,
): boolean {
  return context?.production ?? looksLikeProduction(`${context?.name ?? ""} ${server}`);
}
