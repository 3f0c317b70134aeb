import {
  environmentLoader,
  environmentName,
  groupWithoutUser,
  runAsRoot,
  unknownUser,
} from '../../diagnostics/catalog/process.ts';
import { nearestWord } from '../../diagnostics/nearest-word.ts';
import type { EnvironmentItem } from '../../frontend/blueprint/blueprint.ts';
import type { Resolved, Sourced } from '../../resolve/resolved.ts';
import type { Located } from '../../source/span.ts';
import type { EnvironmentEntry, Identity, ProcessPolicy } from '../process.ts';
import type { Lowering } from './lowering.ts';

const HIGHEST_ID = 0xffff_fffe;
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*\*?$/;

/** Variables that name code for programs to load when they start (ld.so(8), node(1), python(1), bash(1), git(1)). */
const LOADER_VARIABLES =
  /^(LD_(PRELOAD|AUDIT|LIBRARY_PATH)|NODE_OPTIONS|NODE_PATH|PYTHON(STARTUP|PATH|HOME)|BASH_ENV|ENV|PERL5(LIB|OPT)|RUBYOPT|GIT_(EXEC_PATH|SSH_COMMAND))$/;

/** Identities that mean the same wherever the agent runs: the user of OpenShell's images, and nobody. */
const EVERYWHERE: Readonly<Record<string, { readonly uid: number; readonly gid: number }>> = {
  sandbox: { uid: 1000, gid: 1000 },
  nobody: { uid: 65534, gid: 65534 },
};

export function lowerProcess(resolved: Resolved, lowering: Lowering): ProcessPolicy {
  const user = resolved.runAsUser;
  const span = user?.item.span ?? resolved.metadata.name.span;
  return {
    identity: identityOf(resolved, lowering),
    environment: environmentOf(resolved.environment, lowering),
    grant: lowering.grant('process:identity', span, user?.trail ?? [], null),
  };
}

function identityOf(resolved: Resolved, lowering: Lowering): Identity {
  if (!resolved.runAsUser) {
    const group = resolved.runAsGroup?.item;
    if (group) lowering.report(groupWithoutUser, group.span, { name: group.value });
    return { kind: 'invoker' };
  }
  const name = resolved.runAsUser.item;
  const user = findUser(name, lowering);
  const gid = resolved.runAsGroup ? findGroup(resolved.runAsGroup.item, lowering) : user?.gid;
  if (!user || gid === undefined || gid === null) return { kind: 'invoker' };
  if (user.uid === 0 || gid === 0) {
    const asked = user.uid === 0 || !resolved.runAsGroup ? name : resolved.runAsGroup.item;
    lowering.report(runAsRoot, asked.span, { name: asked.value });
  }
  return { kind: 'user', user: name.value, uid: user.uid, gid };
}

function findUser(name: Located<string>, lowering: Lowering): { uid: number; gid: number } | null {
  const id = numericId(name.value);
  if (id !== null) return { uid: id, gid: id };
  const users = { ...EVERYWHERE, ...lowering.bindings.users };
  if (Object.hasOwn(users, name.value)) return users[name.value]!;
  const nearest = nearestWord(name.value, Object.keys(users));
  lowering.report(unknownUser, name.span, { kind: 'user', name: name.value, nearest });
  return null;
}

function findGroup(name: Located<string>, lowering: Lowering): number | null {
  const id = numericId(name.value);
  if (id !== null) return id;
  const groups: Record<string, number> = { ...lowering.bindings.groups };
  for (const [user, { gid }] of Object.entries(EVERYWHERE)) groups[user] ??= gid;
  if (Object.hasOwn(groups, name.value)) return groups[name.value]!;
  const nearest = nearestWord(name.value, Object.keys(groups));
  lowering.report(unknownUser, name.span, { kind: 'group', name: name.value, nearest });
  return null;
}

function numericId(text: string): number | null {
  if (!/^(0|[1-9][0-9]{0,9})$/.test(text)) return null;
  const id = Number(text);
  return id <= HIGHEST_ID ? id : null;
}

function environmentOf(items: readonly Sourced<EnvironmentItem>[], lowering: Lowering): EnvironmentEntry[] {
  const entries: EnvironmentEntry[] = [];
  for (const { item, trail } of items) {
    const { name, value } = item;
    if (!VARIABLE_NAME.test(name.value) || (value !== null && name.value.endsWith('*'))) {
      lowering.report(environmentName, name.span, { name: name.value });
      continue;
    }
    if (LOADER_VARIABLES.test(name.value))
      lowering.report(environmentLoader, name.span, { name: name.value });
    entries.push({
      name: name.value,
      value: value?.value ?? null,
      grant: lowering.grant(`process:${name.value}`, name.span, trail, item.grant),
    });
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}
