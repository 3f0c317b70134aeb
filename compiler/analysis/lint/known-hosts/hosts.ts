import type { KnownHost, Sharing } from './known-host.ts';

/** MITRE ATT&CK, Exfiltration Over Web Service, and what it names as examples. */
const PASTE = 'https://attack.mitre.org/techniques/T1567/003/';
const CLOUD = 'https://attack.mitre.org/techniques/T1567/002/';
const WEBHOOK = 'https://attack.mitre.org/techniques/T1567/004/';
const TUNNEL = 'https://attack.mitre.org/techniques/T1572/';

type More = Partial<Pick<KnownHost, 'account' | 'example'>>;

function known(
  sharing: Sharing,
  why: string,
  source: string,
  hosts: readonly string[],
  more: More = {},
): KnownHost[] {
  return hosts.map((host) => ({ host, sharing, why, source, account: null, example: null, ...more }));
}

/**
 * Hosts on which anyone can store, collect or publish. Not complete and never will be: it holds the ones that agents and
 * attackers use most. Each line names its source; several hosts of one line share it.
 */
export const KNOWN_HOSTS: readonly KnownHost[] = [
  ...known('collects', 'a box that shows its owner every request', WEBHOOK, [
    'webhook.site',
    '*.webhook.site',
    'requestbin.com',
    '*.m.pipedream.net',
    '*.beeceptor.com',
  ]),
  ...known(
    'collects',
    'a name that tells its owner of every request',
    'https://github.com/projectdiscovery/interactsh#readme',
    ['**.oast.pro', '**.oast.live', '**.oast.site', '**.oast.online', '**.oast.fun', '**.oast.me'],
  ),
  ...known(
    'collects',
    'a name that tells its owner of every request',
    'https://portswigger.net/burp/documentation/collaborator',
    ['**.oastify.com', '**.burpcollaborator.net'],
  ),
  ...known('collects', 'a tunnel to a machine of whoever opened it', TUNNEL, [
    '*.ngrok.io',
    '*.ngrok.app',
    '*.ngrok.dev',
    '*.ngrok-free.app',
    '*.ngrok-free.dev',
    '*.trycloudflare.com',
    '*.loca.lt',
    '*.lhr.life',
    '*.serveo.net',
  ]),
  ...known('collects', 'a topic that anyone can read who knows its name', 'https://docs.ntfy.sh/', [
    'ntfy.sh',
  ]),
  ...known(
    'collects',
    'a resolver that asks the servers of strangers for the names that it is given',
    'https://attack.mitre.org/techniques/T1048/003/',
    ['dns.google', 'cloudflare-dns.com', 'dns.quad9.net'],
  ),
  ...known('stores', 'a place where anyone can leave a text and read it', PASTE, [
    'pastebin.com',
    'hastebin.com',
    'paste.ee',
    'dpaste.com',
    'dpaste.org',
    'rentry.co',
    'sprunge.us',
    'ix.io',
    'termbin.com',
    'controlc.com',
    'paste.rs',
    'jsonblob.com',
    'api.jsonbin.io',
    'kvdb.io',
  ]),
  ...known('stores', 'a place where anyone can leave a file and fetch it', CLOUD, [
    'transfer.sh',
    'file.io',
    '0x0.st',
    'temp.sh',
    'bashupload.com',
    'catbox.moe',
    'litterbox.catbox.moe',
    'tmpfiles.org',
    'gofile.io',
    '*.gofile.io',
    'anonfiles.com',
    'g.api.mega.co.nz',
    'api.imgur.com',
    'content.dropboxapi.com',
  ]),
  ...known(
    'stores',
    'where the buckets of all customers are',
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html',
    ['s3.amazonaws.com', 's3.*.amazonaws.com', 's3-*.amazonaws.com'],
    { account: 0 },
  ),
  ...known(
    'stores',
    'where the buckets of all customers are',
    'https://cloud.google.com/storage/docs/request-endpoints',
    ['storage.googleapis.com', 'storage.cloud.google.com'],
    { account: 0 },
  ),
  ...known(
    'stores',
    'where anyone can have a bot, and messages go to whoever it was told',
    'https://core.telegram.org/bots/api#authorizing-your-bot',
    ['api.telegram.org'],
    { account: 0 },
  ),
  ...known(
    'stores',
    'where webhooks of anyone take messages',
    'https://discord.com/developers/docs/resources/webhook#execute-webhook',
    ['discord.com', 'discordapp.com'],
    { example: { method: 'POST', path: '/api/webhooks/1/zq7x' } },
  ),
  ...known(
    'stores',
    'where webhooks of every workspace take messages',
    'https://api.slack.com/messaging/webhooks',
    ['hooks.slack.com'],
    { account: 1 },
  ),
  ...known('stores', 'where forms of anyone take answers', 'https://lots-project.com/', ['docs.google.com'], {
    example: { method: 'POST', path: '/forms/d/e/zq7x/formResponse' },
  }),
  ...known(
    'collects',
    'where scripts of anyone answer',
    'https://developers.google.com/apps-script/guides/web',
    ['script.google.com'],
    { example: { method: 'GET', path: '/macros/s/zq7x/exec' } },
  ),
  ...known(
    'stores',
    'where anyone can publish a snippet',
    'https://docs.github.com/en/rest/gists/gists',
    ['api.github.com'],
    { example: { method: 'POST', path: '/gists' } },
  ),
  ...known(
    'stores',
    'where anyone can publish a snippet',
    'https://docs.github.com/en/get-started/writing-on-github/editing-and-sharing-content-with-gists/creating-gists',
    ['gist.github.com'],
  ),
  ...known(
    'publishes',
    'where files of every public repository are',
    'https://docs.github.com/en/repositories/working-with-files',
    ['raw.githubusercontent.com', 'gist.githubusercontent.com', 'codeload.github.com'],
    { account: 0 },
  ),
  ...known('publishes', 'where files of every channel are', 'https://lots-project.com/', [
    'cdn.discordapp.com',
    'media.discordapp.net',
  ]),
  ...known(
    'publishes',
    'a gateway to whatever anyone has published',
    'https://docs.ipfs.tech/concepts/ipfs-gateway/',
    [
      'ipfs.io',
      'dweb.link',
      '*.ipfs.dweb.link',
      '*.ipns.dweb.link',
      'gateway.pinata.cloud',
      '*.ipfs.nftstorage.link',
      'cloudflare-ipfs.com',
    ],
  ),
];
