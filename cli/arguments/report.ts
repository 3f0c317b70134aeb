import type { Command } from 'commander';
import { type DocumentFormat, documentFormatOption } from './choices.ts';
import { teach } from './help-text.ts';
import { type PlaceArguments, type PlaceValues, placeOf, withPlaceOptions } from './place.ts';

export interface ReportArguments {
  readonly command: 'report';
  readonly path: string;
  readonly format: DocumentFormat;
  readonly place: PlaceArguments;
  /** A file of guardrails, or `default` for the shipped ones. */
  readonly guardrails: string;
  /** A file of controls, or `default` for the shipped ones. */
  readonly controls: string;
  /** Where the document goes; null for standard output. */
  readonly out: string | null;
  /** Whether the document says when it was written. */
  readonly dated: boolean;
}

interface Values extends PlaceValues {
  readonly output: DocumentFormat;
  readonly guardrails: string;
  readonly controls: string;
  readonly out?: string;
  readonly date: boolean;
}

export function declareReport(program: Command, choose: (chosen: ReportArguments) => void): void {
  const command = program
    .command('report')
    .summary('write the document to put before an auditor')
    .description(
      'Write what an agent can and cannot do, in plain words: every permission with the line that\n' +
        'gives it, its owner and its end; how each target enforces it; what is not withstood; guardrails\n' +
        'kept and broken; and what of all that is evidence for controls of SOC 2, ISO 27001 and NIST\n' +
        '800-53. As html it is one page with a picture of the reach. It judges the named targets, and\n' +
        'with -t host this machine as well.',
    )
    .argument('<blueprint>', 'the file to report on, or - for standard input')
    .addOption(documentFormatOption())
    .option('--out <file>', 'write it there (default: standard output)')
    .option('-g, --guardrails <file>', 'the guardrails to prove; default for the shipped ones', 'default')
    .option('--controls <file>', 'the mapping to controls; default for the shipped one', 'default')
    .option('--no-date', 'leave out the date; SOURCE_DATE_EPOCH fixes it instead');
  withPlaceOptions(command).action((path: string, values: Values) => {
    const { output, guardrails, controls, out, date, ...place } = values;
    choose({
      command: 'report',
      path,
      format: output,
      place: placeOf(place),
      guardrails,
      controls,
      out: out ?? null,
      dated: date,
    });
  });
  teach(command, {
    examples: [
      ['nemoclaw report agent.yaml -o html --out agent.html', 'one page, for the screen and for paper'],
      ['nemoclaw report agent.yaml > agent.md', 'Markdown, for a repository'],
      ['nemoclaw report agent.yaml -t host -o html --out agent.html', 'also how this machine enforces it'],
      ['nemoclaw report agent.yaml -o json', 'the same as plain values'],
    ],
    exits: [
      [0, 'written, whatever it says'],
      [1, 'the blueprint, the guardrails or the controls are invalid, or the file cannot be written'],
      [4, 'with -t host: this machine cannot be asked'],
    ],
    next: 'nemoclaw schema print controls, to write a mapping of your own',
  });
}
