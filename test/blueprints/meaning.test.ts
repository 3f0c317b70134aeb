import { describe, expect, it } from 'vitest';
import { blueprint, policyOf } from '../support/policy.ts';
import { mayRequest, maySee, mayUseFile } from './access.ts';

const NODE = '/usr/bin/node';
const PYTHON = '/usr/bin/python3.11';
const GIT = '/usr/lib/git-core/git-remote-http';
const GH = '/usr/bin/gh';
const SKOPEO = '/usr/bin/skopeo';

const withPreset = (name: string, access: string, sections = '') =>
  policyOf(blueprint(`extends:\n  - preset: base\n  - { preset: ${name}, access: ${access} }\n${sections}`));

/** preset, program, request, and at which levels it is allowed. */
const REQUESTS: readonly [
  preset: string,
  binary: string,
  request: string,
  allowed: 'always' | 'writing' | 'never',
][] = [
  ['npm', NODE, 'GET https://registry.npmjs.org/typescript', 'always'],
  ['npm', NODE, 'HEAD https://registry.npmjs.org/typescript', 'always'],
  ['npm', NODE, 'GET https://registry.npmjs.org/typescript/-/typescript-7.0.2.tgz', 'always'],
  ['npm', NODE, 'GET https://registry.npmjs.org/@types/node', 'always'],
  ['npm', NODE, 'GET https://registry.npmjs.org/@types/node/-/node-20.0.0.tgz', 'always'],
  ['npm', NODE, 'GET https://registry.yarnpkg.com/react/-/react-19.0.0.tgz', 'always'],
  ['npm', NODE, 'PUT https://registry.npmjs.org/my-package', 'writing'],
  ['npm', NODE, 'PUT https://registry.npmjs.org/@me/my-package', 'writing'],
  ['npm', NODE, 'POST https://registry.npmjs.org/-/npm/v1/security/advisories/bulk', 'writing'],
  ['npm', NODE, 'DELETE https://registry.npmjs.org/my-package/-rev/1', 'never'],
  ['npm', NODE, 'GET https://registry.npmjs.org/-/npm/v1/tokens', 'never'],
  ['npm', NODE, 'PUT https://registry.npmjs.org/-/user/org.couchdb.user:me', 'never'],
  ['npm', '/usr/bin/curl', 'GET https://registry.npmjs.org/typescript', 'never'],
  ['npm', NODE, 'GET https://example.com/', 'never'],
  ['npm', NODE, 'TUNNEL registry.npmjs.org:443', 'never'],
  ['pypi', PYTHON, 'GET https://pypi.org/simple/requests/', 'always'],
  ['pypi', PYTHON, 'GET https://files.pythonhosted.org/packages/ab/cd/requests-2.0.whl', 'always'],
  ['pypi', '/usr/bin/uv', 'GET https://pypi.org/simple/requests/', 'always'],
  ['pypi', PYTHON, 'POST https://upload.pypi.org/legacy/', 'writing'],
  ['pypi', PYTHON, 'POST https://pypi.org/simple/requests/', 'never'],
  ['pypi', PYTHON, 'GET https://pypi.org/manage/account/', 'never'],
  ['pypi', '/usr/bin/python3', 'GET https://pypi.org/simple/requests/', 'never'],
  ['github', GIT, 'GET https://github.com/o/r/info/refs?service=git-upload-pack', 'always'],
  ['github', GIT, 'POST https://github.com/o/r.git/git-upload-pack', 'always'],
  ['github', GIT, 'GET https://github.com/o/r/info/refs?service=git-receive-pack', 'writing'],
  ['github', GIT, 'POST https://github.com/o/r.git/git-receive-pack', 'writing'],
  [
    'github',
    GIT,
    'GET https://github.com/o/r/info/refs?service=git-upload-pack&service=git-receive-pack',
    'never',
  ],
  ['github', GIT, 'GET https://github.com/o/r/info/refs', 'never'],
  ['github', GH, 'GET https://api.github.com/repos/o/r/issues', 'always'],
  ['github', GH, 'POST https://api.github.com/repos/o/r/issues', 'writing'],
  ['github', GH, 'POST https://api.github.com/repos/o/r/pulls', 'writing'],
  ['github', GH, 'PUT https://api.github.com/repos/o/r/contents/src/a.ts', 'writing'],
  ['github', GH, 'PUT https://api.github.com/repos/o/r/contents/.github/workflows/ci.yml', 'never'],
  ['github', GH, 'PUT https://api.github.com/repos/o/r/pulls/1/merge', 'never'],
  ['github', GH, 'DELETE https://api.github.com/repos/o/r', 'never'],
  ['github', GH, 'POST https://api.github.com/repos/o/r/hooks', 'never'],
  ['github', GH, 'PUT https://api.github.com/repos/o/r/actions/secrets/KEY', 'never'],
  ['github', GH, 'POST https://api.github.com/graphql', 'never'],
  ['github', NODE, 'GET https://api.github.com/repos/o/r', 'never'],
  ['huggingface', PYTHON, 'GET https://huggingface.co/org/model/resolve/main/config.json', 'always'],
  ['huggingface', PYTHON, 'GET https://cas-bridge.xethub.hf.co/xet/abc', 'always'],
  ['huggingface', PYTHON, 'POST https://huggingface.co/api/models/org/model/commit/main', 'writing'],
  ['huggingface', PYTHON, 'POST https://router.huggingface.co/v1/chat/completions', 'writing'],
  ['huggingface', PYTHON, 'DELETE https://huggingface.co/api/repos/delete', 'never'],
  ['huggingface', PYTHON, 'GET https://huggingface.co/settings/tokens', 'never'],
  ['docker', SKOPEO, 'GET https://registry-1.docker.io/v2/library/debian/manifests/12', 'always'],
  ['docker', SKOPEO, 'GET https://auth.docker.io/token?service=registry.docker.io', 'always'],
  ['docker', SKOPEO, 'PUT https://registry-1.docker.io/v2/me/image/manifests/1', 'writing'],
  ['docker', SKOPEO, 'POST https://registry-1.docker.io/v2/me/image/blobs/uploads/', 'writing'],
  ['docker', SKOPEO, 'DELETE https://registry-1.docker.io/v2/me/image/manifests/1', 'never'],
  ['docker', '/usr/bin/docker', 'GET https://registry-1.docker.io/v2/library/debian/manifests/12', 'never'],
  ['slack', NODE, 'GET https://slack.com/api/conversations.history?channel=C1', 'always'],
  ['slack', NODE, 'POST https://slack.com/api/chat.postMessage', 'writing'],
  ['slack', NODE, 'POST https://hooks.slack.com/services/T1/B1/xyz', 'writing'],
  ['slack', NODE, 'POST https://slack.com/api/conversations.kick', 'never'],
  ['slack', NODE, 'POST https://slack.com/api/admin.users.invite', 'never'],
  ['discord', NODE, 'GET https://discord.com/api/v10/channels/1/messages', 'always'],
  ['discord', NODE, 'GET https://cdn.discordapp.com/attachments/1/2/a.png', 'always'],
  ['discord', NODE, 'POST https://discord.com/api/v10/channels/1/messages', 'writing'],
  ['discord', NODE, 'GET https://gateway.discord.gg/?v=10', 'writing'],
  ['discord', NODE, 'GET https://gateway-us-east1-b.discord.gg/', 'writing'],
  ['discord', NODE, 'TUNNEL gateway.discord.gg:443', 'never'],
  ['discord', NODE, 'GET https://discord.com/api/v10/channels/1/webhooks', 'never'],
  ['discord', NODE, 'DELETE https://discord.com/api/v10/channels/1', 'never'],
  ['discord', NODE, 'PUT https://discord.com/api/v10/guilds/1/bans/2', 'never'],
  ['telegram', NODE, 'POST https://api.telegram.org/bot1:abc/getUpdates', 'always'],
  ['telegram', NODE, 'GET https://api.telegram.org/file/bot1:abc/photos/a.jpg', 'always'],
  ['telegram', NODE, 'POST https://api.telegram.org/bot1:abc/sendMessage', 'writing'],
  ['telegram', NODE, 'POST https://api.telegram.org/bot1:abc/setWebhook', 'never'],
  ['telegram', NODE, 'POST https://api.telegram.org/bot1:abc/banChatMember', 'never'],
  ['jira', NODE, 'GET https://acme.atlassian.net/rest/api/3/issue/A-1', 'always'],
  ['jira', NODE, 'POST https://acme.atlassian.net/rest/api/3/search/jql', 'always'],
  ['jira', NODE, 'POST https://acme.atlassian.net/rest/api/3/issue', 'writing'],
  ['jira', NODE, 'POST https://api.atlassian.com/ex/jira/1/rest/api/3/issue/A-1/comment', 'writing'],
  ['jira', NODE, 'DELETE https://acme.atlassian.net/rest/api/3/issue/A-1', 'never'],
  ['jira', NODE, 'GET https://acme.atlassian.net/wiki/rest/api/content', 'never'],
  ['outlook', PYTHON, 'GET https://graph.microsoft.com/v1.0/me/messages', 'always'],
  ['outlook', PYTHON, 'POST https://login.microsoftonline.com/common/oauth2/v2.0/token', 'always'],
  ['outlook', PYTHON, 'POST https://graph.microsoft.com/v1.0/me/sendMail', 'writing'],
  ['outlook', PYTHON, 'DELETE https://graph.microsoft.com/v1.0/me/messages/1', 'never'],
  ['outlook', PYTHON, 'POST https://graph.microsoft.com/v1.0/me/mailFolders/inbox/messageRules', 'never'],
  ['outlook', PYTHON, 'GET https://graph.microsoft.com/v1.0/users', 'never'],
];

