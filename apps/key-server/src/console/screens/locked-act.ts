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
