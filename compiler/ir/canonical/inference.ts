import type { Extent } from '../extent.ts';
import type { InferencePolicy } from '../inference.ts';

export function canonicalInference({ routes, residency }: InferencePolicy): unknown {
  return {
    residency: canonicalExtent(residency),
    routes: routes.map(({ name, provider, endpoint, models, credentialEnv }) => [
      name,
      provider,
      endpoint,
      canonicalExtent(models),
      credentialEnv,
    ]),
  };
}

function canonicalExtent(extent: Extent<readonly string[]>): unknown {
  return extent.kind === 'only' ? [...extent.of].sort() : extent.kind;
}
