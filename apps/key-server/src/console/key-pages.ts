import {
  columns,
  describeGrace,
  describeOwner,
  describeUse,
  formatAgo,
  identityFacts,
  isLive,
  matchQuery,
  QueryError,
  rankNext,
  readQuery,
  roleMay,
  sortRows,
  timeFacts,
  type ColumnId,
  type Judge,
  type KeyRow,
  type NextAlert,
} from "@keywarden/inventory";
import { keyEtag } from "@keywarden/management";
import type { MountedProvider } from "../server-context.ts";
import { html, type Html } from "./html.ts";
import type { Viewer } from "./page.ts";
import type { ProviderPage } from "./provider-pages.ts";
import { MOST_KEYS, type Read } from "./read-inventory.ts";
import { table } from "./table.ts";

const shown: readonly ColumnId[] = [
  "provider",
  "kind",
  "environment",
  "rotation",
  "usage",
  "last-used",
  "owner",
  "key",
];
const nextTitles = ["Why", "Key", "Provider", "Environment", "What", "Use", "Owner", "By", "Do"];
const MOST_ROWS = 200;

const addressOf = (row: KeyRow): string => `/console/keys/${encodeURIComponent(row.id)}`;

const partial = ({ isPartial }: Read): Html | false =>
  isPartial &&
  html`<p class="note bad">Only the oldest ${MOST_KEYS.toLocaleString("en-US")} keys were looked at.</p>`;

/** What to do next, most urgent first. */
export function nextBody(read: Read, alerts: readonly NextAlert[], nowMs: number): Html {
  const items = rankNext(read.rows, nowMs, alerts);
  if (items.length === 0)
    return html`${partial(read)}
      <p>
        ${read.rows.length === 0 ? "The server has no keys yet." : "Nothing is to be done about the keys that were read."}
      </p>`;
  const rows = items.slice(0, MOST_ROWS).map(
    ({ row, reason, what, todo, byMs, tone }) =>
      html`<tr>
        <td class="${tone}">${reason}</td>
        <td class="wide"><a href="${addressOf(row)}">${row.name}</a></td>
        <td>${row.provider}</td>
        <td class="${columns.environment.tone(row)}">${columns.environment.text(row, nowMs)}</td>
        <td class="wide">${what}</td>
        <td>${describeUse(row, nowMs)}</td>
        <td>${row.owner ?? "nobody"}</td>
        <td>${byMs === null ? "no deadline" : formatAgo(byMs, nowMs)}</td>
        <td>${todo}</td>
      </tr>`,
  );
  return html`${partial(read)}
    <p class="dim">
      ${items.length} of ${read.rows.length} keys need
      something${items.length > MOST_ROWS ? `; the first ${MOST_ROWS} are shown` : ""}.
    </p>
    ${table("What to do next", nextTitles, rows)}`;
}

/** The keys that pass a query, most urgent first. */
export function keysBody(read: Read, query: string, action: string, nowMs: number): Html {
  const form = (problem: Html | false): Html =>
    html`<form class="search" action="${action}" role="search">
        <input
          name="q"
          value="${query}"
          aria-label="Filter"
          placeholder="status:overdue owner:ann env:production unused>90d"
        /><button>Filter</button>
      </form>
      ${problem}`;
  let found: readonly KeyRow[];
  try {
    const matches = matchQuery(readQuery(query));
    found = read.rows.filter((row) => matches(row, nowMs));
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return form(html`<p class="note bad" role="alert">${error.message}</p>`);
  }
  const sorted = sortRows(found, { column: "rotation", direction: "ascending" });
  const rows = sorted.slice(0, MOST_ROWS).map(
    (row) =>
      html`<tr>
        <td class="wide"><a href="${addressOf(row)}">${row.name === "" ? row.id : row.name}</a></td>
        ${shown.map((id) => html`<td class="${columns[id].tone(row)}">${columns[id].text(row, nowMs)}</td>`)}
      </tr>`,
  );
  return html`${form(false)}${partial(read)}
    <p class="dim">
      ${found.length} of ${read.rows.length}
      keys${found.length > MOST_ROWS ? `; the first ${MOST_ROWS} are shown` : ""}
    </p>
    ${table("Keys", [columns.name.title, ...shown.map((id) => columns[id].title)], rows)}`;
}

/** All facts of one key, and what the viewer may do about it. */
export function keyBody(
  row: KeyRow,
  provider: MountedProvider | undefined,
  judge: Judge,
  viewer: Viewer,
  nowMs: number,
): Html {
  const facts = [...identityFacts(row, judge), ...timeFacts(row, judge, nowMs)];
  return html`<dl>
      ${facts.map(
        ({ label, text, tone }) =>
          html`<dt>${label}</dt>
            <dd class="${tone}">${text}</dd>`,
      )}
    </dl>
    ${acts(row, provider, viewer, nowMs)}`;
}

