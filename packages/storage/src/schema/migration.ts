/**
 * One step of a schema. Its position in the list is its version, so a step is never changed or removed once it is
 * released, and the same version has the same tables and columns in every database.
 */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}
