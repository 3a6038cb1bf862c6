/** Tells the time of day in whole epoch milliseconds; it may be set back at any moment. */
export type Clock = () => number;
