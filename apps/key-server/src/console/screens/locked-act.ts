import { roleMay, rolesThatMay, type Act } from "@keywarden/inventory";
import type { ConsoleVisit } from "../console.ts";
import { html, type Html } from "../markup/html.ts";
import { note } from "../markup/notes.ts";
import { lockForm } from "../markup/page.ts";

/** Writes the form of an act where it may be done now, and else says what is in the way. */
export function whenAllowed({ viewer, request }: ConsoleVisit, act: Act, form: Html): Html {
  if (!roleMay(viewer.role, act))
    return note(
      `The role ${viewer.role} may not do this; it takes the role ${rolesThatMay(act).join(" or ")}.`,
      "warning",
    );
  if (viewer.isUnlocked) return form;
  return html`${note("This session only reads until you unlock changes.")} ${lockForm(viewer, request.url)}`;
}

/** Writes what leads to acts where they may be done now; while the session is locked, what they are and the way there. */
export function whenUnlocked({ viewer, request }: ConsoleVisit, acts: readonly string[], links: Html): Html {
  if (acts.length === 0) return html``;
  if (viewer.isUnlocked) return links;
  return html`<span class="dim">Unlock changes to ${listOfActs(acts)}.</span>
    ${lockForm(viewer, request.url)}`;
}

/** Names acts as one reads them: `rotate, disable, or revoke`. */
export const listOfActs = (words: readonly string[]): string =>
  new Intl.ListFormat("en", { type: "disjunction" }).format(words);
