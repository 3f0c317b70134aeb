// Measures the door to the network and its log, each figure beside its peer in the same run: npm run bench:egress
//   npm run bench:egress -- audit        only this
//   npm run bench:egress -- -o json      for a program to read
import { type Benches, runBenches } from '../run-benches.ts';
import { benchAudit } from './audit.ts';

const BENCHES: Benches = {
  audit: benchAudit,
};

process.exitCode = await runBenches(BENCHES, process.argv.slice(2));
