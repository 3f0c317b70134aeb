import type { EventFilter } from '../../runtime/audit/read/event-filter.ts';
import type { FilterArguments, TimeArgument } from '../arguments/audit.ts';

/** The events that a command line asks for, with times as they are now. */
export function filterAt(filter: FilterArguments, now: number): EventFilter {
  const timeOf = (given: TimeArgument | null) => {
    if (given === null) return null;
    return given.kind === 'at' ? given.time : now - given.milliseconds;
  };
  return { ...filter, since: timeOf(filter.since), until: timeOf(filter.until) };
}
