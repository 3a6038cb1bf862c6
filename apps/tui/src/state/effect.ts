import type { EditKey } from "@keywarden/management";
import type { Secret } from "@keywarden/key-format";
import type { RotationPlan } from "@keywarden/rotation";
import type { RestrictField } from "./restrict/restrict-form.ts";
import type { PlannedKey, Target } from "./dialog.ts";
import type { SourceId } from "./source.ts";

/** Work that a reducer asks for; it answers with events. */
export type Effect =
  | { readonly kind: "load"; readonly loadId: number }
  /** Asks where the feed of changes stands now. */
  | { readonly kind: "begin-feed" }
  | { readonly kind: "watch"; readonly after: number; readonly mark?: string | undefined }
  | { readonly kind: "read-used"; readonly sinceMs: number }
  | { readonly kind: "read-source"; readonly source: SourceId; readonly subject: string | null }
  /** Goes on with a filter or a sort as soon as nothing else waits. */
  | { readonly kind: "scan" }
  | { readonly kind: "identify" }
  | { readonly kind: "use-token"; readonly token: Secret }
  /** Goes to another server, by its name or address. */
  | { readonly kind: "switch-context"; readonly wanted: string; readonly passphrase?: Secret }
  | { readonly kind: "tell-usage"; readonly target: Target }
  | { readonly kind: "revoke"; readonly target: Target }
  | { readonly kind: "switch-key"; readonly act: "disable" | "enable"; readonly target: Target }
  | { readonly kind: "recall-restrictions"; readonly target: Target }
  | {
      readonly kind: "plan-restriction";
      readonly target: Target;
      readonly typed: readonly RestrictField[];
    }
  | { readonly kind: "restrict"; readonly target: Target; readonly edit: EditKey }
  | { readonly kind: "revoke-all"; readonly targets: readonly Target[] }
  /** Ends a change of several keys after the one that is being changed. */
  | { readonly kind: "stop-batch" }
  | { readonly kind: "recall-sinks"; readonly target: Target }
  | { readonly kind: "plan"; readonly target: Target; readonly typed: string }
  | { readonly kind: "rotate"; readonly target: Target; readonly plan: RotationPlan }
  | { readonly kind: "plan-all"; readonly targets: readonly Target[]; readonly typed: string }
  | { readonly kind: "rotate-all"; readonly planned: readonly PlannedKey[] }
  | { readonly kind: "list-unfinished" }
  | { readonly kind: "resume" }
  | { readonly kind: "copy"; readonly text: string }
  | { readonly kind: "suspend" }
  | { readonly kind: "quit" };
