/** Everything reachable from `include` and not from `exclude`; full ids of commits or tags. */
export interface ObjectRange {
  readonly include: readonly string[];
  /** Ids that are not here are left out, which lists more, never less. */
  readonly exclude: readonly string[];
  /** Includes every ref, every entry of the stash and every work tree's HEAD as well. */
  readonly everything?: boolean;
}
