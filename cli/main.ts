import { join } from 'node:path';
import { visible } from '../compiler/diagnostics/render/visible.ts';
import { VERSION } from '../compiler/version.ts';
import type { Arguments } from './arguments/arguments.ts';
import type { ValidateArguments } from './arguments/validate.ts';
import { EXIT } from './exit-codes.ts';
import { hostIo } from './host-io.ts';
import type { Io } from './io.ts';
import { PACKAGE_FOLDER } from './package-folder.ts';

/**
 * Runs one command line and gives its exit code: one of `EXIT`, or for `run` the one of the program that ran.
 *
 * @param argv without the name of the program
 */
export async function main(argv: readonly string[], io: Io = hostIo()): Promise<number> {
  try {
    if (argv.length === 1 && (argv[0] === '--help' || argv[0] === '-h') && printReadyHelp(io)) return EXIT.ok;
    const plain = plainValidation(argv);
    if (plain !== null) return await execute(plain, io);
    const { parseArguments } = await import('./program.ts');
    const parsed = parseArguments(argv, io);
    return parsed.kind === 'answered' ? parsed.exitCode : await execute(parsed.chosen, io);
  } catch (error) {
    io.stderr.write(defectNotice(error, io));
    return EXIT.bug;
  }
}

/** Prints the help that the build has written down, which is five times faster than making it. */
function printReadyHelp({ reader, stdout }: Io): boolean {
  const help = reader.read(join(PACKAGE_FOLDER, 'dist/help.txt'));
  if (help.ok) stdout.write(new TextDecoder().decode(help.bytes));
  return help.ok;
}

/**
 * `validate` with nothing but paths, as editors and commit hooks call it: there is nothing to parse, and loading the
 * parser would be a tenth of the time. A test holds that the parser would say the same.
 */
export function plainValidation(argv: readonly string[]): ValidateArguments | null {
  const [command, ...paths] = argv;
  if (command !== 'validate' || paths.length === 0) return null;
  if (paths.some((path) => path.startsWith('-') && path !== '-')) return null;
  const place = { target: null, workdir: null, home: null, variables: {} };
  return { command, paths, format: 'text', place, strict: false, schemaOnly: false };
}

/** Each command is a bundle of its own, so that starting one does not load the others. */
async function execute(chosen: Arguments, io: Io): Promise<number> {
  switch (chosen.command) {
    case 'validate':
      return (await import('./commands/validate.ts')).validate(chosen, io);
    case 'fmt':
      return (await import('./commands/fmt.ts')).fmt(chosen, io);
    case 'lint':
      return (await import('./commands/lint.ts')).lintFiles(chosen, io);
    case 'schema':
      return (await import('./commands/schema.ts')).schema(chosen, io);
    case 'explain':
      return (await import('./commands/explain.ts')).explain(chosen, io);
    case 'presets':
      return (await import('./commands/presets.ts')).presets(chosen, io);
    case 'can':
      return (await import('./commands/can.ts')).can(chosen, io);
    case 'test':
      return (await import('./commands/test.ts')).test(chosen, io);
    case 'diff':
      return (await import('./commands/diff.ts')).diff(chosen, io);
    case 'import':
      return (await import('./commands/import.ts')).importSettings(chosen, io);
    case 'export':
      return (await import('./commands/export.ts')).exportBlueprint(chosen, io);
    case 'compile':
      return (await import('./commands/compile.ts')).compile(chosen, io);
    case 'inspect':
      return (await import('./commands/inspect.ts')).inspect(chosen, io);
    case 'prove':
      return (await import('./commands/prove.ts')).prove(chosen, io);
    case 'report':
      return (await import('./commands/report.ts')).report(chosen, io);
    case 'apply':
      return (await import('./commands/apply.ts')).apply(chosen, io);
    case 'rollback':
      return (await import('./commands/rollback.ts')).rollback(chosen, io);
    case 'history':
      return (await import('./commands/history.ts')).history(chosen, io);
    case 'run':
      return (await import('./commands/run.ts')).run(chosen, io);
    case 'sign':
      return (await import('./commands/sign.ts')).sign(chosen, io);
    case 'simulate':
      return (await import('./commands/simulate.ts')).simulate(chosen, io);
    case 'verify':
      return (await import('./commands/verify.ts')).verify(chosen, io);
    case 'verify-bundle':
      return (await import('./commands/verify-bundle.ts')).verifyBundle(chosen, io);
    case 'sync':
      return (await import('./commands/sync.ts')).sync(chosen, io);
    case 'status':
      return (await import('./commands/status.ts')).status(chosen, io);
    case 'attest':
      return (await import('./commands/attest.ts')).attest(chosen, io);
    case 'fleet':
      return (await import('./commands/fleet.ts')).fleet(chosen, io);
    case 'audit':
      return (await import('./commands/audit.ts')).audit(chosen, io);
    case 'logs':
      return (await import('./commands/logs.ts')).logs(chosen, io);
    case 'egress':
      return (await import('./commands/egress.ts')).egress(chosen, io);
    case 'version':
      return (await import('./commands/version.ts')).version(chosen, io);
  }
}

/** Names the place in the program only: the text of an error can quote a file that holds secrets. */
function defectNotice(error: unknown, { environment }: Pick<Io, 'environment'>): string {
  const lines = [
    `nemoclaw ${VERSION} met a defect of its own and stopped; nothing was enforced by this call.`,
  ];
  if (error instanceof Error) {
    const stack = error.stack ?? '';
    const frames = stack.slice(stack.indexOf(error.message) + error.message.length).split('\n');
    lines.push(error.name, ...frames.filter((line) => /^\s+at /.test(line)).slice(0, 3));
    if (environment.NEMOCLAW_DEBUG === '1') lines.push(visible(error.message), ...frames);
  }
  lines.push(
    'Please report it with the command that you used. NEMOCLAW_DEBUG=1 shows more; look through it first.',
  );
  return `${lines.join('\n')}\n`;
}
