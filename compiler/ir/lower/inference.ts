import { credentialName, endpointInvalid } from '../../diagnostics/catalog/inference.ts';
import { parseAddress } from '../../domain/address.ts';
import { contains } from '../../domain/interval-set.ts';
import { regionCode } from '../../domain/region.ts';
import { PUBLIC_ADDRESSES } from '../../domain/special-addresses.ts';
import type { InferenceRouteItem } from '../../frontend/blueprint/blueprint.ts';
import type { Resolved, Sourced } from '../../resolve/resolved.ts';
import { ALL, type Extent, only } from '../extent.ts';
import type { InferencePolicy, InferenceRoute } from '../inference.ts';
import type { Lowering } from './lowering.ts';

export function lowerInference(resolved: Resolved, lowering: Lowering): InferencePolicy {
  const routes = resolved.routes.flatMap((sourced) => {
    const route = routeOf(sourced, lowering);
    return route === null ? [] : [route];
  });
  return {
    routes: routes.sort((a, b) => (a.name < b.name ? -1 : 1)),
    residency: residencyOf(resolved),
    residencyGrant: lowering.grant(
      'inference:residency',
      resolved.residency?.item.span ?? resolved.metadata.name.span,
      resolved.residency?.trail ?? [],
      null,
    ),
  };
}

function residencyOf(resolved: Resolved): Extent<readonly string[]> {
  if (!resolved.residency) return ALL;
  return only([...new Set(resolved.residency.item.value.map(({ value }) => regionCode(value)))].sort());
}

function routeOf({ item, trail }: Sourced<InferenceRouteItem>, lowering: Lowering): InferenceRoute | null {
  const problem = endpointProblem(item.endpoint.value);
  if (problem !== null) {
    lowering.report(endpointInvalid, item.endpoint.span, { endpoint: item.endpoint.value, problem });
    return null;
  }
  const credential = item.credentialEnv;
  if (credential && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(credential.value)) {
    lowering.report(credentialName, credential.span, { name: credential.value });
    return null;
  }
  return {
    name: item.name.value,
    provider: item.provider.value,
    endpoint: new URL(item.endpoint.value).href,
    models:
      item.models === null ? ALL : only([...new Set(item.models.value.map(({ value }) => value))].sort()),
    credentialEnv: credential?.value ?? null,
    grant: lowering.grant(`inference:${item.name.value}`, item.name.span, trail, item.grant),
  };
}

function endpointProblem(text: string): string | null {
  if (!URL.canParse(text)) return 'it is not a URL';
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return 'it holds a user name or password';
  if (url.search !== '' || url.hash !== '') return 'it has a query or a fragment';
  if (url.protocol === 'https:') return null;
  if (url.protocol !== 'http:') return `\`${url.protocol.slice(0, -1)}\` is neither https nor http`;
  return isNear(url.hostname) ? null : 'plain http would send prompts over the network in the clear';
}

/** Hosts that are reached without leaving this machine or its private network. */
function isNear(hostname: string): boolean {
  if (hostname === 'localhost' || hostname.endsWith('.localhost') || hostname.endsWith('.local')) return true;
  const address = parseAddress(hostname.replace(/^\[|\]$/g, ''));
  return address.ok && !contains(PUBLIC_ADDRESSES, address.address);
}
