import type { Command } from 'commander';
import { type Format, formatOption } from './choices.ts';
import { defaultSubcommand } from './default-subcommand.ts';
import { teach } from './help-text.ts';

export interface SchemaArguments {
  readonly command: 'schema';
  readonly action: 'print' | 'list';
  /** Which schema to print. */
  readonly name: string;
  readonly format: Format;
}

export function declareSchema(program: Command, choose: (chosen: SchemaArguments) => void): void {
  const schema = program
    .command('schema')
    .summary('print the JSON Schemas of the files')
    .description(
      'Print the JSON Schemas (draft 2020-12) that blueprints and the other files are checked against.',
    )
    .showHelpAfterError('See nemoclaw schema --help.');
  const print = schema
    .command('print')
    .description('print one schema')
    .argument('[name]', 'which one; nemoclaw schema list shows all', 'blueprint')
    .addOption(formatOption())
    .action((name: string, { output }: { output: Format }) =>
      choose({ command: 'schema', action: 'print', name, format: output }),
    );
  const list = defaultSubcommand(schema, 'list')
    .description('list the schemas; also without a command')
    .addOption(formatOption())
    .action(({ output }: { output: Format }) =>
      choose({ command: 'schema', action: 'list', name: '', format: output }),
    );
  for (const command of [schema, print, list]) {
    teach(command, {
      examples: [
        ['nemoclaw schema print > blueprint.schema.json', 'for an editor'],
        ['nemoclaw schema list', 'which schemas there are'],
      ],
      exits: [[0, 'printed']],
      next: 'put `# yaml-language-server: $schema=blueprint.schema.json` on the first line of agent.yaml',
    });
  }
}
