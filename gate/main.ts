import { EXIT } from '../cli/exit-codes.ts';
import { gateDefect } from '../compiler/diagnostics/catalog/gate.ts';
import { diagnose } from '../compiler/diagnostics/entry.ts';
import { renderGithub } from '../compiler/diagnostics/render/github.ts';
import { runGate } from './run.ts';

// Whatever ends this process before it is done must not look like a yes.
process.exitCode = EXIT.bug;

const say = (commands: string) => {
  process.stdout.write(commands);
};

runGate(process.env, say).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    say(renderGithub([diagnose(gateDefect, null, { detail })]));
  },
);
