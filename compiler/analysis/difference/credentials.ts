import { sourceText } from '../../ir/canonical/credentials.ts';
import type { BoundCredential, CredentialBinding } from '../../ir/credential.ts';
import { endOf } from '../../ir/limits.ts';
import type { Change, Side } from './change.ts';
import { changesBetween, type Gain, type Reason, sideOf } from './gain.ts';

/** Which secrets the agent may have sent where, and what is read for them. */
export function credentialChanges(
  old: readonly BoundCredential[],
  next: readonly BoundCredential[],
): readonly Change[] {
  return changesBetween(old, next, (from, to) => {
    const before = new Map(from.map((credential) => [credential.name, credential]));
    return to.flatMap((credential) => gainsOf(before.get(credential.name) ?? null, credential));
  });
}

function gainsOf(before: BoundCredential | null, after: BoundCredential): Gain[] {
  if (before === null) {
    return after.bindings.map((binding) => boundGain(after, binding, { kind: 'granted', by: after.grant }));
  }
  const reason: Reason = { kind: 'changed', from: before.grant, to: after.grant };
  return [
    ...sourceGains(before, after, reason),
    ...after.bindings
      .filter((binding) => !before.bindings.some((known) => includes(known, binding)))
      .map((binding) => boundGain(after, binding, reason)),
    ...variableGains(before, after, reason),
    ...expiryGains(before, after, reason),
  ];
}

/** Whether one binding lets through all that another does. */
function includes(one: CredentialBinding, other: CredentialBinding): boolean {
  const isSamePlace = one.host === other.host && one.port === other.port && one.header === other.header;
  return isSamePlace && (one.plainHttp || !other.plainHttp);
}

function boundGain({ name }: BoundCredential, binding: CredentialBinding, reason: Reason): Gain {
  const { host, port, header, plainHttp } = binding;
  const how: Side[] = plainHttp ? [sideOf('encryption', ['none needed'])] : [];
  const open = plainHttp ? ', also over plain HTTP' : '';
  return {
    facet: 'egress',
    classes: ['credential-bound'],
    sides: [
      sideOf('credential', [name]),
      sideOf('host', [host]),
      sideOf('port', [String(port)]),
      sideOf('header', [header]),
      ...how,
    ],
    shownBy: `send the credential \`${name}\` to \`${host}\` port ${port} in \`${header}\`${open}`,
    reason,
  };
}

/** Another secret under the same name goes to every place that the name is bound to. */
function sourceGains(before: BoundCredential, after: BoundCredential, reason: Reason): Gain[] {
  const [was, is] = [sourceText(before.source), sourceText(after.source)];
  if (was === is) return [];
  return [
    {
      facet: 'egress',
      classes: ['credential-source-changed'],
      sides: [sideOf('credential', [after.name]), sideOf('source', [is])],
      shownBy: `send as \`${after.name}\` what \`${is}\` holds`,
      reason,
    },
  ];
}

function variableGains(before: BoundCredential, after: BoundCredential, reason: Reason): Gain[] {
  if (before.variable === after.variable) return [];
  return [
    {
      facet: 'egress',
      classes: ['new-variable'],
      sides: [sideOf('credential', [after.name]), sideOf('variable', [after.variable])],
      shownBy: `find the placeholder of \`${after.name}\` in \`${after.variable}\``,
      reason,
    },
  ];
}

function expiryGains(before: BoundCredential, after: BoundCredential, reason: Reason): Gain[] {
  const [was, is] = [endOf(before.grant), endOf(after.grant)];
  if (is <= was) return [];
  const ended = new Date(was).toISOString();
  const bounds = [`from ${ended}`, ...(Number.isFinite(is) ? [`before ${new Date(is).toISOString()}`] : [])];
  return [
    {
      facet: 'egress',
      classes: ['expiry-extended'],
      sides: [sideOf('credential', [after.name]), { name: 'time', terms: [{ all: bounds, except: [] }] }],
      shownBy: `use the credential \`${after.name}\` on ${ended}`,
      reason,
    },
  ];
}
