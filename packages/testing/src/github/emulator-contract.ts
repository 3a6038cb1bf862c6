/** What the emulator is started with. */
export interface GitHubEmulatorOptions {
  /** Existing directory in which the bare repositories are made; the caller removes it. */
  readonly directory: string;
  /** Port on 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number;
  readonly appId?: number;
  readonly webhookSecret: string;
  /** Without one, events are neither sent nor logged, as with an app whose webhook is inactive. */
  readonly webhookUrl?: string;
  /** Epoch milliseconds; rules token and JWT lifetimes and every date in answers and payloads. */
  readonly clock?: () => number;
  /** How long a receiver may take to answer a delivery; GitHub's 10 s by default. */
  readonly deliveryTimeoutMs?: number;
}

export interface NewRepository {
  readonly owner: string;
  readonly name: string;
  /** Private unless told otherwise. */
  readonly private?: boolean;
  readonly objectFormat?: "sha1" | "sha256";
  /** False keeps the app out of this repository: no webhooks, and 404 for its tokens. */
  readonly installed?: boolean;
  /** Tells the app of the new repository, as GitHub does where the app is installed already; off by default. */
  readonly announced?: boolean;
}

/** What may be changed about a repository; each change is an event of its own. */
export interface RepositoryChange {
  readonly name?: string;
  /** Transfers it to another account, which becomes an organisation. */
  readonly owner?: string;
  readonly private?: boolean;
  readonly archived?: boolean;
  readonly deleted?: true;
  /** Gives it to the app or takes it away, with an `installation_repositories` event. */
  readonly installed?: boolean;
  /** Makes the change without an event. */
  readonly silently?: boolean;
}

export interface NewPullRequest {
  /** `owner/name` of the repository that has the commits: a fork, or the repository itself. */
  readonly from: string;
  /** Short name of the branch there. */
  readonly branch: string;
  readonly user?: string;
  readonly title?: string;
}

/** A pull request; its head stays at `refs/pull/<number>/head` of its repository. */
export interface EmulatedPullRequest {
  readonly number: number;
  readonly repositoryId: number;
  readonly title: string;
  readonly head: string;
  readonly state: "open" | "closed";
}

/** A real bare repository, served over smart HTTP. */
export interface EmulatedRepository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly fullName: string;
  readonly directory: string;
  readonly objectFormat: "sha1" | "sha256";
  readonly private: boolean;
  readonly installationId: number | null;
  /** Without credentials. */
  readonly cloneUrl: string;
  /** A personal token of the owner: the HTTP Basic password, with any user name. */
  readonly userToken: string;
  /** The clone URL with the credentials of a user who may push; the user comes into being on first use. */
  pushUrlFor(user: string): string;
}

export interface EmulatedAnnotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column: number | null;
  readonly end_column: number | null;
  readonly annotation_level: string | null;
  readonly title: string | null;
  readonly message: string | null;
  readonly raw_details: string | null;
}

/** A check run as the app left it, in the words of the REST API. */
export interface EmulatedCheckRun {
  readonly id: number;
  readonly repository: string;
  readonly name: string;
  readonly head_sha: string;
  readonly external_id: string | null;
  readonly details_url: string | null;
  readonly status: string;
  readonly conclusion: string | null;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly output: {
    readonly title: string | null;
    readonly summary: string | null;
    readonly text: string | null;
  };
  /** In the order they were added, over all requests. */
  readonly annotations: readonly EmulatedAnnotation[];
  readonly actions: readonly {
    readonly label: string;
    readonly description: string;
    readonly identifier: string;
  }[];
}

/** An issue as it is now. */
export interface EmulatedIssue {
  readonly repository: string;
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: "open" | "closed";
  readonly stateReason: "completed" | "not_planned" | "duplicate" | "reopened" | null;
  /** Whether the app wrote it. */
  readonly byApp: boolean;
}

/** One attempt at a delivery. */
export interface EmulatedDelivery {
  /** Of the attempt. */
  readonly id: number;
  /** Of the event: a redelivery has the same one. */
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly url: string;
  readonly redelivery: boolean;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  readonly deliveredAtMs: number;
  readonly durationMs: number;
  /** The receiver's; 502 when it could not be reached, 504 when it took too long. */
  readonly statusCode: number;
  readonly status: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  /** The exact text that was signed. */
  readonly payload: string;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: string;
}

/** A failure to answer with instead of the real answer. */
export interface Fault {
  /** Method and OpenAPI path, `POST /repos/{owner}/{repo}/check-runs`, or a git service, `git-upload-pack`. */
  readonly route: string;
  /** 403 and 429 are worded as rate limits, 401 as bad credentials; 0 closes the connection unanswered. */
  readonly status: number;
  /** 1 by default. */
  readonly times?: number;
  /** Seconds, sent as `Retry-After`. */
  readonly retryAfter?: number;
}

