import { Command, CommanderError } from 'commander';
import { VERSION } from '../compiler/version.ts';
import { declareApply } from './arguments/apply.ts';
import type { Arguments } from './arguments/arguments.ts';
import { declareAttest } from './arguments/attest.ts';
import { declareAudit } from './arguments/audit.ts';
import { declareCan } from './arguments/can.ts';
import { declareCompile } from './arguments/compile.ts';
import { declareDiff } from './arguments/diff.ts';
import { declareEgress } from './arguments/egress.ts';
import { declareExplain } from './arguments/explain.ts';
import { declareExport } from './arguments/export.ts';
import { declareFleet } from './arguments/fleet.ts';
import { declareFmt } from './arguments/fmt.ts';
import { declareHistory } from './arguments/history.ts';
import { declareImport } from './arguments/import.ts';
import { declareInspect } from './arguments/inspect.ts';
import { declareLint } from './arguments/lint.ts';
import { declareLogs } from './arguments/logs.ts';
import { declarePresets } from './arguments/presets.ts';
import { declareProve } from './arguments/prove.ts';
import { declareReport } from './arguments/report.ts';
import { declareRollback } from './arguments/rollback.ts';
import { declareRun } from './arguments/run.ts';
import { declareSchema } from './arguments/schema.ts';
import { declareSign } from './arguments/sign.ts';
import { declareSimulate } from './arguments/simulate.ts';
import { declareStatus } from './arguments/status.ts';
import { declareSync } from './arguments/sync.ts';
import { declareTest } from './arguments/test.ts';
import { declareValidate } from './arguments/validate.ts';
import { declareVerify } from './arguments/verify.ts';
import { declareVerifyBundle } from './arguments/verify-bundle.ts';
import { declareVersion } from './arguments/version.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';

/** A command line that was understood, or one that is answered already: help, or what is wrong with it. */
export type Parsed =
  | { readonly kind: 'chosen'; readonly chosen: Arguments }
  | { readonly kind: 'answered'; readonly exitCode: ExitCode };

interface Declaration {
  readonly name: Arguments['command'];
  readonly group: 'Write' | 'Review' | 'Enforce' | 'Watch' | 'More';
  readonly declare: (program: Command, choose: (chosen: Arguments) => void) => void;
}

/** In the order in which `--help` lists them. */
const COMMANDS: readonly Declaration[] = [
  { name: 'validate', group: 'Write', declare: declareValidate },
  { name: 'fmt', group: 'Write', declare: declareFmt },
  { name: 'lint', group: 'Write', declare: declareLint },
  { name: 'import', group: 'Write', declare: declareImport },
  { name: 'export', group: 'Write', declare: declareExport },
  { name: 'presets', group: 'Write', declare: declarePresets },
  { name: 'schema', group: 'Write', declare: declareSchema },
  { name: 'explain', group: 'Write', declare: declareExplain },
  { name: 'diff', group: 'Review', declare: declareDiff },
  { name: 'can', group: 'Review', declare: declareCan },
  { name: 'test', group: 'Review', declare: declareTest },
  { name: 'prove', group: 'Review', declare: declareProve },
  { name: 'simulate', group: 'Review', declare: declareSimulate },
  { name: 'report', group: 'Review', declare: declareReport },
  { name: 'compile', group: 'Enforce', declare: declareCompile },
  { name: 'inspect', group: 'Enforce', declare: declareInspect },
  { name: 'sign', group: 'Enforce', declare: declareSign },
  { name: 'verify-bundle', group: 'Enforce', declare: declareVerifyBundle },
  { name: 'apply', group: 'Enforce', declare: declareApply },
  { name: 'run', group: 'Enforce', declare: declareRun },
  { name: 'verify', group: 'Enforce', declare: declareVerify },
  { name: 'sync', group: 'Enforce', declare: declareSync },
  { name: 'rollback', group: 'Enforce', declare: declareRollback },
  { name: 'history', group: 'Enforce', declare: declareHistory },
  { name: 'status', group: 'Watch', declare: declareStatus },
  { name: 'attest', group: 'Watch', declare: declareAttest },
  { name: 'fleet', group: 'Watch', declare: declareFleet },
  { name: 'audit', group: 'Watch', declare: declareAudit },
  { name: 'logs', group: 'Watch', declare: declareLogs },
  { name: 'egress', group: 'Watch', declare: declareEgress },
  { name: 'version', group: 'More', declare: declareVersion },
];

const AFTER = `
Exit codes: 0 yes, 1 invalid input, 2 wrong command line, 3 the answer is no, 4 not enforced, 70 a defect.
Results go to standard output, everything else to standard error. Every command takes -o json.

Start here:
  nemoclaw validate agent.yaml
  nemoclaw run agent.yaml -- bash
  nemoclaw COMMAND --help`;

/** Understands a command line, without the name of the program. Prints only help and what is wrong with the line. */
export function parseArguments(
  argv: readonly string[],
  io: Pick<Io, 'stdout' | 'stderr' | 'columns'>,
): Parsed {
  let chosen: Arguments | null = null;
  const program = declareProgram(argv, io, (choice) => {
    chosen = choice;
  });
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Zero for what was asked for: a version or a help text.
    return { kind: 'answered', exitCode: error.exitCode === 0 ? EXIT.ok : EXIT.usage };
  }
  if (chosen === null) throw new Error('a command was parsed but not chosen');
  return { kind: 'chosen', chosen };
}

function declareProgram(
  argv: readonly string[],
  io: Pick<Io, 'stdout' | 'stderr' | 'columns'>,
  choose: (chosen: Arguments) => void,
): Command {
  const program = new Command('nemoclaw')
    .description('Say in one file what an AI agent may do, and let the Linux kernel hold it to that.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'say what a command does')
    .addHelpCommand(
      new Command('help').argument('[command]').description('say what a command does').helpGroup('More:'),
    )
    .exitOverride()
    // A line break of the source text is none of the help, which is as wide as the terminal.
    .configureHelp({ commandDescription: (command) => command.description().replaceAll(/\n(?!\s)/g, ' ') })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error:/, 'nemoclaw:')),
      getOutHelpWidth: () => Math.max(80, io.columns),
      getErrHelpWidth: () => Math.max(80, io.columns),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError('See nemoclaw --help.');
  // Declaring a command costs a part of a millisecond, and a line that names its command needs no other.
  const named = COMMANDS.filter(({ name }) => name === argv[0]);
  for (const { group, declare } of named.length > 0 ? named : COMMANDS) {
    program.commandsGroup(`${group}:`);
    declare(program, choose);
  }
  return program.addHelpText('after', AFTER);
}
