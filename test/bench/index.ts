// Measures what the project set out to reach, each figure beside its peer in the same run: npm run bench
//   npm run bench -- cli seccomp     only these
//   npm run bench -- -o json         for a program to read
import { benchAlgebra } from './algebra.ts';
import { benchCli } from './cli.ts';
import { benchConformance } from './conformance.ts';
import { benchDecisions } from './decisions.ts';
import { benchGate } from './gate.ts';
import { benchLauncher } from './launcher.ts';
import { type Benches, runBenches } from './run-benches.ts';
import { benchSeccomp } from './seccomp.ts';
import { benchYamlReaders } from './validate-reader.ts';
import { benchZ3 } from './z3.ts';

const BENCHES: Benches = {
  cli: benchCli,
  yaml: benchYamlReaders,
  seccomp: benchSeccomp,
  launcher: benchLauncher,
  algebra: benchAlgebra,
  decisions: benchDecisions,
  z3: benchZ3,
  conformance: benchConformance,
  gate: benchGate,
};

process.exitCode = await runBenches(BENCHES, process.argv.slice(2));
