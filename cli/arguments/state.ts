import { type Command, InvalidArgumentError } from 'commander';

/** Which sandbox is meant: by its name, or by a folder. */
export interface StateArguments {
  /** Null for all of this user, where a command can do with all. */
  readonly sandbox: string | null;
  /** A state folder, wherever it is; null for the usual place. */
  readonly state: string | null;
}

export function withStateOption(command: Command): Command {
  return command.option(
    '--state <folder>',
    'the state folder of the sandbox, where it is not at its usual place',
    folder,
  );
}

function folder(text: string): string {
  if (text === '') throw new InvalidArgumentError('Name a folder.');
  return text;
}
