import { describeTokenLimits, roleMay, toldTokenState } from "@keywarden/inventory";
import type { Role, Token } from "@keywarden/management";
import { createTokenRoute } from "../../operator/create-token.ts";
import { listTokensRoute } from "../../operator/list-tokens.ts";
import { revokeTokenRoute } from "../../operator/revoke-token.ts";
import { refuse } from "../../refusal.ts";
import type { Console } from "../console.ts";
import { choiceField, textField } from "../markup/fields.ts";
import { html } from "../markup/html.ts";
import { mark } from "../markup/page.ts";
import { table } from "../markup/table.ts";
import { ask } from "../../auth/ask.ts";
import { whenAllowed, whenUnlocked } from "./locked-act.ts";
import { peopleCard } from "./people-card.ts";
import { secretCard } from "./secret-card.ts";

const roleWords: Readonly<Record<Role, string>> = {
  admin: "everything, tokens too",
  operator: "everything but tokens and import",
  responder: "reads keys, revokes and disables them",
  reader: "reads keys and the audit",
  verifier: "verifies keys, and nothing else",
};

const minuteOf = (moment: string): string => moment.slice(0, 16).replace("T", " ");

/** Whether a token that nobody revoked works, and until when. */
function stateCell(token: Token, nowMs: number) {
  const { expiresAt } = token;
  if (toldTokenState(token, nowMs) === "expired")
    return { body: `ended ${expiresAt === null ? "" : minuteOf(expiresAt)}`, tone: "dim" as const };
  return { body: expiresAt === null ? "works" : `works until ${minuteOf(expiresAt)}` };
}

/** The server's own tokens: who may ask it for what. */
export function mountTokens(tools: Console): void {
  const { context, judge, show, change, page, problem } = tools;
  const home = { path: "/console/tokens", name: "Tokens" };

  show("/console/tokens", async (to) => {
    const answer = await ask(context, to, listTokensRoute, {});
    if (!answer.ok) return problem(to, answer.refusal);
    const { tokens } = answer.value.body as { readonly tokens: readonly Token[] };
    const rows = tokens.map((token) => [
      { body: judge.show(token.name) },
      { body: token.role },
      { body: judge.show(describeTokenLimits(token)) },
      { body: minuteOf(token.createdAt) },
      { body: token.lastUsedAt === null ? "not known" : minuteOf(token.lastUsedAt) },
      token.revokedAt === null
        ? stateCell(token, to.nowMs)
        : {
            body: `revoked ${minuteOf(token.revokedAt)} by ${judge.show(token.revokedBy ?? "somebody")}`,
            tone: "dim" as const,
          },
      {
        body:
          token.revokedAt === null && to.viewer.isUnlocked
            ? html`<a
                href="/console/tokens/${encodeURIComponent(token.id)}/revoke"
                aria-label="Revoke ${judge.show(token.name)}"
                >revoke</a
              >`
            : "",
      },
    ]);
    return page(to, {
      title: "Tokens",
      path: to.request.url,
      lead: "Who may ask this server for what. The text of a token is not kept.",
      tools: whenUnlocked(
        to,
        roleMay(to.viewer.role, "tokens") ? ["make or revoke tokens"] : [],
        html`<a class="button main" href="/console/tokens/new">Make a token</a>`,
      ),
      body: html`${table(
        "Tokens",
        ["Name", "Role", "Only for", "Made (UTC)", "Last used (UTC)", "State", "Do"].map((title) => ({
          title,
        })),
        rows,
      )}
      ${await peopleCard(tools, to)}`,
    });
  });

  show("/console/tokens/new", async (to) => {
    const form = html`<form class="act card" method="post" action="/console/tokens">
      ${mark(to.viewer)}
      ${textField("name", "Name", { isRequired: true, hint: "The person or program that holds it; the audit says this name." })}
      ${choiceField(
        "role",
        "Role",
        Object.entries(roleWords)
          .toReversed()
          .map(([value, says]) => ({ value, word: `${value}: ${says}` })),
      )}
      <button class="main">Make the token</button>
    </form>`;
    const body = whenAllowed(to, "tokens", form);
    return page(to, { title: "Make a token", path: to.request.url, crumbs: [home], body });
  });

  change("/console/tokens", async (to) => {
    const made = await ask(context, to, createTokenRoute, {
      body: { name: to.form.text("name"), role: to.form.text("role") },
    });
    if (!made.ok) return problem(to, made.refusal);
    const { name, token } = made.value.body as { readonly name: string; readonly token: string };
    const body = secretCard({
      secret: token,
      says: "Copy the token now. It is not shown again.",
      to: home.path,
    });
    return page(to, { title: judge.show(name), path: home.path, crumbs: [home], body });
  });

  const findToken = async (to: Parameters<Parameters<typeof show>[1]>[0]) => {
    const { id = "" } = to.request.params as { readonly id?: string };
    const answer = await ask(context, to, listTokensRoute, {});
    if (!answer.ok) return answer;
    const { tokens } = answer.value.body as { readonly tokens: readonly Token[] };
    const token = tokens.find((one) => one.id === id);
    return token === undefined
      ? refuse("TOKEN_NOT_FOUND", "there is no such token")
      : ({ ok: true, value: token } as const);
  };

  show("/console/tokens/:id/revoke", async (to) => {
    const found = await findToken(to);
    if (!found.ok) return problem(to, found.refusal);
    const { id, name, role } = found.value;
    const form = html`<form
      class="act card"
      method="post"
      action="/console/tokens/${encodeURIComponent(id)}/revoke"
    >
      ${mark(to.viewer)}
      <p class="danger">It stops at once and for ever, and so do the sessions that were opened with it.</p>
      ${textField("typed", `Type ${judge.show(name)}`, { isRequired: true })}
      <div class="row">
        <button class="end">Revoke the token</button><a class="button" href="${home.path}">Cancel</a>
      </div>
    </form>`;
    return page(to, {
      title: `Revoke ${judge.show(name)}`,
      path: to.request.url,
      crumbs: [home],
      lead: `A token with the role ${role}.`,
      body: whenAllowed(to, "tokens", form),
    });
  });

  change("/console/tokens/:id/revoke", async (to) => {
    const found = await findToken(to);
    if (!found.ok) return problem(to, found.refusal);
    const { id, name } = found.value;
    if (to.form.text("typed") !== judge.show(name).trim())
      return problem(to, refuse("BAD_REQUEST", "what was typed is not the token's name").refusal);
    const ended = await ask(context, to, revokeTokenRoute, { params: { id } });
    return ended.ok ? to.reply.redirect(home.path, 303) : problem(to, ended.refusal);
  });
}
