import type { Command } from 'commander';
import { nearestWord } from '../../compiler/diagnostics/nearest-word.ts';

/**
 * Declares the subcommand that its parent means without one. A word in its place that names no subcommand is still an
 * unknown command, not an argument too many.
 */
export function defaultSubcommand(parent: Command, name: string): Command {
  return parent
    .command(name, { isDefault: true })
    .allowExcessArguments()
    .hook('preAction', (command) => {
      const [word] = command.args;
      if (word === undefined) return;
      if (parent.args[0] === name) {
        command.error(`error: too many arguments for '${name}'. Expected 0 but got ${command.args.length}.`);
      }
      const nearest = nearestWord(
        word,
        parent.commands.map((each) => each.name()),
      );
      const suggestion = nearest === null ? '' : `\n(Did you mean ${nearest}?)`;
      parent.error(`error: unknown command '${word}'${suggestion}`);
    });
}
