/** Which of the two storages it is, and how its time behaves. */
export interface SchemaDefinition {
  /** Of the file `<name>.db` and of the end of the schema's name. */
  readonly name: "keys" | "exposures";
  /** See HighWaterClock. */
  readonly whenSetBack: "hold" | "tick";
}

/** The key server's. A clock set back must not revive what has ended. */
export const keySchema: SchemaDefinition = { name: "keys", whenSetBack: "hold" };

/** The GitHub App's. Retries and leases must not be held up for as long as a clock was set back. */
export const exposureSchema: SchemaDefinition = { name: "exposures", whenSetBack: "tick" };
