import { describeWriteError } from "@keywarden/command-line";
import { open, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { padText, safeText, textWidth } from "@keywarden/inventory";
import type { Environment } from "@keywarden/key-format";
import type { CreateToken, InventoryClient, Token } from "@keywarden/management";
import { sayHowToCarryOut } from "../plans/carry-out.ts";
import { CliError } from "../cli-error.ts";
import { readEnvironment } from "../flags/key-flags.ts";
import { readExpiry } from "../keys/binding/read-restrictions.ts";
import { connect } from "../keys/connect.ts";
import type { AnswerFlags } from "../flags/report-flags.ts";
import type { CreateTokenFlags, TokensCall } from "../flags/token-actions.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

/** `keywarden tokens <action>` */
export async function tokens(call: TokensCall, terminal: Terminal): Promise<ExitStatus> {
  if (call.action === "create") checkDestination(call.flags);
  const { client } = await connect(call, terminal);
  if (call.action === "list") return list(client, call.flags, terminal);
  if (call.action === "create") return create(client, call.flags, terminal);
  return revoke(client, { yes: call.flags.yes, id: call.operands[0] ?? "" }, terminal);
}

async function list(
  client: InventoryClient,
  { format }: AnswerFlags,
  { print }: Terminal,
): Promise<ExitStatus> {
  const all = await client.listTokens();
  if (format === "json") {
    print(`${JSON.stringify({ tokens: all })}\n`);
    return 0;
  }
  const rows = [["ID", "ROLE", "STATE", "CREATED", "USED", "ENDS", "LIMITS", "NAME"], ...all.map(cellsOf)];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => textWidth(row[column] ?? ""))));
  for (const row of rows)
    print(
      `${row
        .map((cell, column) => padText(cell, widths?.[column] ?? 0))
        .join("  ")
        .trimEnd()}\n`,
    );
  return 0;
}

function cellsOf(token: Token): readonly string[] {
  const { id, role, createdAt, lastUsedAt, expiresAt, revokedAt, name } = token;
  const state = token.state ?? (revokedAt === null ? "active" : "revoked");
  const day = (moment: string | null): string => moment?.slice(0, 10) ?? "";
  const cells = [
    id,
    role,
    state,
    day(createdAt),
    day(lastUsedAt),
    day(revokedAt ?? expiresAt),
    limitsOf(token),
    name,
  ];
  return cells.map((text) => safeText(text));
}

function limitsOf({ limits }: Token): string {
  const { providers = [], environments = [], tenants = [] } = limits ?? {};
  return [...providers, ...environments, ...tenants].join(",");
}

function checkDestination({ output, print }: CreateTokenFlags): void {
  if ((output === undefined) === !print)
    throw new CliError("CLI_USAGE", "A new token is shown once: choose --output <file> or --print.");
}

async function create(
  client: InventoryClient,
  flags: CreateTokenFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const { output } = flags;
  const input = readInput(flags);
  if (output === undefined) {
    const { id, token } = await client.createToken(input);
    terminal.warn(`made ${id}\n`);
    terminal.printSecret(token);
    return 0;
  }
  const path = resolve(terminal.directory, output);
  // The file comes first, so that no token is made that has nowhere to go.
  const file = await open(path, "wx", 0o600).catch((error: unknown) => {
    throw unwritable(path, error);
  });
  try {
    const { id, token } = await client.createToken(input);
    try {
      await file.writeFile(`${token.reveal()}\n`);
      await file.sync();
    } catch (error) {
      await client.revokeToken(id);
      throw unwritable(path, error);
    }
    terminal.warn(`created ${id}; its text is in ${safeText(output)}\n`);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return 0;
}

function readInput({ name, role, expires, provider, environment, tenant }: CreateTokenFlags): CreateToken {
  const expiresAt = readExpiry({ expires });
  const limits = {
    ...(provider.length > 0 && { providers: [...provider] }),
    ...(environment.length > 0 && { environments: environment.map(readEnvironmentFlag) }),
    ...(tenant.length > 0 && { tenants: [...tenant] }),
  };
  return {
    name,
    role,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(Object.keys(limits).length > 0 && { limits }),
  };
}

function readEnvironmentFlag(text: string): Environment {
  try {
    return readEnvironment(text);
  } catch (error) {
    throw new CliError("CLI_USAGE", `--environment: ${error instanceof Error ? error.message : ""}.`, {
      cause: error,
    });
  }
}

function unwritable(path: string, error: unknown): CliError {
  return new CliError("CLI_OUTPUT", `${path} cannot be written: ${describeWriteError(error)}.`, {
    cause: error,
  });
}

async function revoke(
  client: InventoryClient,
  { yes, id }: { readonly yes: boolean; readonly id: string },
  terminal: Terminal,
): Promise<ExitStatus> {
  const { print } = terminal;
  if (!yes) {
    const token = (await client.listTokens()).find((one) => one.id === id);
    if (token === undefined)
      throw new CliError("CLI_USAGE", `No token ${safeText(id)}; keywarden tokens list shows them.`);
    const state = token.revokedAt === null ? `made ${token.createdAt}` : `revoked ${token.revokedAt}`;
    print(`${describe(token)}\n${state}\n\n`);
    sayHowToCarryOut(terminal);
    return 0;
  }
  const { token, outcome } = await client.revokeToken(id);
  const said = outcome === "revoked" ? "Revoked: it no longer works." : "It was already revoked.";
  print(`${describe(token)}\n${said}\n`);
  return 0;
}

function describe({ id, role, name }: Token): string {
  return `${safeText(id)}  ${role}  ${safeText(name)}`;
}
