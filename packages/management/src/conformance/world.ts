import {
  generateKey,
  type KeyFormat,
  type ManagedProvider,
  type RandomBytes,
  type Secret,
} from "@keywarden/key-format";
import type { Body } from "../schemas/body.ts";
import type { Capabilities } from "../dialects/capabilities.ts";
import type { CreateKey, Dialect, Operation } from "../dialects/dialect.ts";
import { fillPath } from "../client/fill-path.ts";
import { nextCursor } from "../client/next-cursor.ts";
import type { RemoteKey } from "../schemas/remote-key.ts";
import { makeTransport, type Transport, type TransportAnswer } from "../client/transport.ts";
import { demand, Unchecked } from "./demand.ts";

export interface LiveKey {
  readonly id: string;
  readonly secret: Secret;
}

export interface WorldOptions {
  readonly profile: ManagedProvider;
  readonly dialect: Dialect;
  readonly capabilities: Capabilities;
  readonly baseUrl: string;
  /** Where keys are used; the base URL unless it is elsewhere. */
  readonly callUrl?: string | undefined;
  /** A credential that may manage keys. */
  readonly token: Secret;
  readonly randomBytes: RandomBytes;
  readonly fetch?: typeof fetch | undefined;
  readonly timeoutMs?: number | undefined;
  /** Lets time pass, in the API's eyes, and how exactly it can; what depends on time is not checked without it. */
  readonly travel?:
    | {
        readonly longestMs: number;
        readonly precisionMs: number;
        readonly wait: (ms: number) => Promise<void>;
      }
    | undefined;
}

type Operations = Dialect["operations"];

/** The API under test as the checks see it, and the keys that they have made in it. */
export class World {
  readonly options: WorldOptions;
  /** The sort of key that is made: never production where there is something else. */
  readonly format: KeyFormat;
  /** What the names of all keys of this run have in common. */
  readonly mark: string;
  /** The key that most checks are about; null until one could be made. */
  first: LiveKey | null = null;
  /** The secret that a rotation replaced {@link first}'s with. */
  rotated: { readonly secret: Secret; readonly graceSeconds: number } | null = null;
  /** Every answer of a list so far, as JSON. */
  readonly listed: string[] = [];
  readonly #made = new Set<string>();
  readonly #present = new Set<string>();
  readonly #owner: Transport;
  #count = 0;

  constructor(options: WorldOptions) {
    this.options = options;
    this.format = chooseFormat(options.profile, options.dialect);
    this.mark = `conformance-${Buffer.from(options.randomBytes(4)).toString("hex")}`;
    this.#owner = this.#transport(options.baseUrl, options.token);
  }

