import { AUDIT_ARCHITECTURE } from '../../compiler/backends/seccomp/kernel.ts';
import type { SyscallArchitecture } from '../../compiler/domain/syscalls/table.ts';
import type { SeccompData } from './seccomp/simulate.ts';
import { Seeded } from './seeded.ts';

const NUMBERS = [...Array(520).keys()]
  .concat([0x3fff_ffff, 0x4000_0000, 0x4000_0001, 0x4000_0209])
  .concat([0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff]);
/** Around every constant that Docker's and Podman's profiles compare with. */
const LOW = [0n, 1n, 2n, 7n, 8n, 9n, 10n, 15n, 16n, 17n, 37n, 38n, 39n, 40n, 41n, 0x80n, 0x1_0000n, 0x2_0000n]
  .concat([
    0x2_0001n,
    0x2_0008n,
    0x2_0009n,
    0x200_0000n,
    0x400_0000n,
    0x800_0000n,
    0x1000_0000n,
    0x2000_0000n,
  ])
  .concat([0x4000_0000n, 0x7e02_0000n, 0x7fff_ffffn, 0x8000_0000n, 0xffff_fffen, 0xffff_ffffn]);
const HIGH = [0n, 0n, 0n, 1n, 0x8000_0000n, 0xffff_ffffn];

/** At least `count` calls of one architecture, and some of others, over all numbers and interesting arguments. */
export function* containerCalls(architecture: SyscallArchitecture, count: number): Generator<SeccompData> {
  const random = new Seeded(count);
  const registers = () => Array.from({ length: 6 }, () => random.pick(LOW) | (random.pick(HIGH) << 32n));
  for (let made = 0; made < count; ) {
    for (const number of NUMBERS) {
      yield { architecture: AUDIT_ARCHITECTURE[architecture], number, args: registers() };
      made++;
    }
  }
  for (const foreign of [0x4000_0003, 0x4000_0028, 0]) {
    for (const number of NUMBERS) yield { architecture: foreign, number, args: registers() };
  }
}
