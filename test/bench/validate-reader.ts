// Times the readers of YAML on 1,000 different blueprints, beside js-yaml, which most of the field reads with:
//   npx esbuild test/bench/validate-reader.ts --bundle --platform=node --format=esm --packages=external --outfile=test/bench/.reader.mjs
//   node test/bench/.reader.mjs
import { readdirSync } from 'node:fs';
import { load } from 'js-yaml';
import { readFast } from '../../compiler/frontend/yaml/fast-read.ts';
import { readYaml } from '../../compiler/frontend/yaml/read.ts';
import { readReference } from '../../compiler/frontend/yaml/reference-read.ts';
import { SourceFile } from '../../compiler/source/source-file.ts';
import { readSharedData, sharedData } from '../support/shared-data.ts';

const FILES = 1_000;
const LINES = 100;
const ROUNDS = 5;

/** Blueprints of about 100 lines, no two alike: the corpus's policies one after the other, under new names. */
export function distinctBlueprints(): string[] {
  const policies = corpusPolicies();
  const head =
    'version: 1\n\nprocess:\n  run_as_user: sandbox\n  run_as_group: sandbox\n\nnetwork_policies:\n';
  return Array.from({ length: FILES }, (_, file) => {
    let text = `# Blueprint ${file}\n${head}`;
    for (let part = file; text.split('\n').length < LINES; part++) {
      const policy = policies[part % policies.length] ?? '';
      text += policy.replace(/^( {2}[\w-]+):/, `$1_${file}_${part}:`).replaceAll('.com', `-${file}.com`);
    }
    return text;
  });
}

/** The entries under `network_policies` of all files of the corpus, comments and all. */
function corpusPolicies(): string[] {
  const names = readdirSync(sharedData('corpus'), { recursive: true, encoding: 'utf8' });
  const policies = names
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((name) => {
      const section = readSharedData(`corpus/${name}`).split(/^network_policies:\n/m)[1] ?? '';
      return section.split(/^(?= {2}\w)/m).filter((entry) => /^ {2}[\w-]+:\n/.test(entry));
    });
  if (policies.length === 0) throw new Error('the corpus holds no network policies');
  return policies.map((policy) => `${policy.replace(/^\S.*\n/gm, '').trimEnd()}\n`);
}

interface Reader {
  readonly name: string;
  readonly read: (text: string, bytes: Buffer) => unknown;
}

const READERS: readonly Reader[] = [
  { name: 'readYaml, from bytes', read: (_, bytes) => readYaml('f', bytes).tree.root },
  { name: 'fast reader alone', read: (text) => readFast(new SourceFile('f', text)) },
  { name: 'reference reader', read: (text) => readReference(new SourceFile('f', text)).tree.root },
  { name: 'js-yaml', read: (text) => load(text) },
];

/** Milliseconds of each round; the first one includes what V8 compiles on the way. */
function measure(): Map<string, number[]> {
  const texts = distinctBlueprints();
  const bytes = texts.map((text) => Buffer.from(text));
  const times = new Map(READERS.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, read } of READERS) {
      const start = performance.now();
      texts.forEach((text, file) => {
        if (read(text, bytes[file] ?? Buffer.alloc(0)) === null)
          throw new Error(`${name} refuses file ${file}`);
      });
      times.get(name)?.push(performance.now() - start);
    }
  }
  const size = texts.reduce((sum, text) => sum + text.length, 0);
  const lines = texts.reduce((sum, text) => sum + text.split('\n').length, 0);
  console.log(
    `${FILES} files, ${Math.round(lines / FILES)} lines and ${Math.round(size / FILES)} characters each`,
  );
  return times;
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

const times = measure();
const peer = times.get('js-yaml') ?? [];
console.log('reader                    first ms  median ms  of js-yaml');
for (const [name, rounds] of times) {
  const share = (median(rounds) / median(peer)).toFixed(2);
  const first = (rounds[0] ?? 0).toFixed(0).padStart(9);
  console.log(`${name.padEnd(24)} ${first} ${median(rounds).toFixed(0).padStart(10)} ${share.padStart(11)}`);
}
