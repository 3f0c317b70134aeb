import type { Command } from 'commander';
import { withStateOption } from './state.ts';

/** A sandbox of this host, by its name or by its state folder. */
export interface SandboxValues {
  readonly name?: string;
  readonly state?: string;
}

export interface SandboxArguments {
  readonly name: string;
  readonly state: string | null;
}

/** What a sandbox is called where only its state folder is named. */
const UNNAMED = 'sandbox';

export function withSandboxOptions(command: Command): Command {
  return withStateOption(command.option('--name <name>', 'the sandbox'));
}

export function sandboxOf({ name, state }: SandboxValues, command: Command): SandboxArguments {
  if (name === undefined && state === undefined) {
    command.error('error: name the sandbox with --name, or its state folder with --state');
  }
  return { name: name ?? UNNAMED, state: state ?? null };
}
