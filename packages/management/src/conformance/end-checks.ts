import type { Check } from "./check.ts";
import { demand, Unchecked } from "./demand.ts";
import { describeCall, needs } from "./life-checks.ts";

/** Revocation and refusals; the key that the other checks were about ends here. */
export const endChecks: readonly Check[] = [
  {
    id: "revoke",
    title: "revoke answers as documented",
    run: async (world) => {
      const answer = await world.revoke(world.key.id);
      world.expect("revoke", world.options.dialect.operations.revoke, answer);
    },
  },
  {
    id: "revoked-key",
    title: "the next request of a revoked key is refused with 401",
    run: async (world) => {
      const secret = world.rotated?.secret ?? world.key.secret;
      const { capabilities, travel } = world.options;
      const delayMs = capabilities.revocationDelaySeconds * 1000;
      if (delayMs > 0) {
        if (travel === undefined || travel.longestMs < delayMs) {
          throw new Unchecked(`a revoked key may work ${capabilities.revocationDelaySeconds} s more`);
        }
        await travel.wait(delayMs + travel.precisionMs);
      }
      const status = await world.use(secret);
      demand(status === 401, `${describeCall(world)} answered ${status} to a revoked key`);
    },
  },
  {
    id: "revoke-again",
    title: "to revoke a revoked key is harmless",
    run: async (world) => {
      const { status } = await world.revoke(world.key.id);
      const { revoke } = world.options.dialect.operations;
      demand(status === revoke.status || status === 404, `a second revoke is answered with ${status}`);
    },
  },
  {
    id: "revoked-rotate",
    title: "a revoked key cannot be rotated back to life",
    run: async (world) => {
      const answer = await world.send("rotate", { id: world.key.id });
      demand(
        answer.status >= 400 && answer.status < 500,
        `rotate of a revoked key is answered with ${answer.status}`,
      );
    },
  },
  {
    id: "revoked-list",
    title: "list does not show a revoked key among those that work",
    run: async (world) => {
      const { id } = world.key;
      needs(world, "list");
      demand(!(await world.list()).keys.some((key) => key.id === id), `list still shows ${id}`);
    },
  },
  {
    id: "list-secrets",
    title: "no list shows a whole key",
    run: async (world) => {
      const secrets = [world.key.secret, ...(world.rotated === null ? [] : [world.rotated.secret])];
      if (world.listed.length === 0) throw new Unchecked("nothing could be listed");
      demand(
        secrets.every((secret) => world.listed.every((text) => !text.includes(secret.reveal()))),
        "a list shows a whole key",
      );
    },
  },
  {
    id: "error-not-found",
    title: "an id that does not exist is 404, in the document's own words",
    run: async (world) => {
      const { method, path } = world.options.dialect.operations.revoke;
      const answer = await world.send("revoke", { id: "key_that_does_not_exist" });
      demand(answer.status === 404, `${method} ${path} answered ${answer.status} to an unknown id`);
      demand(world.isFailure(answer), "the body of the 404 is not the document's");
    },
  },
  {
    id: "error-bad-request",
    title: "a create that is not well formed is 400 or 422, in the document's own words, and makes nothing",
    run: async (world) => {
      const answer = await world.send("create", { body: { name: 7 } });
      demand(
        answer.status === 400 || answer.status === 422,
        `a create whose name is a number is answered with ${answer.status}`,
      );
      demand(world.isFailure(answer), `the body of the ${answer.status} is not the document's`);
    },
  },
  {
    id: "error-unauthorised",
    title: "a refused key gets its 401 in the document's own words",
    run: async (world) => {
      const answer = await world.useFully(world.stranger());
      demand(answer.status === 401, `a made-up key is answered with ${answer.status}`);
      demand(world.isFailure(answer), "the body of the 401 is not the document's");
    },
  },
];
