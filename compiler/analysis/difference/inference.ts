import type { Extent } from '../../ir/extent.ts';
import type { InferencePolicy, InferenceRoute } from '../../ir/inference.ts';
import type { Change, Side } from './change.ts';
import { changesBetween, type Gain, type Reason, sideOf } from './gain.ts';

/** Which models may be called, where the calls go with which credential, and from which countries they are answered. */
export function inferenceChanges(old: InferencePolicy, next: InferencePolicy): readonly Change[] {
  return changesBetween(old, next, (from, to) => {
    const before = new Map(from.routes.map((route) => [route.name, route]));
    return [
      ...to.routes.flatMap((route) => routeGains(before.get(route.name) ?? null, route)),
      ...residencyGains(from, to),
    ];
  });
}

function routeGains(before: InferenceRoute | null, after: InferenceRoute): Gain[] {
  if (before === null) return [newRoute(after)];
  const reason: Reason = { kind: 'changed', from: before.grant, to: after.grant };
  return [...destinationGains(before, after, reason), ...modelGains(before, after, reason)];
}

function newRoute(route: InferenceRoute): Gain {
  const models: Side[] = route.models.kind === 'all' ? [] : [sideOf('model', listed(route.models))];
  const model = exampleOf(route.models, []);
  return {
    facet: 'inference',
    classes: ['new-model-route'],
    sides: [sideOf('route', [route.name]), ...models, ...destination(route)],
    shownBy:
      model === null ? `use the route \`${route.name}\`` : { facet: 'inference', route: route.name, model },
    reason: { kind: 'granted', by: route.grant },
  };
}

/** Where the calls of a route go, and as whom. */
function destination({ provider, endpoint, credentialEnv }: InferenceRoute): Side[] {
  return [
    sideOf('endpoint', [endpoint]),
    sideOf('provider', [provider]),
    sideOf('credential', [credentialEnv ?? 'none']),
  ];
}

/** Of the sides of `destination`, in their order. */
const DESTINATION_CLASSES = [
  'model-endpoint-changed',
  'model-provider-changed',
  'model-credential-changed',
] as const;

/** No access tells where its call goes, so what is new about it is said as a whole. */
function destinationGains(before: InferenceRoute, after: InferenceRoute, reason: Reason): Gain[] {
  const isNew = [
    before.endpoint !== after.endpoint,
    before.provider !== after.provider,
    before.credentialEnv !== after.credentialEnv,
  ];
  if (!isNew.includes(true)) return [];
  const { name, endpoint, provider, credentialEnv } = after;
  const credential = credentialEnv === null ? 'without a credential' : `with \`${credentialEnv}\``;
  const answered = isNew[0] || isNew[1] ? `\`${endpoint}\` as \`${provider}\`` : `the same \`${endpoint}\``;
  return [
    {
      facet: 'inference',
      classes: DESTINATION_CLASSES.filter((_, at) => isNew[at]),
      sides: [sideOf('route', [name]), ...destination(after).filter((_, at) => isNew[at])],
      shownBy: `have calls of \`${name}\` answered by ${answered} ${credential}`,
      reason,
    },
  ];
}

function modelGains(before: InferenceRoute, after: InferenceRoute, reason: Reason): Gain[] {
  const side = gainedSide('model', before.models, after.models);
  const model = exampleOf(after.models, listed(before.models));
  if (side === null || model === null) return [];
  return [
    {
      facet: 'inference',
      classes: ['new-model'],
      sides: [sideOf('route', [after.name]), side],
      shownBy: { facet: 'inference', route: after.name, model },
      reason,
    },
  ];
}

function residencyGains(from: InferencePolicy, to: InferencePolicy): Gain[] {
  const side = gainedSide('country', from.residency, to.residency);
  if (side === null) return [];
  const named = side.terms.flatMap(({ all }) => all);
  return [
    {
      facet: 'inference',
      classes: ['residency-widened'],
      sides: [side],
      shownBy: `have calls answered from ${named.length === 0 ? 'any country' : named.map((code) => `\`${code}\``).join(', ')}`,
      reason: { kind: 'changed', from: from.residencyGrant, to: to.residencyGrant },
    },
  ];
}

function listed(extent: Extent<readonly string[]>): readonly string[] {
  return extent.kind === 'only' ? extent.of : [];
}

/** The values of `to` that are not in `from`; null when there are none. */
function gainedSide(
  name: string,
  from: Extent<readonly string[]>,
  to: Extent<readonly string[]>,
): Side | null {
  if (from.kind === 'all') return null;
  const known = new Set(listed(from));
  if (to.kind === 'all') return { name, terms: [{ all: [], except: [...known].sort() }] };
  const added = [...new Set(listed(to))].filter((value) => !known.has(value)).sort();
  return added.length === 0 ? null : sideOf(name, added);
}

/** One value of the extent that is not in the list; null when there is none. */
function exampleOf(extent: Extent<readonly string[]>, others: readonly string[]): string | null {
  const known = new Set(others);
  if (extent.kind !== 'all') return listed(extent).find((value) => !known.has(value)) ?? null;
  let name = 'any-model';
  while (known.has(name)) name = `${name}-else`;
  return name;
}
