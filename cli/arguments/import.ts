import { type Command, InvalidArgumentError, Option } from 'commander';
import { nearestWord } from '../../compiler/diagnostics/nearest-word.ts';
import { IMPORT_LANGUAGES, type ImportLanguage } from '../../compiler/frontend/import-source.ts';
import { type Format, formatOption } from './choices.ts';
import { teach } from './help-text.ts';

export interface ImportArguments {
  readonly command: 'import';
  readonly path: string;
  readonly format: Format;
  /** Null: what the file shows. */
  readonly language: ImportLanguage | null;
  /** The job of a workflow; null where there is one choice only. */
  readonly job: string | null;
  /** Of the blueprint; null for that of the file. */
  readonly name: string | null;
  /** The file to write; null for standard output. */
  readonly out: string | null;
  /** Whether a file that is there may be replaced. */
  readonly force: boolean;
  /** Whether to write nothing when something would be looser. */
  readonly strict: boolean;
}

interface Values {
  readonly output: Format;
  readonly from?: ImportLanguage;
  readonly job?: string;
  readonly name?: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly strict?: boolean;
}

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export function declareImport(program: Command, choose: (chosen: ImportArguments) => void): void {
  const command = program
    .command('import')
    .summary('make a blueprint of settings of sandbox-runtime or harden-runner')
    .description(
      'Make a blueprint of the settings of sandbox-runtime or Claude Code, of the harden-runner step of a GitHub workflow,\n' +
        'or of a plain list of endpoints. Every setting that is lost or means something else is reported at its place,\n' +
        'as stricter, looser or lost. Policies of OpenShell and NemoClaw need no import: they are read as they are.',
    )
    .argument('<file>', 'the settings, the workflow or the list; - for standard input')
    .addOption(formatOption())
    .addOption(languageOption())
    .option('--job <name>', 'the job whose harden-runner step is meant')
    .option('--name <name>', 'name of the blueprint (default: that of the file)', sandboxName)
    .option('--out <file>', 'write the blueprint there (default: standard output)')
    .option('--force', 'replace the file of --out when it exists')
    .option('--strict', 'write nothing and exit 3 when something would be looser')
    .action((path: string, { output, from, job, name, out, force, strict }: Values) =>
      choose({
        command: 'import',
        path,
        format: output,
        language: from ?? null,
        job: job ?? null,
        name: name ?? null,
        out: out ?? null,
        force: force === true,
        strict: strict === true,
      }),
    );
  teach(command, {
    examples: [
      ['nemoclaw import ~/.srt-settings.json --out agent.yaml', 'settings of sandbox-runtime'],
      ['nemoclaw import .claude/settings.json', 'settings of Claude Code, printed'],
      ['nemoclaw import .github/workflows/ci.yml --job build', 'allowed-endpoints of harden-runner'],
    ],
    exits: [
      [0, 'imported; the report says what changed'],
      [1, 'the file cannot be read or imported, or the blueprint not written'],
      [3, 'with --strict: something would be looser'],
    ],
    next: 'nemoclaw validate agent.yaml, or nemoclaw explain CODE for a line of the report',
  });
}

/** Without a default: the file itself usually shows what it is. */
function languageOption(): Option {
  const words = IMPORT_LANGUAGES.join(', ');
  return new Option('--from <language>', `what the file is: ${words} (default: what it shows)`).argParser(
    (word: string) => {
      if ((IMPORT_LANGUAGES as readonly string[]).includes(word)) return word;
      const nearest = nearestWord(word, IMPORT_LANGUAGES);
      throw new InvalidArgumentError(
        nearest === null ? `Allowed choices are ${words}.` : `Did you mean ${nearest}?`,
      );
    },
  );
}

function sandboxName(text: string): string {
  if (NAME.test(text)) return text;
  throw new InvalidArgumentError('A name has lower-case letters, digits and -, at most 63.');
}
