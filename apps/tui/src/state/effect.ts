import type { Secret } from "@keywarden/key-format";
import type { RotationPlan } from "@keywarden/rotation";
import type { Target } from "./dialog.ts";

/** Work that a reducer asks for; it answers with events. */
export type Effect =
  | { readonly kind: "load"; readonly loadId: number }
  | { readonly kind: "identify" }
  | { readonly kind: "use-token"; readonly token: Secret }
  | { readonly kind: "revoke"; readonly target: Target }
  | { readonly kind: "recall-sinks"; readonly target: Target }
  | { readonly kind: "plan"; readonly target: Target; readonly typed: string }
  | { readonly kind: "rotate"; readonly target: Target; readonly plan: RotationPlan }
  | { readonly kind: "list-unfinished" }
  | { readonly kind: "resume" }
  | { readonly kind: "suspend" }
  | { readonly kind: "quit" };
