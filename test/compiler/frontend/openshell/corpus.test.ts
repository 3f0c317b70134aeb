import { describe, expect, it } from 'vitest';
import { hostNeeds, publishedFiles } from '../../../support/host.ts';
import { readSharedData } from '../../../support/shared-data.ts';
import { network, type Translated, translate } from './translated.ts';

const corpus = (file: string): Translated => translate(readSharedData(`corpus/${file}`), file);

const paths = ({ blueprint }: Translated) =>
  blueprint?.filesystem?.paths.map(({ mode, path }) => `${mode} ${path.value}`);

describe('policies of OpenShell and NemoClaw as they are published', () => {
  it('reads the default policy of NemoClaw', (context) => {
    hostNeeds(context, publishedFiles);
    const read = corpus('nemoclaw/openclaw-sandbox.yaml');
    expect(read.findings).toEqual([
      '16:1 NC1308 version',
      '16:1 NC1309 version',
      '18:1 NC1301 filesystem_policy',
      '21:7 NC1310 /usr',
      '28:7 NC1300 /sandbox/.openclaw',
      '35:7 NC1302 /tmp',
      '43:16 NC1307 sandbox',
      '50:15 NC1283 api.anthropic.com',
      '59:9 NC1271 rules',
      '63:9 NC1271 rules',
      '65:5 NC1276 binaries',
      '92:15 NC1282 github.com',
      '94:9 NC1287 access',
      '97:9 NC1287 access',
      '155:9 NC1287 access',
      '163:3 NC1272 telegram',
      '175:3 NC1272 discord',
    ]);
    expect(network(read.blueprint)).toEqual([
      'claude_code: http api.anthropic.com:443 tls terminate enforce allow [* /**]',
      'claude_code: http statsig.anthropic.com:443 allow [* /**]',
      'claude_code: http sentry.io:443 allow [* /**]',
      'nvidia: http integrate.api.nvidia.com:443 tls terminate enforce allow [* /**]',
      'nvidia: http inference-api.nvidia.com:443 tls terminate enforce allow [* /**]',
      'github: tcp github.com:443',
      'github: tcp api.github.com:443',
      'clawhub: http clawhub.com:443 tls terminate enforce allow [GET /**, POST /**]',
      'openclaw_api: http openclaw.ai:443 tls terminate enforce allow [GET /**, POST /**]',
      'openclaw_docs: http docs.openclaw.ai:443 tls terminate enforce allow [GET /**]',
      'npm_registry: tcp registry.npmjs.org:443',
    ]);
    expect(paths(read)).toEqual([
      'read_only /usr',
      'read_only /lib',
      'read_only /proc',
      'read_only /dev/urandom',
      'read_only /app',
      'read_only /etc',
      'read_only /var/log',
      'read_only /sandbox/.openclaw',
      'read_only /bin',
      'read_only /lib64',
      'read_only /sbin',
      'read_write /sandbox',
      'scratch /tmp',
      'read_write /dev/null',
      'read_write /sandbox/.openclaw-data',
    ]);
  });

  it('shows the writable folder above the read-only one of NemoClaw', (context) => {
    hostNeeds(context, publishedFiles);
    const { diagnostics } = corpus('nemoclaw/openclaw-sandbox.yaml');
    const hole = diagnostics.find(({ code }) => code === 'NC1300');
    expect(hole?.related.map(({ span }) => span.source.positionAt(span.start))).toEqual([
      { line: 34, column: 7 },
    ]);
  });

  it("reads NemoClaw's blueprint.yaml", (context) => {
    hostNeeds(context, publishedFiles);
    const { findings, blueprint } = corpus('nemoclaw/blueprint.yaml');
    expect(findings).toEqual([
      '7:9 NC1322 ""',
      '21:12 NC1321 "ghcr.io/nvidia/openshell-community/sandboxes/openclaw:latest"',
      '23:5 NC1323 forward_ports',
      '34:7 NC1325 ncp',
      '42:7 NC1324 nim-local',
      '49:7 NC1324 vllm',
      '55:9 NC1326 credential_default',
      '58:11 NC1320 "sandboxes/openclaw/policy.yaml"',
      '60:7 NC1272 nim_service',
    ]);
    expect(blueprint?.metadata.name.value).toBe('openclaw');
    expect(blueprint?.extends.map(({ kind, name }) => [kind, name.value])).toEqual([
      ['file', 'sandboxes/openclaw/policy.yaml'],
    ]);
    expect(
      blueprint?.inference?.routes.map(({ name, provider, endpoint }) => [
        name.value,
        provider.value,
        endpoint.value,
      ]),
    ).toEqual([['default', 'nvidia', 'https://integrate.api.nvidia.com/v1']]);
    expect(blueprint?.network).toEqual([]);
  });

  it.for([
    ['discord', 'discord'],
    ['docker', 'docker_registries'],
    ['huggingface', 'huggingface'],
    ['jira', 'atlassian'],
    ['npm', 'npm_yarn'],
    ['outlook', 'outlook_graph'],
    ['pypi', 'pypi'],
    ['slack', 'slack'],
    ['telegram', 'telegram_bot'],
  ])('says that the preset %s grants nothing, as it lists no binaries', ([preset, key], context) => {
    hostNeeds(context, publishedFiles);
    const read = corpus(`nemoclaw/presets/${preset}.yaml`);
    expect(read.findings).toEqual([`9:3 NC1272 ${key}`]);
    expect(read.blueprint?.metadata.name.value).toBe(preset);
    expect(read.blueprint?.network).toEqual([]);
  });

  it('reads the policy with local inference', (context) => {
    hostNeeds(context, publishedFiles);
    const read = corpus('openshell/local-inference-sandbox-policy.yaml');
    expect(read.findings).toEqual([
      '4:1 NC1307 version',
      '4:1 NC1308 version',
      '4:1 NC1309 version',
      '6:1 NC1301 filesystem_policy',
      '6:1 NC1303 filesystem_policy',
      '9:5 NC1310 /usr',
      '14:5 NC1305 /proc/self',
      '18:5 NC1302 /tmp',
      '29:17 NC1282 pypi.org',
      '29:17 NC1283 pypi.org',
      '31:5 NC1276 binaries',
    ]);
    expect(network(read.blueprint)).toEqual([
      'pypi: tcp pypi.org:443',
      'pypi: tcp files.pythonhosted.org:443',
      'nvidia_direct: http integrate.api.nvidia.com:443 tls terminate enforce full',
    ]);
    expect(paths(read)).toContain('read_only /proc');
    expect(paths(read)).not.toContain('read_only /proc/self');
  });

  it("reads the policy of the prover's own example", (context) => {
    hostNeeds(context, publishedFiles);
    const read = corpus('openshell/openshell-prover-policy.yaml');
    expect(read.findings).toEqual([
      '4:1 NC1308 version',
      '4:1 NC1309 version',
      '6:1 NC1301 filesystem_policy',
      '9:7 NC1310 /usr',
      '18:7 NC1302 /tmp',
      '25:16 NC1307 sandbox',
      '36:15 NC1283 api.github.com',
      '43:15 NC1282 github.com',
      '45:5 NC1276 binaries',
      '50:17 NC1277 /sandbox/.uv/python/**/python3*',
      '50:17 NC1281 /sandbox/.uv/python/**/python3*',
    ]);
    expect(network(read.blueprint)).toEqual([
      'github_api: http api.github.com:443 enforce read-only',
      'github_api: tcp github.com:443',
    ]);
  });

  it('reads the policy with git over https next to an uninspected tunnel', (context) => {
    hostNeeds(context, publishedFiles);
    const read = corpus('openshell/openshell-supervisor-network-sandbox-policy.yaml');
    expect(read.findings).toEqual([
      '8:1 NC1308 version',
      '8:1 NC1309 version',
      '10:1 NC1301 filesystem_policy',
      '13:7 NC1310 /usr',
      '22:7 NC1302 /tmp',
      '29:16 NC1307 sandbox',
      '36:17 NC1282 api.anthropic.com',
      '36:17 NC1283 api.anthropic.com',
      '38:5 NC1276 binaries',
      '52:21 NC1277 "/**/info/refs*"',
      '52:21 NC1281 "/**/info/refs*"',
      '55:21 NC1281 "/**/git-upload-pack"',
      '74:17 NC1281 "/usr/lib/node_modules/@github/copilot/node_modules/@github/**/copilot"',
      '76:17 NC1277 "/home/*/.local/bin/copilot"',
    ]);
    expect(network(read.blueprint)).toContain(
      'github_ssh_over_https: http github.com:443 enforce allow [GET /*/**/info/refs*, POST /*/**/git-upload-pack]',
    );
    expect(network(read.blueprint)).toHaveLength(15);
  });

  it('reads the policy without any section but the network', (context) => {
    hostNeeds(context, publishedFiles);
    const read = corpus('openshell/policy-advisor-sandbox-policy.yaml');
    expect(read.findings).toEqual([
      '8:1 NC1304 version',
      '8:1 NC1306 version',
      '8:1 NC1307 version',
      '8:1 NC1308 version',
      '8:1 NC1309 version',
      '11:3 NC1272 anthropic',
    ]);
    expect(read.blueprint?.filesystem).toBeNull();
    expect(read.blueprint?.network).toEqual([]);
  });

  it('reads the quickstart policy', (context) => {
    hostNeeds(context, publishedFiles);
    const read = corpus('openshell/sandbox-policy-quickstart-policy.yaml');
    expect(read.findings).toEqual([
      '7:1 NC1307 version',
      '7:1 NC1308 version',
      '7:1 NC1309 version',
      '12:1 NC1301 filesystem_policy',
      '14:15 NC1310 /usr',
      '15:26 NC1302 /tmp',
      '23:15 NC1283 api.github.com',
      '28:5 NC1276 binaries',
    ]);
    expect(network(read.blueprint)).toEqual(['github_api: http api.github.com:443 enforce read-only']);
  });

  it('reads the policy with a database behind private addresses', (context) => {
    hostNeeds(context, publishedFiles);
    const read = corpus('openshell/transparent-tcp-redis-policy.yaml');
    expect(read.findings).toEqual([
      '4:1 NC1307 version',
      '4:1 NC1308 version',
      '4:1 NC1309 version',
      '6:1 NC1301 filesystem_policy',
      '8:15 NC1310 /usr',
      '9:26 NC1302 /tmp',
      '24:5 NC1276 binaries',
    ]);
    expect(network(read.blueprint)).toEqual([
      'redis: tcp redis.openshell.demo:6379 in [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16]',
    ]);
  });
});
