import type { Arguments } from './arguments/arguments.ts';
import type { Io } from './io.ts';

/** Carries out one understood command line. Each command is loaded only when it is asked for. */
export async function executeCommand(chosen: Arguments, io: Io): Promise<number> {
  switch (chosen.command) {
    case 'validate':
      return (await import('./commands/validate.ts')).validate(chosen, io);
    case 'fmt':
      return (await import('./commands/fmt.ts')).fmt(chosen, io);
    case 'schema':
      return (await import('./commands/schema.ts')).schema(chosen, io);
    case 'explain':
      return (await import('./commands/explain.ts')).explain(chosen, io);
    case 'presets':
      return (await import('./commands/presets.ts')).presets(chosen, io);
    case 'compile':
      return (await import('./commands/compile.ts')).compile(chosen, io);
    case 'inspect':
      return (await import('./commands/inspect.ts')).inspect(chosen, io);
    case 'run':
      return (await import('./commands/run.ts')).run(chosen, io);
    case 'verify':
      return (await import('./commands/verify.ts')).verify(chosen, io);
    case 'version':
      return (await import('./commands/version.ts')).version(chosen, io);
  }
}
