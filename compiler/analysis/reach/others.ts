import { type EndpointPlace, endpointPlace } from '../../domain/endpoint-place.ts';
import type { InferencePolicy } from '../../ir/inference.ts';
import type { Grant } from '../../ir/origin.ts';
import type { Identity, ProcessPolicy } from '../../ir/process.ts';
import { RESOURCE_UNITS, type ResourceName, type ResourcePolicy } from '../../ir/resources.ts';

export interface ProcessReach {
  readonly identity: Identity;
  /** Where the identity is written. */
  readonly grant: Grant;
  /** Variables that are seen inside, by name or by a beginning that ends in `*`. */
  readonly environment: readonly {
    readonly name: string;
    /** Null where the value from outside passes in. */
    readonly value: string | null;
    readonly grant: Grant;
  }[];
}

export function reachOfProcess({ identity, environment, grant }: ProcessPolicy): ProcessReach {
  return {
    identity,
    grant,
    environment: environment.map(({ name, value, grant: by }) => ({ name, value, grant: by })),
  };
}

export interface ModelReach {
  readonly routes: readonly {
    readonly name: string;
    readonly provider: string;
    readonly endpoint: string;
    /** Where the endpoint is, as far as its host tells. */
    readonly place: EndpointPlace;
    readonly models: 'any' | readonly string[];
    /** Name of the variable outside that holds the credential, which never comes in; null where there is none. */
    readonly credentialEnv: string | null;
    readonly grant: Grant;
  }[];
  /** Countries or regions that a call may be answered from. */
  readonly residency: 'anywhere' | readonly string[];
}

export function reachOfModels({ routes, residency }: InferencePolicy): ModelReach {
  return {
    routes: routes.map(({ name, provider, endpoint, models, credentialEnv, grant }) => ({
      name,
      provider,
      endpoint,
      place: endpointPlace(new URL(endpoint).hostname),
      models: models.kind === 'all' ? 'any' : models.kind === 'only' ? models.of : [],
      credentialEnv,
      grant,
    })),
    residency: residency.kind === 'all' ? 'anywhere' : residency.kind === 'only' ? residency.of : [],
  };
}

export interface ResourceReach {
  readonly limits: readonly {
    readonly name: ResourceName;
    readonly maximum: number;
    readonly unit: 'count' | 'bytes' | 'seconds';
    readonly grant: Grant;
  }[];
  /** What the blueprint does not limit; the host alone does. */
  readonly unlimited: readonly ResourceName[];
}

export function reachOfResources({ limits }: ResourcePolicy): ResourceReach {
  const limited = new Set(limits.map(({ name }) => name));
  return {
    limits: limits.map(({ name, maximum, grant }) => ({ name, maximum, unit: RESOURCE_UNITS[name], grant })),
    unlimited: (Object.keys(RESOURCE_UNITS) as ResourceName[]).filter((name) => !limited.has(name)),
  };
}
