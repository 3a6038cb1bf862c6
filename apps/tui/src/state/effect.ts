import type { Secret } from "@keywarden/key-format";
import type { Destination, Target } from "./dialog.ts";

/** Work that a reducer asks for; it answers with events. */
export type Effect =
  | { readonly kind: "load"; readonly loadId: number }
  | { readonly kind: "identify" }
  | { readonly kind: "revoke"; readonly target: Target }
  | { readonly kind: "check-destination"; readonly path: string }
  | { readonly kind: "rotate"; readonly target: Target; readonly destination: Destination }
  | { readonly kind: "save"; readonly target: Target; readonly secret: Secret; readonly path: string }
  | { readonly kind: "suspend" }
  | { readonly kind: "quit" };
