import {
  basePolicy,
  credentialDefault,
  digestEmpty,
  dynamicEndpoint,
  forwardPorts,
  imageNotUsed,
  notCarriedOver,
  profileNotTaken,
} from '../../diagnostics/catalog/openshell.ts';
import { type Located, located } from '../../source/span.ts';
import type { Extension, InferenceRouteItem, InferenceSection } from '../blueprint/blueprint.ts';
import type { YamlEntry, YamlNode } from '../yaml/tree.ts';
import { entriesOf, entryAt, type Translation, valueAt, wordAt } from './translation.ts';

/** The profile that NemoClaw takes unless it is told otherwise. */
const DEFAULT_PROFILE = 'default';

/** Parts that set up NemoClaw's own machinery, and what it means that they are passed over. */
const PASSED_OVER: Readonly<Record<string, string>> = {
  resource_profiles: 'limits are written under `resources`',
  router: 'no model router is started, and none of its routes is granted',
  identity: 'the agent gets no identity towards a provider',
  openshell_target: 'nothing is sent to another gateway',
  timeout_secs: 'a call may take as long as the provider lets it',
};

/** `components.policy.base` names a policy that the additions build on. */
export function baseOf(components: YamlNode, translation: Translation): Extension[] {
  const base = valueAt(valueAt(components, 'policy'), 'base');
  if (base === null) return [];
  const name = translation.text(base);
  translation.report(basePolicy, name.span, { path: name.value });
  return [{ kind: 'file', name, access: null, span: name.span }];
}

/** Says what of the sandbox and of NemoClaw's own machinery has no place in a blueprint. */
export function reportMachinery(root: YamlNode, components: YamlNode, translation: Translation): void {
  const sandbox = valueAt(components, 'sandbox');
  const image = valueAt(sandbox, 'image');
  if (image !== null) {
    const name = wordAt(sandbox, 'image');
    translation.report(imageNotUsed, translation.spanOf(image), {
      image: name,
      pinned: /@sha256:[0-9a-f]{64}$/.test(name),
    });
  }
  const digest = valueAt(root, 'digest');
  if (digest !== null && wordAt(root, 'digest') === '') {
    translation.report(digestEmpty, translation.spanOf(digest), {});
  }
  const ports = entryAt(sandbox, 'forward_ports');
  if (ports !== null) translation.report(forwardPorts, translation.keySpan(ports), {});
  for (const part of [root, components, sandbox]) reportPassedOver(part, translation);
}

function reportPassedOver(part: YamlNode | null, translation: Translation): void {
  for (const entry of entriesOf(part)) {
    if (!Object.hasOwn(PASSED_OVER, entry.key)) continue;
    const effect = PASSED_OVER[entry.key]!;
    translation.report(notCarriedOver, translation.keySpan(entry), { key: entry.key, effect });
  }
}

/** The default profile as the only route; NemoClaw never has two at once. */
export function translateInference(components: YamlNode, translation: Translation): InferenceSection | null {
  const profiles = entriesOf(valueAt(valueAt(components, 'inference'), 'profiles'));
  const hasDefault = profiles.some(({ key }) => key === DEFAULT_PROFILE);
  const routes = profiles.flatMap((profile) => {
    const route = routeOf(profile, translation);
    if (route !== null && profile.key === DEFAULT_PROFILE) return [route];
    if (route !== null) {
      const taken = hasDefault ? DEFAULT_PROFILE : null;
      translation.report(profileNotTaken, translation.keySpan(profile), { name: profile.key, taken });
    }
    return [];
  });
  return routes.length === 0 ? null : { routes };
}

function routeOf(profile: YamlEntry, translation: Translation): InferenceRouteItem | null {
  const { key, value } = profile;
  const fallback = entryAt(value, 'credential_default');
  if (fallback !== null) translation.report(credentialDefault, translation.keySpan(fallback), {});
  reportPassedOver(value, translation);
  const endpoint = translation.text(valueAt(value, 'endpoint')!);
  if (endpoint.value === '' || wordAt(value, 'dynamic_endpoint') === 'true') {
    translation.report(dynamicEndpoint, translation.keySpan(profile), { name: key });
    return null;
  }
  const model = valueAt(value, 'model');
  const credential = valueAt(value, 'credential_env');
  return {
    name: translation.key(profile),
    provider: lowerCase(translation.text(valueAt(value, 'provider_type')!)),
    endpoint,
    models: model && located([translation.text(model)], translation.spanOf(model)),
    credentialEnv: credential && translation.text(credential),
    grant: null,
  };
}

function lowerCase({ value, span }: Located<string>): Located<string> {
  return located(value.toLowerCase(), span);
}