function acts(row: KeyRow, provider: MountedProvider | undefined, viewer: Viewer, nowMs: number): Html {
  const { role, csrf } = viewer;
  const { told } = row;
  if (!isLive(row)) return html`<p class="note">This key has ended; nothing opens with it any more.</p>`;
  const hidden = html`<input type="hidden" name="csrf" value="${csrf}" /><input
      type="hidden"
      name="seen"
      value="${keyEtag(told.generation, told.revision)}"
    />`;
  const about = html`${describeUse(row, nowMs)} · ${describeOwner(row)}`;
  const isDisabled = told.state === "disabled";
  const graceSeconds = provider?.profile.rotation.graceSeconds ?? 0;
  const grace = describeGrace(graceSeconds);
  const at = (act: string): string => `${addressOf(row)}/${act}`;
  return html`<h2>Change</h2>
    ${
      roleMay(role, "edit") &&
      html`<form class="act" method="post" action="${at("edit")}">
        ${hidden} <label>Name <input name="name" value="${row.name}" required /></label
        ><label>Owner <input name="owner" value="${row.owner ?? ""}" /></label>
        <label>Tags, by commas <input name="tags" value="${row.tags.join(", ")}" /></label
        ><button>Save</button>
      </form>`
    }
    ${
      roleMay(role, "rotate") &&
      !isDisabled &&
      (graceSeconds > 0
        ? html`<form class="act" method="post" action="${at("rotate")}">
            ${hidden}
            <p class="${grace.tone}">${grace.text} The new one is shown once.</p>
            <p class="dim">${about}</p>
            <button class="main">Rotate</button>
          </form>`
        : html`<p class="note">
            A rotation of this key has no grace period: the old one would stop at once. Create a new key,
            deploy it, and revoke this one; or run <code>keywarden rotate ${row.id} --to &lt;sink&gt;</code>.
          </p>`)
    }
    ${
      roleMay(role, isDisabled ? "enable" : "disable") &&
      html`<form class="act" method="post" action="${at(isDisabled ? "enable" : "disable")}">
        ${hidden}
        <p>
          ${isDisabled ? "It opens nothing now; enabling lets it open doors again." : "Disabled, it opens nothing until it is enabled again."}
        </p>
        <button>${isDisabled ? "Enable" : "Disable"}</button>
      </form>`
    }
    ${
      roleMay(role, "revoke") &&
      html`<form class="act" method="post" action="${at("revoke")}">
        ${hidden}
        <p class="danger">No grace period and no way back: whatever uses the key fails from then on.</p>
        <p class="dim">${about}</p>
        <label
          >Type ${row.name === "" ? row.id : row.name}
          <input name="typed" autocomplete="off" required /></label
        ><button class="end">Revoke at once</button>
      </form>`
    }`;
}

/** The form that makes a key, with what the provider's document lets one choose. */
export function createForm(page: ProviderPage, { profile, dialect }: MountedProvider, viewer: Viewer): Html {
  if (!roleMay(viewer.role, "create")) return html`<p class="note">${page.warning}</p>`;
  const kinds = [...new Set(profile.formats.map(({ kind }) => kind))];
  const environments = [...new Set(profile.formats.map(({ environment }) => environment))];
  const options = (values: readonly string[], words: Readonly<Record<string, string | undefined>> = {}) =>
    values.map((value) => html`<option value="${value}">${words[value] ?? value}</option>`);
  const { known } = dialect.permissions;
  return html`<p class="note">${page.warning}</p>
    <form class="act" method="post" action="${page.path}">
      <input type="hidden" name="csrf" value="${viewer.csrf}" />
      <label>Descriptive name <input name="name" required maxlength="100" /></label>
      <label
        >Environment
        <select name="environment">
          ${options(environments)}
        </select></label
      >
      <label
        >Key type
        <select name="kind">
          ${options(kinds, dialect.kindWords)}
        </select></label
      >
      <label>Owner <input name="owner" /></label>
      ${dialect.restrictions.includes("product") && html`<label>Product scope <input name="product" /></label>`}
      ${dialect.restrictions.includes("tenant") && html`<label>Tenant <input name="tenant" /></label>`}
      ${dialect.restrictions.includes("ipRanges") && html`<label>IP ranges, by commas <input name="ipRanges" placeholder="10.0.0.0/8" /></label>`}
      ${dialect.restrictions.includes("referrers") && html`<label>Referrer URLs, by commas <input name="referrers" /></label>`}
      ${dialect.restrictions.includes("endpoints") && html`<label>Endpoints, by commas <input name="endpoints" placeholder="GET /v1/users/*" /></label>`}
      ${known !== null && known.length > 0 && html`<label>Permissions, by commas <input name="permissions" list="permissions" /></label><datalist id="permissions">${options(known)}</datalist>`}
      <button class="main">${page.create}</button>
    </form>`;
}

/** The one time that a key is shown. */
export function issuedBody(name: string, secret: string, copy: string, to: string): Html {
  return html`<p class="note" role="status">${name}: ${copy}</p>
    <code class="key" tabindex="0">${secret}</code>
    <p><a href="${to}">I have stored it: go on</a></p>`;
}
