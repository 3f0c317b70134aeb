import { type BenchTable, printTable } from './table.ts';

/** What a bench is called on the command line, and what measures it. */
export type Benches = Readonly<Record<string, () => Promise<BenchTable>>>;

type Outcome = BenchTable | { readonly failed: string };

/**
 * Runs those that are named, or all. Prints tables, or one JSON document after `-o json`.
 *
 * @param words the command line behind the script
 * @returns the exit code: 3 when a figure was missed or could not be measured, as for every question whose answer is no
 */
export async function runBenches(benches: Benches, words: readonly string[]): Promise<number> {
  const isJson = words.join(' ').includes('-o json');
  const wanted = words.filter((word) => word !== '-o' && word !== 'json');
  const unknown = wanted.find((name) => !Object.hasOwn(benches, name));
  if (unknown !== undefined) {
    process.stderr.write(`there is no bench ${unknown}; there are ${Object.keys(benches).join(', ')}\n`);
    return 2;
  }
  const tables: Record<string, Outcome> = {};
  for (const [name, bench] of Object.entries(benches)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    process.stderr.write(`${name} ...\n`);
    tables[name] = await measured(bench);
    if (!isJson) process.stdout.write(`${textOf(name, tables[name])}\n`);
  }
  if (isJson) process.stdout.write(`${JSON.stringify({ version: 1, benches: tables }, null, 2)}\n`);
  return conclude(Object.values(tables), isJson);
}

/** A bench that cannot run here, such as one without its peer, does not keep the others from running. */
async function measured(bench: () => Promise<BenchTable>): Promise<Outcome> {
  try {
    return await bench();
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

function textOf(name: string, table: Outcome): string {
  return 'failed' in table ? `${name} could not be measured: ${table.failed}\n` : printTable(table);
}

function conclude(tables: readonly Outcome[], isJson: boolean): number {
  const verdicts = tables.flatMap((table) => ('failed' in table ? [] : table.verdicts));
  const failed = tables.filter((table) => 'failed' in table).length;
  const missed = verdicts.filter(({ reached }) => !reached);
  if (!isJson) {
    const parts = [`${verdicts.length - missed.length} of ${verdicts.length} figures reached`];
    if (failed > 0) parts.push(`${failed} benches could not be measured`);
    process.stdout.write(`${parts.join(', ')}\n`);
    for (const { figure, measured: found, target } of missed) {
      process.stdout.write(`  missed: ${figure}: ${found} (${target})\n`);
    }
  }
  return missed.length + failed === 0 ? 0 : 3;
}
