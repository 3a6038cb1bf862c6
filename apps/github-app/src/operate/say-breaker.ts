import type { Status } from "./control-operations.ts";

/**
 * Says what is known of the breaker. Live keys are counted when one is to be revoked, so nobody knows before for which
 * providers the share is reached.
 */
export function sayBreaker({ isOpen, revocations, limit, windowMinutes, share }: Status["breaker"]): string {
  const byNumber = `${revocations} of ${limit} revocations in ${windowMinutes} min`;
  if (share === null || isOpen) return `${isOpen ? "open" : "closed"}: ${byNumber}`;
  const percent = Number((share * 100).toFixed(1));
  return `closed by the number: ${byNumber}; that no more than ${percent} % of a provider's live keys go is seen at each key`;
}
