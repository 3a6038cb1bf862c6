import { runProcess } from "./run-process.ts";
import type { Sink, SinkKind } from "./sink.ts";
import { SinkError } from "./sink-error.ts";
import { sinkForms } from "./sink-forms.ts";

const timeoutMs = 60_000;

/** Gives the key to a command of the user's own on standard input, where no process list shows it. */
export const command: SinkKind = {
  ...sinkForms.command,
  summary: "any command: it gets the key on standard input and must end with status 0 within 60 s",
  credentials: "its own; it gets KEYWARDEN_PROVIDER, KEYWARDEN_KEY_ID, KEYWARDEN_ROTATION",
  example: "command:'./deploy-key --stage production'",
  open: (line, target, { env, directory }): Sink => ({
    target,
    // Whether a command works cannot be known without running it.
    check: async () => {},
    deliver: async (secret, { rotation, provider, keyId }) => {
      const input = secret.reveal();
      const { status, complaint } = await runProcess({
        file: line,
        args: [],
        isShell: true,
        directory,
        env: { ...env, KEYWARDEN_ROTATION: rotation, KEYWARDEN_PROVIDER: provider, KEYWARDEN_KEY_ID: keyId },
        input,
        timeoutMs,
        hidden: [input],
      });
      if (status === 0) return "the command took it";
      const said = complaint === "" ? "" : `: ${complaint}`;
      throw new SinkError("SINK_REFUSED", `the command ended with status ${status ?? "by signal"}${said}`);
    },
  }),
};
