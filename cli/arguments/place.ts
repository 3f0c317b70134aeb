import { type Command, InvalidArgumentError } from 'commander';
import { NAMED_TARGETS } from '../../compiler/backends/named-targets.ts';

/** Where the agent will run, and what its blueprint's variables stand for. */
export interface PlaceArguments {
  /** A named target, `host`, or a target file; null for the default. */
  readonly target: string | null;
  readonly workdir: string | null;
  readonly home: string | null;
  readonly variables: Readonly<Record<string, string>>;
}

/** The values of the place options as commander gives them. */
export interface PlaceValues {
  readonly target?: string;
  readonly workdir?: string;
  readonly home?: string;
  readonly set?: Readonly<Record<string, string>>;
}

const TARGETS = `${Object.keys(NAMED_TARGETS).join(', ')}, host for this machine, or a target file`;
const VARIABLE = /^([A-Za-z][A-Za-z0-9_-]*)=(.*)$/s;

export function withPlaceOptions(command: Command): Command {
  return command
    .option('-t, --target <target>', `what to compile for: ${TARGETS}`)
    .option('--workdir <folder>', "the agent's folder, ${workdir} in blueprints", absolute)
    .option('--home <folder>', "the agent's home folder, ${home} in blueprints", absolute)
    .option('--set <name=value>', 'give a variable of the blueprint a value; may be repeated', variable);
}

export function placeOf({ target, workdir, home, set }: PlaceValues): PlaceArguments {
  return { target: target ?? null, workdir: workdir ?? null, home: home ?? null, variables: set ?? {} };
}

function absolute(path: string): string {
  if (!path.startsWith('/')) throw new InvalidArgumentError('Give an absolute path.');
  return path;
}

function variable(text: string, earlier: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, name, value] = VARIABLE.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('Write NAME=VALUE.');
  if (Object.hasOwn(earlier, name)) throw new InvalidArgumentError(`${name} is given twice.`);
  return { ...earlier, [name]: value };
}
