import type { Command } from 'commander';

/** What `--help` says after the list of options. */
export interface Lesson {
  /** Command lines to copy, each with what it does. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  /** Exit codes of this command beside 2 (wrong usage) and 70 (a defect). */
  readonly exits: readonly (readonly [code: number, meaning: string])[];
  /** The command that usually comes next. */
  readonly next?: string;
}

/** Adds examples, exit codes and the next step to a command's help. */
export function teach(command: Command, lesson: Lesson): Command {
  return command
    .addHelpText('after', () => lessonText(lesson))
    .showHelpAfterError(`See ${wholeName(command)} --help.`);
}

/** As it is typed: with the program, and with the command that it is a part of. */
function wholeName(command: Command): string {
  return command.parent === null ? command.name() : `${wholeName(command.parent)} ${command.name()}`;
}

function lessonText({ examples, exits, next }: Lesson): string {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = ['', 'Examples:'];
  for (const [line, meaning] of examples) lines.push(`  ${line.padEnd(width)}  ${meaning}`.trimEnd());
  lines.push('', 'Exit codes:');
  const all = [...exits, [2, 'the command line is wrong'] as const].sort(([a], [b]) => a - b);
  for (const [code, meaning] of all) lines.push(`  ${code}  ${meaning}`);
  if (next !== undefined) lines.push('', `Next: ${next}`);
  return lines.join('\n');
}
