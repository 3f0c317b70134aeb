import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseGlob } from '../../compiler/domain/glob.ts';
import { parseHostPattern } from '../../compiler/domain/host.ts';
import type { EventFilter } from '../../runtime/audit/read/event-filter.ts';
import { TALLY_KEYS, type TallyKey } from '../../runtime/audit/read/event-tally.ts';
import { choice, type Format, formatOption } from './choices.ts';
import { type Lesson, teach } from './help-text.ts';
import { timeOption } from './time.ts';

export type ExportFormat = 'jsonl' | 'csv' | 'ocsf';

/** A point in time, or so many milliseconds before now. */
export type TimeArgument =
  | { readonly kind: 'at'; readonly time: number }
  | { readonly kind: 'ago'; readonly milliseconds: number };

/** The events that are asked for; times are relative to when the command runs. */
export type FilterArguments = Omit<EventFilter, 'since' | 'until'> & {
  readonly since: TimeArgument | null;
  readonly until: TimeArgument | null;
};

export type AuditArguments = { readonly command: 'audit'; readonly paths: readonly string[] } & (
  | {
      readonly action: 'verify';
      readonly key: string | null;
      readonly lastCheckpoint: string | null;
      readonly acceptCut: boolean;
      readonly format: Format;
    }
  | {
      readonly action: 'tail';
      readonly lines: number;
      readonly follow: boolean;
      readonly filter: FilterArguments;
      readonly format: Format;
    }
  | {
      readonly action: 'query';
      readonly filter: FilterArguments;
      readonly limit: number | null;
      readonly by: readonly TallyKey[];
      readonly format: Format;
    }
  | {
      readonly action: 'export';
      readonly filter: FilterArguments;
      readonly exportFormat: ExportFormat;
      readonly format: Format;
    }
);

type Choose = (chosen: AuditArguments) => void;

const PATHS = 'the folder of a log, its files in order, or - for standard input';
const READ = [1, 'a file cannot be read, or holds a line that is no event'] as const;
const DEFAULT_LINES = 10;

export function declareAudit(program: Command, choose: Choose): void {
  const audit = program
    .command('audit')
    .summary('verify, follow, search and export audit logs')
    .description(
      'Every decision about a running agent is a line of its audit log, chained to the line before, and\n' +
        'on disk before it is acted on. These commands verify that nobody changed a log, and read it.',
    )
    .showHelpAfterError('See nemoclaw audit --help.');
  declareVerify(audit, choose);
  declareTail(audit, choose);
  declareQuery(audit, choose);
  declareExport(audit, choose);
  teach(audit, {
    examples: [
      ['nemoclaw audit verify LOG', 'is the log as it was written?'],
      ['nemoclaw audit tail LOG --follow --denied', 'what is being refused right now'],
      ['nemoclaw audit query LOG --since 24h --by host,verdict', 'who was asked, how often'],
      ['nemoclaw audit export LOG --format ocsf', 'for a SIEM'],
    ],
    exits: [[0, 'yes, or printed'], READ, [3, 'verify: the log was changed, or cut']],
  });
}

function declareVerify(audit: Command, choose: Choose): void {
  const command = audit
    .command('verify')
    .description(
      'Verify that a log is as it was written: find the first place that is wrong and say what was done\n' +
        'there. Streamed, in constant memory. A log that a crash cut off is told apart from an edited one.',
    )
    .argument('<path...>', PATHS)
    .option('--key <file>', 'vouch only for what this public key signed (audit-key.pub.pem)')
    .option(
      '--last-checkpoint <file>',
      'the last signed line as it is kept outside of the log (audit-last.json)',
    )
    .option('--accept-cut', 'a log that a crash cut off is good enough')
    .addOption(formatOption())
    .action((paths: string[], { key, lastCheckpoint, acceptCut, output }) =>
      choose({
        ...{ command: 'audit', action: 'verify', paths, key: key ?? null },
        ...{ lastCheckpoint: lastCheckpoint ?? null, acceptCut: acceptCut === true, format: output },
      }),
    );
  lesson(command, {
    examples: [
      ['nemoclaw audit verify LOG', 'the files of a folder, in their order'],
      ['nemoclaw audit verify LOG --key audit-key.pub.pem', 'up to where does the key vouch for it?'],
      ['nemoclaw audit verify LOG --last-checkpoint audit-last.json', 'was its end taken away?'],
      ['zcat *.jsonl.gz | nemoclaw audit verify -', 'a log that is packed'],
    ],
    exits: [
      [0, 'the log is as it was written, or is being written'],
      [1, 'a file cannot be read, or there is no log'],
      [3, 'it was changed or cut, or the key vouches for none of it'],
    ],
  });
}

