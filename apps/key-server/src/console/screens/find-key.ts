import type { KeyRow } from "@keywarden/inventory";
import { keyEtag, type ManagedKey } from "@keywarden/management";
import { showKeyRoute } from "../../operator/show-key.ts";
import { done, type Outcome } from "../../refusal.ts";
import type { MountedProvider } from "../../server-context.ts";
import type { Console, ConsoleVisit } from "../console.ts";
import { html, type Html } from "../markup/html.ts";
import { mark, type MenuEntry } from "../markup/page.ts";
import { ask } from "../../auth/ask.ts";
import { findReplaced, makeRow } from "./make-rows.ts";
import { keyAddress, keyName } from "./key-link.ts";

/** The key that a page is about, as it is now. */
export interface ShownKey {
  readonly row: KeyRow;
  /** Absent when the server no longer serves that provider. */
  readonly provider: MountedProvider | undefined;
  readonly address: string;
  readonly name: string;
  readonly crumbs: readonly MenuEntry[];
}

/** Finds the key that the address names. */
export async function findKey({ context, judge }: Console, to: ConsoleVisit): Promise<Outcome<ShownKey>> {
  const { id = "" } = to.request.params as { readonly id?: string };
  const found = await ask(context, to, showKeyRoute, { params: { id } });
  if (!found.ok) return found;
  const key = found.value.body as ManagedKey;
  const row = makeRow(key, await findReplaced(context, [key]), judge, to.nowMs);
  const address = keyAddress(row.id);
  const name = keyName(row);
  const keys = { path: "/console/keys", name: "Keys" };
  return done({
    row,
    provider: context.providers.get(row.told.provider),
    address,
    name,
    crumbs: [keys, { path: address, name }],
  });
}

/** What a form about a key carries: the session's mark, and which state of the key its reader saw. */
export function seenState({ row }: ShownKey, { viewer }: ConsoleVisit): Html {
  return html`${mark(viewer)}<input
      type="hidden"
      name="seen"
      value="${keyEtag(row.told.generation, row.told.revision)}"
    />`;
}
