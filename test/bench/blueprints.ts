/** A blueprint of about 100 lines, as a team writes them; no two numbers give the same one. */
export function blueprintNumber(number: number): string {
  const service = (part: number) => `service-${(number * 7 + part * 13) % 97}-${number}`;
  return [
    '# Written by a program, to be read by another.',
    'apiVersion: nemoclaw.dev/v1',
    'kind: Blueprint',
    'metadata:',
    `  name: agent-${number}`,
    `  description: Agent ${number} of a large organisation`,
    `  owners: [team-${number % 40}@example.com]`,
    '',
    'filesystem_policy:',
    '  include_workdir: true',
    '  read_only:',
    ...['/usr', '/lib', '/etc/ssl', `/opt/tools-${number}`, `/srv/reference/${service(0)}`].map(
      (path) => `    - ${path}`,
    ),
    '  read_write:',
    `    - { path: "/srv/work/${service(1)}", optional: true }`,
    `    - /var/cache/agent-${number}`,
    '  deny:',
    '    - "${workdir}/.env"',
    `    - "\${workdir}/secrets-${number}"`,
    '',
    'process:',
    '  environment:',
    '    - PATH',
    '    - LANG',
    `    - { name: AGENT_NUMBER, value: "${number}" }`,
    '',
    'resources:',
    `  processes: ${200 + (number % 300)}`,
    `  open_files: ${1024 + number}`,
    '',
    'network_policies:',
    ...Array.from({ length: 5 }, (_, part) => networkPolicy(service(part), number + part)).flat(),
    'tests:',
    '  - name: secrets are out of sight',
    '    expect: deny',
    '    access: { filesystem: { path: "${workdir}/.env", right: read } }',
    '',
  ].join('\n');
}

function networkPolicy(name: string, number: number): string[] {
  return [
    `  ${name.replaceAll('-', '_')}:`,
    `    name: ${name}`,
    '    endpoints:',
    `      - host: ${name}.example.com`,
    '        port: 443',
    '        rules:',
    `          - allow: { method: GET, path: "/v${number % 5}/**" }`,
    `          - allow: { method: POST, path: "/v${number % 5}/items/*/comments" }`,
    '    binaries:',
    '      - { path: /usr/bin/git }',
    '      - { path: /usr/bin/node }',
    '',
  ];
}
