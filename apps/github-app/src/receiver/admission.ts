/** Why a body that nobody had vouched for was turned away before its end. */
export type TurnedAway = "slow" | "crowded";

/** The slot of one body that is being read. */
export interface Slot {
  received(bytes: number): void;
  /** Its signature is right: from now on it is never turned away. */
  vouch(): void;
  leave(): void;
}

/** Bounds what strangers can make the App hold, at no cost to whoever sends a signed body in one go. */
export interface Admission {
  /** Lets a body in. `turnAway` is called at most once, and not after {@link Slot.vouch} or {@link Slot.leave}. */
  enter(address: string, turnAway: (why: TurnedAway) => void): Slot;
  /** Turns away the bodies that arrive too slowly. Call it about twice a second while {@link open} is not 0. */
  expelSlow(): void;
  open(): number;
}

export interface AdmissionLimits {
  readonly bodies: number;
  /** What all bodies together may hold in memory. */
  readonly bytes: number;
  readonly graceMs: number;
  /** The average that a body has to keep once its grace is over. */
  readonly minimumBytesPerSecond: number;
}

/** GitHub sends a delivery within milliseconds and gives up after 10 s; its largest has 25 MiB. */
export const defaultLimits: AdmissionLimits = {
  bodies: 256,
  bytes: 96 * 1024 * 1024,
  graceMs: 2_000,
  minimumBytesPerSecond: 16 * 1024,
};

interface Body {
  readonly address: string;
  readonly enteredAtMs: number;
  bytes: number;
  isVouchedFor: boolean;
  readonly turnAway: (why: TurnedAway) => void;
}

interface Share {
  bodies: number;
  bytes: number;
}

// What a body that has just begun is taken to have sent, so that age alone does not count against it.
const headStartBytes = 16 * 1024;

/**
 * Makes room by turning away the slowest body of the address that holds the most. Nobody is refused at the door: until
 * its body is here, a stranger cannot be told from GitHub.
 */
export function makeAdmission(limits: AdmissionLimits, clock: () => number): Admission {
  const bodies = new Set<Body>();
  let bytes = 0;
  const leave = (body: Body): void => {
    if (bodies.delete(body)) bytes -= body.bytes;
  };
  const expel = (body: Body, why: TurnedAway): void => {
    leave(body);
    body.turnAway(why);
  };
  const ageMs = (body: Body): number => Math.max(1, clock() - body.enteredAtMs);
  const paceOf = (body: Body): number => (body.bytes + headStartBytes) / ageMs(body);
  const makeRoom = (measure: keyof Share): void => {
    const shares = sharesOf(bodies);
    let worst: Body | null = null;
    const isWorse = (one: Body, other: Body): boolean => {
      const difference = shareOf(shares, one)[measure] - shareOf(shares, other)[measure];
      return difference === 0 ? paceOf(one) < paceOf(other) : difference > 0;
    };
    for (const body of bodies)
      if (!body.isVouchedFor && (worst === null || isWorse(body, worst))) worst = body;
    if (worst !== null) expel(worst, "crowded");
  };
  return {
    open: () => bodies.size,
    enter(address, turnAway) {
      if (bodies.size >= limits.bodies) makeRoom("bodies");
      const body: Body = { address, enteredAtMs: clock(), bytes: 0, isVouchedFor: false, turnAway };
      bodies.add(body);
      return {
        received(more) {
          if (!bodies.has(body)) return;
          body.bytes += more;
          bytes += more;
          if (bytes > limits.bytes) makeRoom("bytes");
        },
        vouch: () => {
          body.isVouchedFor = true;
        },
        leave: () => leave(body),
      };
    },
    expelSlow() {
      for (const body of bodies) {
        const age = ageMs(body);
        const isSlow = body.bytes < (limits.minimumBytesPerSecond * age) / 1_000;
        if (!body.isVouchedFor && age > limits.graceMs && isSlow) expel(body, "slow");
      }
    },
  };
}

function sharesOf(bodies: Iterable<Body>): ReadonlyMap<string, Share> {
  const shares = new Map<string, Share>();
  for (const body of bodies) {
    // What is vouched for is GitHub's, and counts against nobody.
    if (body.isVouchedFor) continue;
    const share = shares.get(body.address) ?? { bodies: 0, bytes: 0 };
    share.bodies += 1;
    share.bytes += body.bytes;
    shares.set(body.address, share);
  }
  return shares;
}

function shareOf(shares: ReadonlyMap<string, Share>, { address }: Body): Share {
  return shares.get(address) ?? { bodies: 0, bytes: 0 };
}
