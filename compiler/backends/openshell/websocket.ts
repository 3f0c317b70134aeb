import {
  exportBinaryMessages,
  exportDenialWider,
  exportOperationLeftOut,
} from '../../diagnostics/catalog/exported.ts';
import type { EgressEntry, HttpRule } from '../../ir/egress.ts';
import { ruleOperationWords } from '../../ir/operation-words.ts';
import type { Purpose } from './patterns.ts';
import { pathsOf, queryOf } from './requests.ts';
import type { Plain, Translation } from './translation.ts';

type Matcher = Readonly<Record<string, Plain>>;

/**
 * The keys of an endpoint that opens WebSockets ("WebSocket Rules" of OpenShell's policy schema reference): `GET` is the
 * opening, `WEBSOCKET_TEXT` all text on it. Null where a pattern cannot be said at all.
 */
export function websocketKeys(
  entry: EgressEntry,
  translation: Translation,
): Readonly<Record<string, Plain>> | null {
  const { allow, deny, enforcement, grant } = entry;
  const rules = allow.kind === 'only' ? allow.of : [];
  const allowed = rules.map((rule) => matchersOf(rule, 'allow', entry, translation));
  const denied = deny.map((rule) => matchersOf(rule, 'deny', entry, translation));
  if ([...allowed, ...denied].includes(null)) return null;
  const isBinaryRefused = allow.kind !== 'all' || deny.length > 0;
  if (isBinaryRefused) translation.change(exportBinaryMessages, grant, {});
  const denials = denied.flatMap((list) => list ?? []);
  return {
    protocol: 'websocket',
    enforcement,
    ...(allow.kind === 'all'
      ? { access: 'full' }
      : { rules: allowed.flatMap((list) => list ?? []).map((one) => ({ allow: one })) }),
    ...(denials.length === 0 ? {} : { deny_rules: denials }),
  };
}

function matchersOf(
  rule: HttpRule,
  purpose: Purpose,
  entry: EgressEntry,
  translation: Translation,
): Matcher[] | null {
  const paths = pathsOf(rule, purpose, entry, translation);
  if (paths === null) return null;
  const query = queryOf(rule, purpose, entry, translation);
  const methods = methodsOf(rule, purpose, entry, translation);
  return paths.flatMap((path) => methods.map((method) => ({ method, path, ...query })));
}

/** What is said about the text of messages is lost: a permission then grants none, and a denial denies all. */
function methodsOf(
  rule: HttpRule,
  purpose: Purpose,
  { grant }: EgressEntry,
  translation: Translation,
): readonly string[] {
  const { operations } = rule;
  if (operations.kind === 'all') return ['*'];
  if (operations.kind === 'none' || operations.of.kind !== 'websocket') return [];
  const { opens, text } = operations.of;
  const named = ruleOperationWords(rule).join(' ');
  const isPart = text.kind === 'only' && text.of.text !== '*';
  if (isPart && purpose === 'allow') {
    const why = 'OpenShell does not tell messages apart by their text';
    translation.change(exportOperationLeftOut, grant, { rule: named, why });
  } else if (isPart) translation.change(exportDenialWider, grant, { rule: named });
  const takesText = text.kind === 'all' || (text.kind === 'only' && (!isPart || purpose === 'deny'));
  return [...(opens ? ['GET'] : []), ...(takesText ? ['WEBSOCKET_TEXT'] : [])];
}
