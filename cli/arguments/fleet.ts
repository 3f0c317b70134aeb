import { type Command, InvalidArgumentError, Option } from 'commander';
import { choice } from './choices.ts';
import { teach } from './help-text.ts';
import { type TrustValues, trustOf, withTrustOptions } from './trust.ts';
import type { TrustArguments } from './verify-bundle.ts';

export type FleetFormat = 'text' | 'json' | 'html';

export interface FleetArguments {
  readonly command: 'fleet';
  readonly reports: readonly string[];
  readonly trust: TrustArguments;
  /** Milliseconds after which a report is old. */
  readonly maxAge: number;
  readonly format: FleetFormat;
}

interface Values extends TrustValues {
  readonly maxAge: number;
  readonly output: FleetFormat;
}

const DAY = 86_400_000;

export function declareFleet(program: Command, choose: (chosen: FleetArguments) => void): void {
  const command = program
    .command('fleet')
    .summary('put the reports of many hosts side by side')
    .description(
      'Verify the reports that attest wrote and show them in one table: which commit and bundle each host runs, whether it is\n' +
        'as applied, which reports are old, which hosts differ. Nothing of a report is read before its signature is verified.',
    )
    .argument('<reports...>', 'files that attest wrote');
  withTrustOptions(command)
    .addOption(
      new Option('--max-age <time>', 'a report is old after so long, such as 90m, 24h or 7d')
        .argParser(age)
        .default(DAY, '24h'),
    )
    .addOption(choice<FleetFormat>('-o, --output <format>', 'format of the table', ['text', 'json', 'html']))
    .action((reports: string[], values: Values) => {
      const trust = trustOf(values) ?? 'give either --key or --allowed-signers';
      if (typeof trust === 'string') command.error(`error: ${trust}`);
      else choose({ command: 'fleet', reports, trust, maxAge: values.maxAge, format: values.output });
    });
  teach(command, {
    examples: [
      ['nemoclaw fleet reports/*.json --key hosts.pub.pem', 'who runs what'],
      ['nemoclaw fleet reports/*.json --key hosts.pub.pem -o html > fleet.html', 'for a page'],
    ],
    exits: [
      [0, 'every host is as applied, and all of one sandbox run the same bundle'],
      [1, 'a report or a key cannot be read'],
      [3, 'a report is old or not signed by whom you trust, a host drifted, or hosts differ'],
      [4, 'something is not enforced on a host'],
    ],
    next: 'nemoclaw status, on the host that differs',
  });
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: DAY };

function age(text: string): number {
  const [, number, unit] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? [];
  if (number === undefined || unit === undefined)
    throw new InvalidArgumentError('Write a number with m, h or d.');
  return Number(number) * UNITS[unit]!;
}
