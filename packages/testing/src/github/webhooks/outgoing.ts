/** An event on its way to the app. */
export interface Outgoing {
  readonly guid: string;
  readonly event: string;
  readonly redelivery: boolean;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  /** The exact text to sign and send. */
  readonly payload: string;
}
