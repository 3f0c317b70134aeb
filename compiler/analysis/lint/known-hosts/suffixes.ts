import type { SharedSuffix } from './known-host.ts';

/** The private section names suffixes below which names belong to different customers. */
const PUBLIC_SUFFIX_LIST = 'https://publicsuffix.org/list/public_suffix_list.dat';
const S3 = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html';

function below(why: string, source: string, suffixes: readonly string[]): SharedSuffix[] {
  return suffixes.map((suffix) => ({ suffix, why, source }));
}

/** Suffixes below which anyone can have a name within minutes. Not complete: the ones that are seen most. */
export const SHARED_SUFFIXES: readonly SharedSuffix[] = [
  ...below('anyone can publish a page', PUBLIC_SUFFIX_LIST, [
    'github.io',
    'gitlab.io',
    'pages.dev',
    'netlify.app',
    'vercel.app',
    'surge.sh',
    'web.app',
    'firebaseapp.com',
    'blogspot.com',
    'wordpress.com',
    'glitch.me',
    'neocities.org',
  ]),
  ...below('anyone can run a server', PUBLIC_SUFFIX_LIST, [
    'cloudfront.net',
    'azurewebsites.net',
    'azureedge.net',
    'cloudapp.net',
    'trafficmanager.net',
    'elasticbeanstalk.com',
    'herokuapp.com',
    'workers.dev',
    'appspot.com',
    'run.app',
    'cloudfunctions.net',
    'fly.dev',
    'onrender.com',
    'replit.app',
    'repl.co',
    'deno.dev',
    'hf.space',
    'ngrok.io',
    'ngrok.app',
    'ngrok-free.app',
  ]),
  ...below(
    'anyone can run a server',
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-call-api.html',
    ['execute-api.*.amazonaws.com'],
  ),
  ...below(
    'anyone can run a server',
    'https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html',
    ['lambda-url.*.on.aws'],
  ),
  ...below('anyone can have a bucket', S3, ['s3.amazonaws.com', 's3.*.amazonaws.com']),
  ...below('anyone can have a bucket', 'https://cloud.google.com/storage/docs/request-endpoints', [
    'storage.googleapis.com',
  ]),
  ...below('anyone can have a bucket', PUBLIC_SUFFIX_LIST, [
    'blob.core.windows.net',
    'web.core.windows.net',
    'file.core.windows.net',
    'r2.dev',
    'digitaloceanspaces.com',
  ]),
  ...below('anyone can have a database', 'https://lots-project.com/', ['firebaseio.com', 'supabase.co']),
  ...below('any organisation can have a site', 'https://lots-project.com/', [
    'atlassian.net',
    'sharepoint.com',
    'zendesk.com',
    'webflow.io',
  ]),
  ...below('anyone can register a name', PUBLIC_SUFFIX_LIST, [
    'co.uk',
    'com.au',
    'com.br',
    'com.cn',
    'com.mx',
    'co.in',
    'co.jp',
    'co.kr',
    'co.nz',
    'co.za',
  ]),
];

/**
 * Last labels that no registry sells names below: RFC 6761, RFC 6762, RFC 8375, ICANN's `internal`, and those that
 * appendix G of RFC 6762 says networks use for themselves.
 */
export const PRIVATE_LAST_LABELS: ReadonlySet<string> = new Set([
  'internal',
  'local',
  'localhost',
  'test',
  'invalid',
  'example',
  'lan',
  'home',
  'corp',
  'intranet',
  'private',
]);
