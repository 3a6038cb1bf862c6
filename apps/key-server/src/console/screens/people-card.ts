import { formatAgo, roleMay } from "@keywarden/inventory";
import { actorOf, originOf } from "../../auth/principal.ts";
import { describeLimits } from "../../auth/token-limits.ts";
import { listTokensRoute } from "../../operator/list-tokens.ts";
import { refuse } from "../../refusal.ts";
import type { Console, ConsoleVisit } from "../console.ts";
import { html, type Html } from "../markup/html.ts";
import { mark } from "../markup/page.ts";
import { table } from "../markup/table.ts";
import { ask } from "../../auth/ask.ts";
import { readPerson } from "../session/visitor.ts";

/** Lists the people who are signed in, with what ends their sessions; nothing where there are none. */
export async function peopleCard(
  { context, judge, sessions }: Console,
  to: ConsoleVisit,
): Promise<Html | false> {
  const rows = (await sessions.list()).flatMap(({ id, holder, beganAtMs, seenAtMs }) => {
    const person = readPerson(context, holder);
    if (person === null) return [];
    const { name, email, role, limits } = person;
    const mayEnd = roleMay(to.viewer.role, "tokens") && to.viewer.isUnlocked;
    return [
      [
        { body: judge.show(name) },
        { body: judge.show(email ?? "") },
        { body: limits === null ? role : `${role}, limited to ${judge.show(describeLimits(limits))}` },
        { body: formatAgo(beganAtMs, to.nowMs) },
        { body: formatAgo(seenAtMs, to.nowMs) },
        {
          body:
            mayEnd &&
            html`<form method="post" action="/console/sessions/${id}/end">
              ${mark(to.viewer)}<button aria-label="End the session of ${judge.show(name)}">
                End the session
              </button>
            </form>`,
        },
      ],
    ];
  });
  if (rows.length === 0) return false;
  const titles = ["Name", "E-mail", "Role", "Since", "Seen", "Do"];
  return html`<h2>People who are signed in</h2>
    ${table(
      "People who are signed in",
      titles.map((title) => ({ title, isLong: title === "Role" })),
      rows.map((cells) => cells.map(({ body }) => ({ body: body === false ? "" : body }))),
    )}`;
}

/** Ends the session of a person, on every server at once. */
export function mountPeople({ context, change, problem, sessions }: Console): void {
  change("/console/sessions/:id/end", async (to) => {
    // Whoever may not see the server's tokens is refused here, too, and the audit says so.
    const allowed = await ask(context, to, listTokensRoute, {});
    if (!allowed.ok) return problem(to, allowed.refusal);
    const { id = "" } = to.request.params as { readonly id?: string };
    const session = (await sessions.list()).find((one) => one.id === id);
    const person = session === undefined ? null : readPerson(context, session.holder);
    if (person === null) return problem(to, refuse("TOKEN_NOT_FOUND", "that session is over").refusal);
    await sessions.endById(id);
    await context.storage.audit.append({
      action: "console.session_ended",
      actor: actorOf(to.caller.principal),
      subject: null,
      provider: null,
      details: { ...originOf(to.caller), person: actorOf(person), personId: person.id },
    });
    return to.reply.redirect("/console/tokens", 303);
  });
}
