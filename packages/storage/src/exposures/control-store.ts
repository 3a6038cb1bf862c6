/** What people set while the App runs, for every process that shares the storage. */
export interface Control {
  readonly value: string;
  readonly setBy: string;
  readonly setAtMs: number;
}

/** Settings by name, such as `kill-switch`. */
export interface ControlStore {
  get(name: string): Promise<Control | null>;
  set(name: string, value: string, setBy: string): Promise<void>;
  /** `false` when it was not set. */
  clear(name: string): Promise<boolean>;
}
