import type { YamlEntry, YamlMapping, YamlNode } from '../yaml/tree.ts';

/** One step that uses harden-runner. */
export interface Step {
  /** The job that it belongs to; null in a composite action or a list of steps. */
  readonly job: string | null;
  readonly uses: YamlEntry;
  /** Null where it is not written: everything has its default. */
  readonly inputs: YamlEntry | null;
}

const USES = /^step-security\/harden-runner(?:@|$)/i;

/**
 * The steps of a workflow, of a composite action (`runs.steps`), or of a list of steps, that use harden-runner (GitHub's
 * workflow syntax: jobs.ID.steps[].uses and with).
 */
export function findSteps(root: YamlNode): Step[] {
  const found: Step[] = stepsIn(root, null);
  for (const job of entriesOf(valueAt(root, 'jobs'))) {
    found.push(...stepsIn(valueAt(job.value, 'steps'), job.key));
  }
  found.push(...stepsIn(valueAt(valueAt(root, 'runs'), 'steps'), null));
  found.push(...stepsIn(valueAt(root, 'steps'), null));
  return found;
}

/** Names of all jobs, for suggestions. */
export function jobNames(root: YamlNode): string[] {
  return entriesOf(valueAt(root, 'jobs')).map(({ key }) => key);
}

function stepsIn(list: YamlNode | null, job: string | null): Step[] {
  if (list?.kind !== 'sequence') return [];
  return list.items.flatMap((item) => {
    const uses = entryAt(item, 'uses');
    const action = uses?.value.kind === 'scalar' ? String(uses.value.value) : '';
    return uses !== null && USES.test(action) ? [{ job, uses, inputs: entryAt(item, 'with') }] : [];
  });
}

export function entriesOf(node: YamlNode | null): YamlMapping['entries'] {
  return node?.kind === 'mapping' ? node.entries : [];
}

export function entryAt(node: YamlNode | null, key: string): YamlEntry | null {
  return entriesOf(node).find((entry) => entry.key === key) ?? null;
}

function valueAt(node: YamlNode | null, key: string): YamlNode | null {
  return entryAt(node, key)?.value ?? null;
}
