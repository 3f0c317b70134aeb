import { decide } from '../../compiler/ir/decide.ts';
import { ALL } from '../../compiler/ir/extent.ts';
import type { FileRight } from '../../compiler/ir/filesystem.ts';
import type { Policy } from '../../compiler/ir/policy.ts';

/** Whether a program may send one request, e.g. `POST https://slack.com/api/chat.postMessage`; `TUNNEL host:port` opens a stream. */
export function mayRequest(policy: Policy, binary: string, request: string): boolean {
  const [method, target] = request.split(' ') as [string, string];
  const url = new URL(method === 'TUNNEL' ? `https://${target}` : target);
  const query = [...url.searchParams];
  return (
    decide(policy, {
      facet: 'egress',
      host: url.hostname,
      port: Number(url.port || (url.protocol === 'http:' ? 80 : 443)),
      binary,
      sha256: null,
      address: null,
      http: method === 'TUNNEL' ? null : { method, path: decodeURI(url.pathname), query, operations: ALL },
      at: 0,
    }).verdict === 'allow'
  );
}

export function mayUseFile(policy: Policy, right: FileRight, path: string): boolean {
  return decide(policy, { facet: 'filesystem', path, right }).verdict === 'allow';
}

export function maySee(policy: Policy, variable: string): boolean {
  return decide(policy, { facet: 'process', environment: variable }).verdict === 'allow';
}
