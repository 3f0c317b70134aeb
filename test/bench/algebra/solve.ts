// Answers one SMT-LIB script on standard input with z3, for test/bench/z3.ts: milliseconds of processor time, then what z3 says.
// A process of its own, so that it can be stopped.
import { text } from 'node:stream/consumers';
import { init } from 'z3-solver';

const script = await text(process.stdin);
const { Z3 } = await init();
const context = Z3.mk_context(Z3.mk_config());
// What is made once does not count.
await Z3.eval_smtlib2_string(context, '(push)(declare-const x String)(assert (= x "a"))(check-sat)(pop)');
const started = performance.now();
const before = process.cpuUsage();
const said = await Z3.eval_smtlib2_string(context, script);
const used = process.cpuUsage(before);
const took = { wall: performance.now() - started, processor: (used.user + used.system) / 1000 };
process.stdout.write(`${JSON.stringify({ ...took, said })}\n`, () => process.exit(0));