/** What becomes of the next deliveries. */
export interface Disturbance {
  /**
   * `lose`: there never was an event. `fail`: it is logged as one that found nobody. `duplicate`: it is sent twice.
   * `hold`: it waits for `releaseHeld`.
   */
  readonly how: "lose" | "fail" | "duplicate" | "hold";
  /** GitHub's name of the event; absent for any. */
  readonly event?: string;
  /** 1 by default. */
  readonly times?: number;
}

/** What becomes of the next packs that git reads. */
export interface TransferFault {
  /** The connection is cut after so many bytes of an answer; smaller answers come through. */
  readonly cutAfterBytes?: number;
  /** Nothing more comes after so many bytes, and the connection stays open. */
  readonly stallAfterBytes?: number;
  /** Answers come no faster than this. */
  readonly bytesPerSecond?: number;
  /** How many answers it befalls; 1 by default. */
  readonly times?: number;
}

/** How much content an installation may create; GitHub's own limits are 80 a minute and 500 an hour. */
export interface SecondaryLimits {
  readonly perMinute: number;
  readonly perHour: number;
}

/** A GitHub on loopback: REST, git over HTTP and signed webhooks around real repositories. */
export interface GitHubEmulator {
  /** REST base, without a trailing slash. */
  readonly url: string;
  /** Base of clone URLs, `<gitUrl>/<owner>/<name>.git`, without a trailing slash. */
  readonly gitUrl: string;
  readonly appId: number;
  /** Of the account that owns the first repository; each further owner gets an installation of its own. */
  readonly installationId: number;
  /** PKCS #8, fresh for each emulator. */
  readonly privateKeyPem: string;
  readonly webhookSecret: string;
  setWebhookUrl(url: string): void;
  /** @throws {@link GitHubEmulatorError} when the name is taken or not one GitHub would accept */
  createRepository(input: NewRepository): Promise<EmulatedRepository>;
  /**
   * Changes a repository and sends GitHub's events about it. Git and REST are redirected from a former name until that
   * is taken again.
   * @throws {@link GitHubEmulatorError} when there is no such repository, or the new name is not one to take
   */
  changeRepository(fullName: string, change: RepositoryChange): Promise<EmulatedRepository>;
  /** Installs the app at an account, for all of its repositories, and sends `installation.created`. */
  install(owner: string): Promise<number>;
  /** Ends or interrupts an installation, or lets it go on, and sends the event. */
  changeInstallation(installationId: number, change: "suspend" | "unsuspend" | "delete"): Promise<void>;
  /** Copies a repository to another account, where the app is not installed. */
  forkRepository(fullName: string, owner: string): Promise<EmulatedRepository>;
  /** Opens a pull request; later pushes to its branch synchronize it. */
  openPullRequest(fullName: string, pullRequest: NewPullRequest): Promise<EmulatedPullRequest>;
  changePullRequest(fullName: string, number: number, change: "close" | "reopen"): Promise<void>;
  /** Clicks on "Re-run" of a check run. */
  rerequestCheckRun(checkRunId: number): Promise<void>;
  /** Sends any event, signed and logged like the emulator's own; the payload gets `installation` if it has none. */
  sendEvent(event: string, payload: Readonly<Record<string, unknown>>): void;
  checkRuns(fullName: string): readonly EmulatedCheckRun[];
  /** In the order in which they were written. */
  issues(fullName: string): readonly EmulatedIssue[];
  /** Lets a person write an issue. */
  writeIssue(
    fullName: string,
    issue: { readonly user: string; readonly title: string; readonly body: string },
  ): EmulatedIssue;
  /** An Actions secret as a workflow sees it, of `owner/name` or `owner/name/environment`; undefined when it is not set. */
  actionsSecret(scope: string, name: string): string | undefined;
  /** Every attempt, oldest first; nothing expires here, while the API lists three days. */
  deliveries(): readonly EmulatedDelivery[];
  /** Sends a logged delivery again under its GUID and resolves when it was answered. */
  redeliver(deliveryId: number): Promise<void>;
  failNext(fault: Fault): void;
  /** Loses, fails, duplicates or holds the next deliveries. */
  disturbDeliveries(disturbance: Disturbance): void;
  /** Sends what is held, at most so many of the oldest, the newest first if `reversed`; resolves with their number. */
  releaseHeld(order?: "as-made" | "reversed", most?: number): Promise<number>;
  /** Slows, stalls or cuts the next answers to git. */
  disturbTransfers(fault: TransferFault): void;
  /** Lets readers see a repository as it is now until it is called again with `false`. */
  lagReplicas(fullName: string, isLagging: boolean): void;
  /** Answers 403 with `Retry-After` to installations that create too much; null, the default, does not count. */
  limitCreations(limits: SecondaryLimits | null): void;
  /** Resolves when no push is being received and no delivery is in flight. */
  settled(): Promise<void>;
  /** Requests, answers and payloads that break GitHub's published description, in order. */
  readonly violations: readonly string[];
  /** Returns the violations so far and forgets them: for a test that provokes one. */
  takeViolations(): readonly string[];
  /** @throws {@link GitHubEmulatorError} that lists the violations, if there are any */
  assertNoViolations(): void;
  /** Stops serving, ends what is under way and waits for it; the directory stays. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
