import type { Bindings } from '../compiler/resolve/resolved.ts';

/** Users of a passwd(5) file by name; lines that are not of its form are passed over, as the C library does. */
export function parseUsers(text: string): Bindings['users'] {
  const users: Record<string, { uid: number; gid: number }> = Object.create(null);
  for (const [name, , uid, gid] of fieldsOf(text)) {
    if (name && isId(uid) && isId(gid)) users[name] ??= { uid: Number(uid), gid: Number(gid) };
  }
  return users;
}

/** Groups of a group(5) file by name. */
export function parseGroups(text: string): Bindings['groups'] {
  const groups: Record<string, number> = Object.create(null);
  for (const [name, , gid] of fieldsOf(text)) {
    if (name && isId(gid)) groups[name] ??= Number(gid);
  }
  return groups;
}

function fieldsOf(text: string): string[][] {
  return text.split('\n').map((line) => line.split(':'));
}

function isId(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,10}$/.test(text);
}
