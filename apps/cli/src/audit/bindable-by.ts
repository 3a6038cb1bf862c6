import type { ManagedProvider } from "@keywarden/key-format";
import { dialects } from "@keywarden/management";

/** Whether a restriction binds what a key may do; whose key it is says nothing of that. */
export const binds = (restriction: string): boolean => restriction !== "tenant" && restriction !== "product";

/** Whether a provider lets its keys be bound to anything. */
export function isBindableBy(profile: ManagedProvider | undefined): boolean {
  return dialects[profile?.dialect ?? ""]?.restrictions.some(binds) ?? false;
}