function declareTail(audit: Command, choose: Choose): void {
  const command = audit
    .command('tail')
    .description('Print the last events of a log, and with --follow those that come.')
    .argument('<path...>', PATHS)
    .addOption(countOption('-n, --lines <count>', 'how many').default(DEFAULT_LINES))
    .option('-f, --follow', 'go on as the log grows, in its next files too; with -o json one event a line')
    .option('--denied', 'only decisions that deny')
    .addOption(formatOption())
    .action((paths: string[], { lines, follow, denied, output }) => {
      if (follow === true && paths.includes('-')) command.error('error: standard input cannot be followed');
      const filter = { ...filterOf({}), verdict: denied === true ? ('deny' as const) : null };
      choose({
        command: 'audit',
        action: 'tail',
        paths,
        lines,
        follow: follow === true,
        filter,
        format: output,
      });
    });
  lesson(command, {
    examples: [
      ['nemoclaw audit tail LOG', 'the last ten events'],
      ['nemoclaw audit tail LOG -n 100 --denied', 'what was refused last'],
      ['nemoclaw audit tail LOG --follow', 'watch an agent'],
    ],
    exits: [[0, 'printed'], READ],
  });
}

function declareQuery(audit: Command, choose: Choose): void {
  const command = withFilter(audit.command('query'))
    .description(
      'Print the decisions of a log that are asked for, or count them by what they have in common.',
    )
    .addOption(countOption('--limit <count>', 'no more than so many'))
    .addOption(byOption())
    .addOption(formatOption())
    .action((paths: string[], { limit, by, output, ...filter }) =>
      choose({
        ...{ command: 'audit', action: 'query', paths, filter: filterOf(filter) },
        ...{ limit: limit ?? null, by: by ?? [], format: output },
      }),
    );
  lesson(command, {
    examples: [
      ['nemoclaw audit query LOG --verdict deny --since 1h', 'what was refused in the last hour'],
      ["nemoclaw audit query LOG --host '**.example.com'", 'all below a domain'],
      ['nemoclaw audit query LOG --grant egress:npm#0 --by binary,host', 'who uses a grant, and for what'],
      ['nemoclaw audit query LOG --by host --limit 20', 'the twenty most asked for'],
    ],
    exits: [[0, 'printed, or there is none'], READ],
  });
}

function declareExport(audit: Command, choose: Choose): void {
  const command = withFilter(audit.command('export'))
    .description(
      'Print the events of a log for another program: jsonl as they are, csv for tables, ocsf for a SIEM\n' +
        '(Open Cybersecurity Schema Framework, classes 4001 and 4002, one object a line).',
    )
    .addOption(choice<ExportFormat>('--format <format>', 'format of the result', ['jsonl', 'csv', 'ocsf']))
    .addOption(formatOption())
    .action((paths: string[], { format, output, ...filter }) =>
      choose({
        ...{ command: 'audit', action: 'export', paths, filter: filterOf(filter) },
        ...{ exportFormat: format, format: output },
      }),
    );
  lesson(command, {
    examples: [
      ['nemoclaw audit export LOG --format ocsf > events.ndjson', 'for a SIEM'],
      ['nemoclaw audit export LOG --format csv --since 7d > week.csv', 'for a spreadsheet'],
      ['nemoclaw audit export LOG --host example.com', 'a part of the log, as it is'],
    ],
    exits: [[0, 'printed'], READ],
  });
}

function lesson(command: Command, { examples, exits }: Lesson): void {
  teach(command, { examples, exits, next: 'docs/how-to/audit-log.md' });
}

function withFilter(command: Command): Command {
  return command
    .argument('<path...>', PATHS)
    .addOption(
      timeOption('--since <time>', 'from then on: 2026-01-31, 2026-01-31T18:00:00Z, or 2h before now'),
    )
    .addOption(timeOption('--until <time>', 'before then'))
    .addOption(
      new Option('--host <pattern>', 'asked for that host; wildcards as in a blueprint').argParser(hostOf),
    )
    .addOption(
      new Option('--binary <path>', 'by that program; wildcards as in a blueprint').argParser(binaryOf),
    )
    .addOption(new Option('--verdict <verdict>', 'allow or deny').choices(['allow', 'deny']))
    .option('--grant <id>', 'decided by that entry, such as egress:npm#0')
    .option('--sandbox <name>', 'of that agent')
    .option('--method <method>', 'with that HTTP method');
}

function filterOf(given: Partial<FilterArguments>): FilterArguments {
  const { since, until, host, binary, verdict, grant, sandbox, method } = given;
  return {
    ...{ since: since ?? null, until: until ?? null, host: host ?? null, binary: binary ?? null },
    ...{ verdict: verdict ?? null, grant: grant ?? null, sandbox: sandbox ?? null, method: method ?? null },
  };
}

function hostOf(text: string) {
  const parsed = parseHostPattern(text);
  if (!parsed.ok) throw new InvalidArgumentError('Give a host such as example.com or **.example.com.');
  return parsed.pattern;
}

function binaryOf(text: string) {
  const parsed = parseGlob(text, 'file');
  if (!parsed.ok || !text.startsWith('/')) {
    throw new InvalidArgumentError('Give a path such as /usr/bin/node or /usr/bin/*.');
  }
  return parsed.glob;
}

function countOption(flags: string, summary: string): Option {
  return new Option(flags, summary).argParser((text) => {
    if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give a whole number from 1.');
    return Number(text);
  });
}

function byOption(): Option {
  return new Option('--by <what>', `count by one or more of ${TALLY_KEYS.join(',')}`).argParser((text) => {
    const keys = text.split(',');
    const unknown = keys.find((key) => !TALLY_KEYS.some((known) => known === key));
    if (unknown !== undefined) throw new InvalidArgumentError(`Count by ${TALLY_KEYS.join(', ')}.`);
    return keys;
  });
}
