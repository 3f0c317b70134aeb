import { nearestWord } from '../../diagnostics/nearest-word.ts';
import type { IdentityAccess, InferenceAccess, ResourceAccess } from '../access.ts';
import type { Decision } from '../decision.ts';
import type { InferencePolicy } from '../inference.ts';
import { environmentEntryFor, type ProcessPolicy } from '../process.ts';
import { RESOURCE_UNITS, type ResourcePolicy } from '../resources.ts';
import { listed, quoted, type Reasons } from './explanation.ts';

/** Why a variable is seen, a user can be acted as, or a process outside can be reached, or not. */
export function identityReasons(process: ProcessPolicy, access: IdentityAccess, decision: Decision): Reasons {
  if ('reaches' in access) {
    const because = 'the sandbox has processes and sockets of its own, and no entry grants others';
    return { because, nearest: null, next: null };
  }
  if ('environment' in access) return variableReasons(process, access.environment, decision);
  const { identity, grant } = process;
  if (identity.kind === 'invoker') {
    return {
      because: 'the blueprint names no user, so the agent acts as whoever starts it',
      nearest: null,
      next: 'name the user under `process.run_as_user`',
    };
  }
  const because = `the agent acts as \`${identity.user}\`, which is ${identity.uid}`;
  if (decision.verdict === 'allow') return { because, nearest: null, next: null };
  const lack = `${access.uid} is not ${identity.uid}`;
  return { because, nearest: { grant, matches: [], lacks: [lack] }, next: null };
}

function variableReasons(process: ProcessPolicy, name: string, decision: Decision): Reasons {
  const entry = environmentEntryFor(process, name);
  const next = `add \`${name}\` to \`process.environment\``;
  if (entry === null) {
    return { because: `no entry of \`process.environment\` passes \`${name}\` on`, nearest: null, next };
  }
  if (decision.verdict === 'allow') {
    return { because: `\`${entry.name}\` is passed on from outside`, nearest: null, next: null };
  }
  const lack = `it is set to \`${entry.value}\`, and the value outside stays there`;
  return {
    because: `\`${entry.name}\` has a fixed value inside`,
    nearest: { grant: entry.grant, matches: ['name'], lacks: [lack] },
    next: `list \`${name}\` without a value to pass on the one from outside`,
  };
}

/** Why a model may be called or not: its route, and the models that the route names. */
export function inferenceReasons(
  { routes }: InferencePolicy,
  access: InferenceAccess,
  decision: Decision,
): Reasons {
  const route = routes.find(({ grant }) => grant === decision.by);
  if (route === undefined) {
    const names = routes.map(({ name }) => name);
    const there = names.length === 0 ? 'there is none' : `there is ${listed(quoted(names))}`;
    const near = nearestWord(access.route, names);
    return {
      because: `no route is called \`${access.route}\`: ${there}`,
      nearest: null,
      next: near === null ? 'add a route to `inference.routes`' : `ask for \`${near}\`, if that is meant`,
    };
  }
  const models = route.models.kind === 'only' ? listed(quoted(route.models.of)) : route.models.kind;
  if (decision.verdict === 'allow') {
    const which = route.models.kind === 'all' ? 'any model' : models;
    return { because: `the route \`${route.name}\` takes ${which}`, nearest: null, next: null };
  }
  const lack = `the model \`${access.model}\` is not in ${models}`;
  return {
    because: `the route \`${route.name}\` takes other models`,
    nearest: { grant: route.grant, matches: ['route'], lacks: [lack] },
    next: `add \`${access.model}\` to \`models\` of the route`,
  };
}

/** Why so much of a resource may be used or not. */
export function resourceReasons(
  { limits }: ResourcePolicy,
  access: ResourceAccess,
  decision: Decision,
): Reasons {
  const limit = limits.find(({ grant }) => grant === decision.by);
  if (limit === undefined) {
    const because = `the blueprint does not limit \`${access.resource}\`, so the host alone does`;
    return { because, nearest: null, next: null };
  }
  const unit = RESOURCE_UNITS[limit.name];
  const most = `${limit.maximum}${unit === 'count' ? '' : ` ${unit}`}`;
  const because = `the limit of \`${limit.name}\` is ${most}`;
  if (decision.verdict === 'allow') return { because, nearest: null, next: null };
  return { because, nearest: null, next: `raise \`resources.${limit.name}\`, if that much is needed` };
}
