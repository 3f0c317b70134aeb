// Measures the way out of a sandbox, each figure beside its peer or its floor: npm run bench:egress
//   npm run bench:egress -- flood       only this
//   npm run bench:egress -- -o json     for a program to read
import { type Bench, runBenches } from '../run-benches.ts';
import { benchFlood } from './flood.ts';

const BENCHES: Readonly<Record<string, Bench>> = {
  flood: benchFlood,
};

process.exitCode = await runBenches(BENCHES, process.argv.slice(2));
