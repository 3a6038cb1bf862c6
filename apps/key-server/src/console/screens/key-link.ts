import { isLiveRow, type KeyRow } from "@keywarden/inventory";
import { html, type Html } from "../markup/html.ts";

/** The address of a key's page, or of one of the pages under it. */
export function keyAddress(id: string, under = ""): string {
  return `/console/keys/${encodeURIComponent(id)}${under === "" ? "" : `/${under}`}`;
}

/** The name that a key is called by; its id where it has none. */
export function keyName({ name, id }: Pick<KeyRow, "name" | "id">): string {
  return name === "" ? id : name;
}

/** A key's name as a link, with what stands in the way of using it. */
export function keyLink(row: KeyRow): Html {
  const isDisabled = row.told.state === "disabled" && isLiveRow(row);
  return html`<a href="${keyAddress(row.id)}">${keyName(row)}</a
    >${isDisabled && html` <span class="badge">disabled</span>`}`;
}
