import type { Target } from './target.ts';

/** Whether the launcher can give the sandbox a mount namespace of its own. In a container the container engine does. */
export function canMount(target: Target): boolean {
  return target.engine === 'process' && (target.userNamespaces || target.privilege === 'root');
}

/** Whether processes and sockets of others are out of reach by namespaces alone. */
export function isInNamespaces(target: Target): boolean {
  return target.engine === 'docker' || canMount(target);
}
