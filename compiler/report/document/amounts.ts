import type { ResourceName } from '../../ir/resources.ts';
import { inThousands } from './phrase.ts';

const BINARY = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** What a limit of each resource holds down, to be read after the amount. */
export const RESOURCE_PHRASES: Readonly<Record<ResourceName, string>> = {
  processes: 'processes and threads at once',
  open_files: 'open files a process',
  file_size: 'in one file',
  process_memory: 'of private memory a process',
  cpu_time: 'of processor time a process',
  scratch_size: 'in each private folder',
};

/** What a resource is called where it has no limit. */
export const RESOURCE_NAMES: Readonly<Record<ResourceName, string>> = {
  processes: 'the number of processes',
  open_files: 'open files',
  file_size: 'the size of a file',
  process_memory: 'memory of a process',
  cpu_time: 'processor time of a process',
  scratch_size: 'the size of private folders',
};

/** `8 GiB`, `2 hours`, `1,024`: the largest unit in which the number is whole. */
export function amountText(amount: number, unit: 'count' | 'bytes' | 'seconds'): string {
  if (unit === 'bytes') return inUnits(amount, BINARY, 1024);
  if (unit === 'count') return inThousands(amount);
  const [value, word] =
    amount % 3600 === 0
      ? [amount / 3600, 'hour']
      : amount % 60 === 0
        ? [amount / 60, 'minute']
        : [amount, 'second'];
  return `${inThousands(value)} ${word}${value === 1 ? '' : 's'}`;
}

function inUnits(amount: number, units: readonly string[], factor: number): string {
  let value = amount;
  let at = 0;
  while (at < units.length - 1 && value >= factor && value % factor === 0) {
    value /= factor;
    at++;
  }
  return `${inThousands(value)} ${units[at]}`;
}
