/**
 * Objects of a mirror that were not there when the others were, each of which had all that it leads to. So nothing else leads to
 * any of them.
 */
export interface Arrived {
  readonly ids: ReadonlySet<string>;
}
