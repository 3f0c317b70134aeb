import type {
  Blueprint,
  Endpoint,
  Extension,
  NetworkPolicy,
  PathItem,
  RequestRule,
  SyscallItem,
} from '../frontend/blueprint/blueprint.ts';
import { documentText, type Plain } from './document-text.ts';

/**
 * A blueprint as `nemoclaw fmt` would print it. Writes what an import makes: names, what it extends, files, system calls
 * and network; whoever reads it again has to get the same syntax, and says so loudly otherwise.
 *
 * @param head lines of a comment at the top
 */
export function blueprintText(blueprint: Blueprint, head: readonly string[]): string {
  return documentText(plainOf(blueprint), head);
}

function plainOf({ metadata, extends: extended, filesystem, syscalls, network }: Blueprint): Plain {
  return {
    apiVersion: 'nemoclaw.dev/v1',
    kind: 'Blueprint',
    metadata: { name: metadata.name.value },
    ...filled('extends', extended.map(extension)),
    filesystem_policy: {
      ...(filesystem?.includeWorkdir ? { include_workdir: filesystem.includeWorkdir.value } : {}),
      ...pathLists(filesystem?.paths ?? []),
    },
    ...(syscalls === null ? {} : { syscalls: { ...callLists(syscalls.items) } }),
    ...(network.length === 0
      ? {}
      : {
          network_policies: Object.fromEntries(
            network.map((policy) => [policy.key.value, networkPolicy(policy)]),
          ),
        }),
  };
}

function extension({ kind, name }: Extension): Plain {
  return { [kind]: name.value };
}

function pathLists(paths: readonly PathItem[]): Record<string, Plain> {
  const lists: Record<string, Plain[]> = {};
  for (const { mode, path, optional } of paths) {
    const item = optional === null ? path.value : { path: path.value, optional: optional.value };
    lists[mode] = [...(lists[mode] ?? []), item];
  }
  return lists;
}

function callLists(items: readonly SyscallItem[]): Record<string, Plain> {
  const lists: Record<string, Plain[]> = {};
  for (const { mode, name, when } of items) {
    const conditions = when.map(({ argument, comparison, value }) => ({
      arg: argument.value,
      [comparison]: value.value,
    }));
    const item = when.length === 0 ? name.value : { name: name.value, when: conditions };
    lists[mode] = [...(lists[mode] ?? []), item];
  }
  return lists;
}

function networkPolicy({ endpoints }: NetworkPolicy): Plain {
  return { endpoints: endpoints.map(endpointPlain) };
}

function endpointPlain({ host, ports, protocol, access, denyRules }: Endpoint): Plain {
  const [first, ...others] = ports.map(({ value }) => value);
  const isOneNumber = others.length === 0 && typeof first === 'number';
  return {
    host: host.value,
    ...(isOneNumber ? { port: first } : { ports: ports.map(({ value }) => value) }),
    ...(protocol === null ? {} : { protocol: protocol.value }),
    ...(access === null ? {} : { access: access.value }),
    ...filled('deny_rules', denyRules.map(requestRule)),
  };
}

function requestRule({ method, path }: RequestRule): Plain {
  return {
    ...(method === null ? {} : { method: method.value }),
    ...(path === null ? {} : { path: path.value }),
  };
}

function filled(key: string, list: readonly Plain[]): Record<string, Plain> {
  return list.length === 0 ? {} : { [key]: list };
}