describe('what the shipped presets allow', () => {
  it.each(REQUESTS)('%s: %s %s is allowed %s', (preset, binary, request, allowed) => {
    expect(mayRequest(withPreset(preset, 'read-only'), binary, request)).toBe(allowed === 'always');
    expect(mayRequest(withPreset(preset, 'read-write'), binary, request)).toBe(allowed !== 'never');
  });

  it('keeps Jira and Microsoft to the own organisation once it is named', () => {
    const jira = withPreset('jira', 'read-only', 'variables: { jira_site: acme }\n');
    expect(mayRequest(jira, NODE, 'GET https://acme.atlassian.net/rest/api/3/issue/A-1')).toBe(true);
    expect(mayRequest(jira, NODE, 'GET https://evil.atlassian.net/rest/api/3/issue/A-1')).toBe(false);
    const outlook = withPreset('outlook', 'read-only', 'variables: { microsoft_tenant: acme.example }\n');
    expect(
      mayRequest(outlook, NODE, 'POST https://login.microsoftonline.com/acme.example/oauth2/v2.0/token'),
    ).toBe(true);
    expect(mayRequest(outlook, NODE, 'POST https://login.microsoftonline.com/common/oauth2/v2.0/token')).toBe(
      false,
    );
  });
});

describe('what every sandbox starts from', () => {
  const policy = policyOf(blueprint('extends: [{ preset: base }]\n'));

  it.each([
    ['execute', '/usr/bin/env'],
    ['execute', '/bin/sh'],
    ['read_file', '/lib64/ld-linux-x86-64.so.2'],
    ['read_file', '/etc/ld.so.cache'],
    ['read_file', '/etc/ssl/certs/ca-certificates.crt'],
    ['read_file', '/proc/self/maps'],
    ['write_file', '/dev/null'],
    ['make_reg', '/tmp/x'],
    ['make_sock', '/dev/shm/x'],
    ['make_dir', '/work/project/build'],
  ] as const)('lets it %s %s', (right, path) => {
    expect(mayUseFile(policy, right, path)).toBe(true);
  });

  it.each([
    ['read_file', '/etc/shadow'],
    ['read_file', '/etc/ssh/ssh_host_ed25519_key'],
    ['read_file', '/etc/ssl/private/host.key'],
    ['read_file', '/etc/pki/tls/private/host.key'],
    ['read_file', '/etc/npmrc'],
    ['read_dir', '/etc'],
    ['read_file', '/home/agent/.ssh/id_ed25519'],
    ['read_file', '/root/.bashrc'],
    ['write_file', '/usr/bin/env'],
    ['write_file', '/dev/sda'],
    ['read_file', '/dev/mem'],
    ['read_dir', '/var/run'],
    ['write_file', '/run/docker.sock'],
    ['read_file', '/sys/kernel/notes'],
  ] as const)('does not let it %s %s', (right, path) => {
    expect(mayUseFile(policy, right, path)).toBe(false);
  });

  it('passes on no variable that may hold a secret', () => {
    for (const name of ['PATH', 'LANG', 'LC_ALL', 'TERM', 'TZ']) expect(maySee(policy, name)).toBe(true);
    for (const name of [
      'NVIDIA_API_KEY',
      'AWS_SECRET_ACCESS_KEY',
      'SSH_AUTH_SOCK',
      'GITHUB_TOKEN',
      'LD_PRELOAD',
    ]) {
      expect(maySee(policy, name)).toBe(false);
    }
  });

  it('reaches nothing', () => {
    expect(policy.egress.entries).toEqual([]);
    expect(policy.inference.routes).toEqual([]);
  });

  it('bounds what it can use up', () => {
    expect(policy.resources.limits.map(({ name }) => name)).toEqual([
      'file_size',
      'open_files',
      'process_memory',
      'processes',
      'scratch_size',
    ]);
    expect(policy.filesystem.landlock).toBe('hard_requirement');
  });
});