  #transport(baseUrl: string, token: Secret): Transport {
    const { fetch, timeoutMs } = this.options;
    return makeTransport({
      baseUrl,
      token,
      ...(fetch !== undefined && { fetch }),
      ...(timeoutMs !== undefined && { timeoutMs }),
    });
  }

  /** Sends one of the dialect's requests and gives whatever comes back. */
  async send(
    name: keyof Operations,
    request: {
      readonly id?: string;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
      readonly query?: Readonly<Record<string, string | number | undefined>>;
    } = {},
  ): Promise<TransportAnswer> {
    const operation = this.options.dialect.operations[name];
    const { id, ...rest } = request;
    const path = id === undefined ? operation.path : fillPath(operation.path, id);
    const answer = await this.#owner.send({ method: operation.method, path, ...rest });
    const isAbsent = answer.status === 404 || answer.status === 405 || answer.status === 501;
    if (answer.status === operation.status) this.#present.add(name);
    // An unknown id answers 404, too, but in the API's own words, or where the route has worked before.
    if (isAbsent && !operation.documented && !this.#present.has(name) && !this.isFailure(answer)) {
      throw new Unchecked(`the provider's document gives no ${name}, and this API answers ${answer.status}`);
    }
    return answer;
  }

  /** Reads an answer as the document writes it. @throws Unkept */
  expect<Read>(
    what: string,
    operation: Operation<unknown, Body<never, Read>>,
    answer: TransportAnswer,
  ): Read {
    demand(
      answer.status === operation.status,
      `${what} answered ${answer.status} instead of ${operation.status}`,
    );
    const read = operation.response.read(answer.body);
    if (read.ok) return read.value;
    const fields = read.problems.map(({ path, message }) => `${path || "the body"}: ${message}`).join("; ");
    demand(false, `${what} answered with another body than the document's (${this.#owner.quote(fields)})`);
    throw new TypeError("unreachable");
  }

  /** Whether an answer is a refusal in the words of the document. */
  isFailure({ body }: TransportAnswer): boolean {
    return this.options.dialect.failure.body.read(body).ok;
  }

  get input(): Omit<CreateKey, "name"> {
    const { kind, environment } = this.format;
    const { permissions, samples, sample } = this.options.dialect;
    const permission = samples.find(({ path }) => path === sample.path)?.permission ?? null;
    const isNeeded = permission !== null && permissions.carriers.includes(kind);
    return { kind, environment, ...(isNeeded && { permissions: [permission] }) };
  }

  /** Asks for a key of that name; what it makes is revoked at the end. */
  async create(
    name: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly answer: TransportAnswer; readonly key: LiveKey | null }> {
    const { create } = this.options.dialect.operations;
    const answer = await this.send("create", {
      body: create.request.write({ ...this.input, name }),
      headers,
    });
    const read = answer.status === create.status ? create.response.read(answer.body) : null;
    if (read?.ok !== true) return { answer, key: null };
    this.#made.add(read.value.id);
    return { answer, key: read.value };
  }

  /** Makes another key. @throws Unkept */
  async another(): Promise<LiveKey> {
    this.#count += 1;
    const { answer, key } = await this.create(`${this.mark}-${this.#count}`);
    demand(key !== null, `create answered ${answer.status}`);
    return key;
  }

  /** Gives the key that the create check made. @throws Unchecked */
  get key(): LiveKey {
    if (this.first !== null) return this.first;
    throw new Unchecked("no key could be made");
  }

  /** Reads the whole list, at most 1000 pages. @throws Unkept */
  async list(
    limit?: number,
  ): Promise<{ readonly keys: readonly RemoteKey[]; readonly sizes: readonly number[] }> {
    const keys: RemoteKey[] = [];
    const sizes: number[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const answer = await this.send("list", { query: { limit, cursor } });
      this.listed.push(JSON.stringify(answer.body) ?? "");
      const page = this.expect("list", this.options.dialect.operations.list, answer);
      keys.push(...page);
      sizes.push(page.length);
      demand(sizes.length < 1000, "the list does not end after 1000 pages");
      cursor = nextCursor(answer.headers.get("link"), answer.url);
    }
    return { keys, sizes };
  }

  async revoke(id: string): Promise<TransportAnswer> {
    const answer = await this.send("revoke", { id });
    if (answer.status === this.options.dialect.operations.revoke.status) this.#made.delete(id);
    return answer;
  }

  /** Sends the harmless call that keys are made for, and gives its status. */
  async use(secret: Secret): Promise<number> {
    return (await this.useFully(secret)).status;
  }

  async useFully(secret: Secret): Promise<TransportAnswer> {
    const { dialect, callUrl, baseUrl } = this.options;
    const { method, path } = dialect.sample;
    const transport = this.#transport(callUrl ?? baseUrl, secret);
    return transport.send({ method, path: path.replaceAll(/\{\w+\}/g, "keywarden-conformance") });
  }

  get usedStatus(): number {
    const { samples, sample } = this.options.dialect;
    return samples.find(({ path }) => path === sample.path)?.status ?? 200;
  }

  /** A key in the right format that was never issued. */
  stranger(): Secret {
    return generateKey(this.format, this.options.randomBytes);
  }

  /** Ends every key that is left, and gives the ids of those that could not be ended. */
  async cleanUp(): Promise<readonly string[]> {
    const left: string[] = [];
    for (const id of this.#made) {
      const ended = await this.revoke(id).then(
        ({ status }) => status === this.options.dialect.operations.revoke.status || status === 404,
        () => false,
      );
      if (!ended) left.push(id);
    }
    return left;
  }
}

function chooseFormat(profile: ManagedProvider, { onePerTenant, samples, sample }: Dialect): KeyFormat {
  const kinds = samples.find(({ path }) => path === sample.path)?.kinds ?? ["secret"];
  const usable = profile.formats.filter(({ kind }) => kinds.includes(kind) && kind !== onePerTenant);
  const secret = usable.filter(({ kind }) => kind === "secret");
  const [best] = (secret.length > 0 ? secret : usable).toSorted(
    (one, other) => Number(one.environment === "production") - Number(other.environment === "production"),
  );
  const found = best ?? profile.formats[0];
  if (found === undefined) throw new TypeError(`${profile.id} has no key format`);
  return found;
}
