import { columns, isLiveRow, type KeyRow } from "@keywarden/inventory";
import { html, type Html } from "../markup/html.ts";
import { textField } from "../markup/fields.ts";
import { empty, note } from "../markup/notes.ts";
import { table } from "../markup/table.ts";
import { keyName } from "../screens/key-link.ts";
import type { EmbedAct, EmbedGrant } from "./embed-grant.ts";
import type { EmbedProblem } from "./embed-link.ts";

export const embedPath = "/embed/keys";

const words: Readonly<Record<EmbedAct, string>> = { disable: "Disable", revoke: "Revoke" };

const problems: Readonly<Record<EmbedProblem, string>> = {
  "not-ours": "This link was not made for this server, or was changed.",
  "too-old": "This link is too old. Load the page around it again.",
  "too-long": "This link is valid for more than ten minutes, so it is not taken.",
  unusable: "This link does not say whose keys it is for.",
  used: "This link was opened already. Load the page around it again.",
};

export function embedProblem(reason: EmbedProblem): Html {
  return note(problems[reason], "danger");
}

/** Lists a tenant's keys with what each may do, and what may be done with it here. */
export function embedList(
  rows: readonly KeyRow[],
  options: {
    readonly grant: EmbedGrant;
    readonly pass: string;
    readonly nowMs: number;
    readonly isPartial: boolean;
    readonly says: Html | null;
  },
): Html {
  const { grant, pass, nowMs, isPartial, says } = options;
  const list =
    rows.length === 0
      ? empty("There are no keys.", "Keys that have ended are not listed.")
      : table(
          "API keys",
          [
            "Name",
            "Key",
            "Environment",
            "May do",
            "Last used",
            "State",
            ...(grant.may.length > 0 ? ["Do"] : []),
          ].map((title) => ({ title, isLong: title === "May do" })),
          rows.map((row) => [
            { body: keyName(row) },
            { body: html`<code>${row.redacted}</code>`, tone: "dim" as const },
            { body: row.environment, tone: columns.environment.tone(row) },
            { body: describeRights(row) },
            { body: columns["last-used"].text(row, nowMs) },
            {
              body: row.told.state,
              tone: row.told.state === "active" ? ("plain" as const) : ("dim" as const),
            },
            ...(grant.may.length > 0 ? [{ body: actButtons(row, grant, pass) }] : []),
          ]),
        );
  return html`${says} ${list} ${isPartial && note("There are more keys than this page shows.", "warning")}`;
}

/** What a key itself may do, as far as the server knows. */
function describeRights({ kind, permissions }: KeyRow): string {
  const rights = permissions === null || permissions.length === 0 ? "" : `: ${permissions.join(", ")}`;
  return `${kind}${rights}`;
}

function actButtons(row: KeyRow, { may }: EmbedGrant, pass: string): Html {
  const possible = isLiveRow(row)
    ? may.filter((act) => act !== "disable" || row.told.state === "active")
    : [];
  return html`<div class="row">
    ${possible.map(
      (act) =>
        html`<form method="post" action="${embedPath}">
          ${carried(pass, row.id, act)}<button aria-label="${words[act]} ${keyName(row)}">
            ${words[act]}
          </button>
        </form>`,
    )}
  </div>`;
}

/** Asks before it is done: what ends does not come back. */
export function embedConfirm(
  row: KeyRow,
  options: {
    readonly act: EmbedAct;
    readonly pass: string;
    readonly seen: string;
    readonly problem?: string;
  },
): Html {
  const { act, pass, seen, problem } = options;
  const name = keyName(row);
  return html`${problem !== undefined && note(problem, "danger")}
    <form class="act card" method="post" action="${embedPath}">
      ${carried(pass, row.id, act)}
      <input type="hidden" name="seen" value="${seen}" />
      <p>
        ${
          act === "revoke"
            ? html`<b>${name}</b> stops at once and for ever.`
            : html`<b>${name}</b> stops at once, until whoever runs this service enables it again.`
        }
      </p>
      ${act === "revoke" && textField("typed", `Type ${name}`, { isRequired: true })}
      <button class="${act === "revoke" ? "end" : "main"}" name="sure" value="yes">
        ${words[act]} ${name}
      </button>
    </form>
    <form method="post" action="${embedPath}">
      <input type="hidden" name="pass" value="${pass}" /><button>Back to the list</button>
    </form>`;
}

function carried(pass: string, key: string, act: EmbedAct): Html {
  return html`<input type="hidden" name="pass" value="${pass}" />
    <input type="hidden" name="key" value="${key}" /><input type="hidden" name="act" value="${act}" />`;
}
